"""Starting sessions."""

from ..station import ChargingStation
from . import stop_transaction as stopping


async def start(station: ChargingStation, evse_id: int) -> None:
    """Have a session run: resume one that was paused instead of ended, or start one unless one runs."""
    evse = station.snapshot.evse(evse_id)
    if evse.paused_instead_of_stop is not None:
        await stopping.resume(station, evse_id)
    elif evse.running_transaction is None:
        await station.commands.start_transaction(evse_id)
