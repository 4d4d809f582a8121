"""Free vend: sessions started from here for whoever plugs in."""

from ..evses.status import ConnectorStatus
from ..station import ChargingStation


class FreeVend:
    """Sessions of one charger that are started without a token; each car is asked about once."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing was started yet."""
        self._station = station
        self._asked: set[int] = set()
        self._seen: set[int] = set()

    def newly_waiting(self) -> list[int]:
        """Return the EVSEs at which a car waits for a session that must be started from here."""
        station = self._station
        evses = station.snapshot.evses.values()
        # A car whose session has ended without its leaving was asked about, whoever began it.
        self._asked &= {evse.id for evse in evses if evse.plugged_in is not False}
        self._asked |= {
            evse.id
            for evse in evses
            if evse.running_transaction and not evse.awaits_authorization
        }
        if not station.connected or not self._starts_cars:
            return []
        waiting = {
            evse.id
            for evse in evses
            if evse.status is ConnectorStatus.PREPARING
            and evse.id not in self._asked
            and evse.stopped_for_pause is None
        }
        # A charger that may start by itself is left the time for it.
        ready = waiting if station.capabilities.remote_start else waiting & self._seen
        self._seen = waiting - ready
        self._asked |= ready
        return sorted(ready)

    @property
    def _starts_cars(self) -> bool:
        """True if cars are to be started: the owner's decision, or else the charger's need."""
        wanted = self._station.settings.starts_cars
        return self._station.capabilities.remote_start if wanted is None else wanted
