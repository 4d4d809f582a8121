"""Free vend: sessions started from here for whoever plugs in."""

from ..evses.status import ConnectorStatus
from ..station import ChargingStation


class FreeVend:
    """Sessions of one charger that are started without a token; each car is asked about once."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing was started yet."""
        self._station = station
        self._asked: set[int] = set()

    def newly_waiting(self) -> list[int]:
        """Return the EVSEs at which a car waits for a session that must be started from here."""
        station = self._station
        evses = station.snapshot.evses.values()
        # A car whose session has ended without its leaving was asked about.
        self._asked &= {evse.id for evse in evses if evse.plugged_in is not False}
        if not station.connected or not station.capabilities.remote_start:
            return []
        waiting = [
            evse.id
            for evse in evses
            if evse.status is ConnectorStatus.PREPARING
            and evse.id not in self._asked
            and evse.running_transaction is None
            and evse.stopped_for_pause is None
        ]
        self._asked.update(waiting)
        return waiting
