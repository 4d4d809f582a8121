"""When the cars came that are plugged in now."""

from ..csms.model import Evse


class PluggedInSince:
    """Remembers since when each connector has had its car."""

    def __init__(self) -> None:
        """Initialize with no cars."""
        self._at_s: dict[str, float] = {}

    def since_s(self, key: str, evse: Evse, now_s: float) -> float:
        """Return when the car at a connector came; now, where there is none.

        One whose session is older than what is remembered here, as after a restart, came with its session.
        """
        if not evse.plugged_in and evse.stopped_for_pause is None:
            self._at_s.pop(key, None)
            return now_s
        session = evse.running_transaction
        begun_s = now_s if session is None else session.started_at.timestamp()
        arrived_s = self._at_s[key] = min(begun_s, self._at_s.get(key, begun_s))
        return arrived_s
