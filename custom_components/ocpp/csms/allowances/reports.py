"""The reports of one charger that are passed on, on whatever connections they come."""

from collections import Counter
from collections.abc import Mapping
import time
from types import MappingProxyType

from ..events import (
    CertificatesChanged,
    CertificateSettled,
    Event,
    MemoryChanged,
    SecurityRaised,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from ..evses.transaction import Transaction
from ..model import Overuse
from .rate_limit import TokenBucket

SESSIONS, SESSIONS_PER_HOUR = 1000, 120
"""The number of sessions that may come at once, after months without a connection, and how many more each hour."""

EVENTS, EVENTS_PER_HOUR = 360, 360
"""The number of other events, likewise."""

CALM_AFTER_S = 900.0
"""The time without anything too much after which a charger has calmed down."""

_OF_OUR_OWN = (CertificatesChanged, CertificateSettled, MemoryChanged, SecurityRaised)
"""The events that no charger brings about by itself."""

_LIMITS: Mapping[Overuse, tuple[float, float]] = MappingProxyType(
    {
        Overuse.SESSIONS: (SESSIONS_PER_HOUR / 3600, SESSIONS),
        Overuse.EVENTS: (EVENTS_PER_HOUR / 3600, EVENTS),
    }
)


class ReportAllowance:
    """The allowance of what a charger may have recorded; the rest has its consequences, but leaves nothing behind."""

    def __init__(self) -> None:
        """Initialize with a full allowance."""
        now_s = time.monotonic()
        self._left = {
            overuse: TokenBucket(per_second, burst, now_s)
            for overuse, (per_second, burst) in _LIMITS.items()
        }
        self.untold: Counter[Overuse] = Counter()
        """The number of times that each was exceeded."""
        self.overuses: frozenset[Overuse] = frozenset()
        """The allowances that were exceeded lately."""
        self._exceeded_s: dict[Overuse, float] = {}
        self._unrecorded: dict[int, str] = {}
        """The session of each EVSE whose start was not passed on: nor is its end."""

    def calm_down(self) -> None:
        """Forget the overuses that have not occurred for a while."""
        since_s = time.monotonic() - CALM_AFTER_S
        self._exceeded_s = {
            overuse: at_s
            for overuse, at_s in self._exceeded_s.items()
            if at_s > since_s
        }
        self.overuses = frozenset(self._exceeded_s)

    def holds(self, event: Event) -> bool:
        """Return whether an event is passed on; a session counts once."""
        match event:
            case TransactionStarted(transaction=transaction):
                return self._holds_start(transaction)
            case TransactionEnded(transaction=transaction):
                return self._holds_end(transaction)
            case TransactionReported():
                return self._take(Overuse.SESSIONS)
            case _:
                return isinstance(event, _OF_OUR_OWN) or self._take(Overuse.EVENTS)

    def note(self, overuse: Overuse) -> None:
        """Note that something was exceeded."""
        self.untold[overuse] += 1
        self._exceeded_s[overuse] = time.monotonic()
        self.overuses |= {overuse}

    def _holds_start(self, started: Transaction) -> bool:
        self._unrecorded.pop(started.evse_id, None)
        is_held = self._take(Overuse.SESSIONS)
        if not is_held:
            self._unrecorded[started.evse_id] = started.id
        return is_held

    def _holds_end(self, ended: Transaction) -> bool:
        if self._unrecorded.get(ended.evse_id) != ended.id:
            return True
        del self._unrecorded[ended.evse_id]
        return False

    def _take(self, overuse: Overuse) -> bool:
        is_left = self._left[overuse].take(time.monotonic())
        if not is_left:
            self.note(overuse)
        return is_left
