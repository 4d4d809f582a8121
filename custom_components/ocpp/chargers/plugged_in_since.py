"""The times since which cars are plugged in."""

from ..csms.model import Evse


class PluggedInSince:
    """The times since which the connectors have had their cars."""

    def __init__(self) -> None:
        """Initialize with no cars."""
        self._at_s: dict[str, float] = {}

    def since_s(self, key: str, evse: Evse, now_s: float) -> float:
        """Return the time since which the car at a connector is plugged in; now without a car.

        After a restart, the car counts as plugged in since its session began.
        """
        if not evse.plugged_in and evse.stopped_for_pause is None:
            self._at_s.pop(key, None)
            return now_s
        session = evse.running_transaction
        begun_s = now_s if session is None else session.started_at.timestamp()
        arrived_s = self._at_s[key] = min(begun_s, self._at_s.get(key, begun_s))
        return arrived_s
