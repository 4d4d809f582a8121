"""A record of the connection to a charger: its latency, how often it was made anew, and when the charger was last heard."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

_ROUND_TRIPS = 9
"""The number of round trips that the latency is the median of: a few slow answers among them do not count."""


@dataclass(frozen=True, slots=True)
class Link:
    """Figures of a connection, since this system started; `latency_s` is None until there was a round trip."""

    latency_s: float | None
    reconnections: int
    heard_at: datetime | None


class LinkRecord:
    """A record of the connections of one charger."""

    __slots__ = ("_connections", "_heard_at", "_round_trips_s")

    def __init__(self) -> None:
        """Initialize; it has not connected yet."""
        self._connections = 0
        self._heard_at: datetime | None = None
        self._round_trips_s: tuple[float, ...] = ()

    @property
    def figures(self) -> Link:
        """The present figures."""
        round_trips_s = self._round_trips_s
        return Link(
            median(round_trips_s) if round_trips_s else None,
            max(0, self._connections - 1),
            self._heard_at,
        )

    def note_connected(self) -> None:
        """Take note of a new connection, whose latency may be another one."""
        self._connections += 1
        self._round_trips_s = ()

    def note_heard(self, at: datetime) -> None:
        """Take note of a sign of life."""
        self._heard_at = at

    def note_round_trip(self, lasted_s: float) -> None:
        """Take note of the time until a ping or a call was answered."""
        self._round_trips_s = (*self._round_trips_s[1 - _ROUND_TRIPS :], lasted_s)
