"""The introduction of a charger after a boot, in every protocol version."""

from dataclasses import replace

from ..devices.station_info import StationInfo
from ..events import Booted, Event, FirmwareReported
from ..files.firmware import FirmwareStatus, booted as after_boot
from ..model import Registration, Snapshot
from ..ocppj.framing import Payload
from .incoming import Context, Handled

HEARTBEAT_INTERVAL_S = 60
PENDING_RETRY_INTERVAL_S = 30


def interval_s(context: Context) -> int:
    """Return the time between heartbeats, or until the next attempt of a charger that is not adopted."""
    accepted = context.registration is Registration.ACCEPTED
    return HEARTBEAT_INTERVAL_S if accepted else PENDING_RETRY_INTERVAL_S


def introduced(
    snapshot: Snapshot, info: StationInfo, context: Context, answer: Payload
) -> Handled:
    """Return what follows from a charger's introduction, which may end an update of its firmware."""
    progress = after_boot(snapshot.firmware, info.firmware_version, context.now)
    events: tuple[Event, ...] = (Booted(snapshot.identity, info),)
    if progress is not None and progress is not snapshot.firmware:
        installed = FirmwareReported(snapshot.identity, FirmwareStatus.INSTALLED)
        events = (*events, installed)
    booted = replace(
        snapshot, info=info, registration=context.registration, firmware=progress
    )
    return Handled(answer, booted, events)
