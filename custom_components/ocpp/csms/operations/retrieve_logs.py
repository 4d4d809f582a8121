"""Retrieval of logs: chargers are asked to upload them, and waited for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from ..errors import CallFailedError, RejectedError, UploadFailedError, is_unsupported
from ..events import Event, LogReported
from ..files.logs import LogRequest, LogStatus
from ..files.upload_inbox import UploadInbox
from ..station import ChargingStation


@dataclass(frozen=True, slots=True)
class LogTimeouts:
    """The time for a charger to collect and upload its logs, and for its report and its file to come after each other."""

    upload: timedelta = timedelta(minutes=10)
    apart: timedelta = timedelta(seconds=5)


TIMEOUTS = LogTimeouts()


async def retrieve_log(
    station: ChargingStation,
    request: LogRequest,
    inbox: UploadInbox | None = None,
    timeouts: LogTimeouts = TIMEOUTS,
) -> str | None:
    """Have a charger upload a log, and return the file's name once that is done; None where the charger has no name for it.

    Args:
        station: the charger.
        request: what is wanted, and where it goes.
        inbox: where it arrives, if that is here.
        timeouts: the time to wait.

    Raises:
        UploadFailedError: when the charger says that it failed, or nothing comes.
        RejectedError, CallFailedError: when the charger does not upload logs.
        CsmsError: as `ChargingStation.request` does.
    """
    statuses: asyncio.Queue[LogStatus] = asyncio.Queue()

    def note(event: Event) -> None:
        if isinstance(event, LogReported) and event.request_id in (None, request.id):
            statuses.put_nowait(event.status)

    unsubscribe = station.subscribe_all_events(note)
    try:
        name = await _ask(station, request)
        async with asyncio.timeout(timeouts.upload.total_seconds()):
            await _wait(station.identity, statuses, inbox, timeouts.apart)
    except TimeoutError as err:
        raise UploadFailedError(station.identity, "nothing came in time") from err
    finally:
        unsubscribe()
    return name


async def _ask(station: ChargingStation, request: LogRequest) -> str | None:
    try:
        return await station.request(lambda version: version.logs.get(request))
    except (RejectedError, CallFailedError) as err:
        other = station.version.logs.get_otherwise(request)
        if other is None or not is_unsupported(err):
            raise
        return await station.request(lambda _: other)


async def _wait(
    identity: str,
    statuses: asyncio.Queue[LogStatus],
    inbox: UploadInbox | None,
    apart: timedelta,
) -> None:
    """Wait for the file, if it comes here, and for the charger's report."""
    told = asyncio.ensure_future(_outcome(statuses))
    arrived = asyncio.ensure_future(
        (inbox.arrived if inbox else asyncio.Event()).wait()
    )
    try:
        await asyncio.wait({told, arrived}, return_when=asyncio.FIRST_COMPLETED)
        if told.done() and told.result().failed and not arrived.done():
            raise UploadFailedError(identity, told.result().value)
        if inbox is None:
            return
        # Some tell nothing when they are done, and some tell it before the last byte has come.
        await asyncio.wait({told, arrived}, timeout=apart.total_seconds())
        if not arrived.done():
            raise UploadFailedError(identity, f"{told.result()}, but nothing came")
    finally:
        told.cancel()
        arrived.cancel()


async def _outcome(statuses: asyncio.Queue[LogStatus]) -> LogStatus:
    while True:
        status = await statuses.get()
        if status is LogStatus.UPLOADED or status.failed:
            return status
