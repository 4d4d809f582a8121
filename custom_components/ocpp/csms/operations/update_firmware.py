"""Updates of a charger's firmware."""

from dataclasses import replace

from ..errors import CsmsError
from ..events import MemoryChanged
from ..files.firmware import FirmwareProgress, FirmwareUpdate
from ..station import ChargingStation


async def update_firmware(station: ChargingStation, update: FirmwareUpdate) -> None:
    """Have a charger fetch and install firmware; `Snapshot.firmware` tells its progress.

    Raises:
        RejectedError: when the charger refuses, or does not trust the signature's certificate.
        CsmsError: as `ChargingStation.request` does.
    """
    before, info = station.snapshot.firmware, station.snapshot.info
    # Noted first: the charger may tell how it goes before its answer is read.
    _note(
        station,
        FirmwareProgress(
            info.firmware_version if info else None,
            max(station.now, update.retrieve_at),
        ),
    )
    try:
        await station.request(lambda version: version.firmware.update(update))
    except CsmsError:
        _note(station, before)
        raise


def _note(station: ChargingStation, progress: FirmwareProgress | None) -> None:
    snapshot = replace(station.snapshot, firmware=progress)
    station.change(snapshot, MemoryChanged(station.identity))
