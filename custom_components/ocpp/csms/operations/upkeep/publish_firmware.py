"""Firmware that a local controller offers to the chargers behind it."""

import asyncio
from datetime import timedelta

from ...errors import PublicationFailedError
from ...events import Event, PublicationReported
from ...files.firmware import Publication, PublicationStatus
from ...station import ChargingStation

TIMEOUT = timedelta(hours=1)
"""The time for it to download the firmware, between any two of its reports."""


async def publish(
    station: ChargingStation, publication: Publication, timeout: timedelta = TIMEOUT
) -> tuple[str, ...]:
    """Have firmware offered to the chargers behind a local controller, and return the addresses at which it is.

    Raises:
        PublicationFailedError: when it says that it failed, or nothing more comes.
        RejectedError: when it refuses.
        CsmsError: as `ChargingStation.request` does.
    """
    reports: asyncio.Queue[PublicationReported] = asyncio.Queue()

    def note(event: Event) -> None:
        if isinstance(event, PublicationReported):
            reports.put_nowait(event)

    unsubscribe = station.subscribe_all_events(note)
    try:
        await station.request(lambda version: version.firmware.publish(publication))
        return await _locations(station.identity, publication, reports, timeout)
    finally:
        unsubscribe()


async def _locations(
    identity: str,
    publication: Publication,
    reports: asyncio.Queue[PublicationReported],
    timeout: timedelta,
) -> tuple[str, ...]:
    while True:
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                report = await reports.get()
        except TimeoutError as err:
            raise PublicationFailedError(identity, "nothing came in time") from err
        if report.request_id not in (None, publication.id):
            continue
        if report.status.failed:
            raise PublicationFailedError(identity, report.status)
        if report.status is PublicationStatus.PUBLISHED:
            return report.locations
