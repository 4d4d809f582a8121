"""Starting of sessions: a new one, or the one that could only be paused."""

from contextlib import suppress
from enum import StrEnum

from ..errors import CallFailedError, RejectedError
from ..model import Evse
from ..station import ChargingStation
from .stop_transaction import resume


class Started(StrEnum):
    """The outcome of starting a session."""

    STARTED = "started"
    RESUMED = "resumed"
    RUNNING = "running"
    """It ran already."""


async def start(
    station: ChargingStation, evse_id: int, id_token: str | None = None
) -> Started:
    """Have a session at an EVSE; without an id token, with one that the charger accepts.

    Raises:
        NotConnectedError: when the charger is not there.
        RejectedError, CallFailedError: when it does not start one.
    """
    station.ensure_connected()
    evse = station.snapshot.evse(evse_id)
    if evse.paused_instead_of_stop is not None:
        await resume(station, evse_id)
        return Started.RESUMED
    if _charges(evse):
        return Started.RUNNING
    try:
        await _ask(station, evse_id, id_token)
    except RejectedError:
        # The car may have started by itself meanwhile.
        if not _charges(station.snapshot.evse(evse_id)):
            raise
        return Started.RUNNING
    return Started.STARTED


async def _ask(station: ChargingStation, evse_id: int, id_token: str | None) -> None:
    """Ask for a session with its limit, or if the charger does not take that, for one without."""
    ask = station.commands.start_transaction
    profile = station.limits.profile_at_start(evse_id)
    if profile is not None and station.version.transactions.starts_with_profile:
        with suppress(RejectedError, CallFailedError):
            return await ask(evse_id, id_token, profile)
    return await ask(evse_id, id_token)


def _charges(evse: Evse) -> bool:
    """Return whether a session goes on in which somebody may charge."""
    return evse.running_transaction is not None and not evse.awaits_authorization
