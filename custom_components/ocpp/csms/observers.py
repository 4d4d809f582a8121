"""Observers of a charger, each told of the changes that concern it."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter

from .allowances.reports import ReportAllowance
from .events import Event
from .model import Evse, Snapshot
from .records import changed

# What concerns id tokens is told in events.
_besides_evses = attrgetter(
    *({field.name for field in fields(Snapshot)} - {"evses", "tokens"})
)

type Unsubscribe = Callable[[], None]


class _Subscription[*Args]:
    """A callback among others; calling this removes it."""

    __slots__ = ("_among", "callback")

    def __init__(
        self,
        callback: Callable[[*Args], None],
        among: dict[_Subscription[*Args], None],
    ) -> None:
        self.callback = callback
        self._among = among

    def __call__(self) -> None:
        self._among.pop(self, None)


class Listeners[*Args]:
    """Callbacks that come and go; each takes little memory, since a charger has many."""

    __slots__ = ("_subscriptions",)

    def __init__(self) -> None:
        """Initialize without listeners."""
        self._subscriptions: dict[_Subscription[*Args], None] = {}

    def add(self, callback: Callable[[*Args], None]) -> Unsubscribe:
        """Call `callback` from now on, until the returned function is called."""
        subscription = _Subscription(callback, self._subscriptions)
        self._subscriptions[subscription] = None
        return subscription

    def tell(self, *args: *Args) -> None:
        """Call all callbacks; they may add and remove others meanwhile."""
        for subscription in tuple(self._subscriptions):
            subscription.callback(*args)


class Observers:
    """The listeners of one charger: for itself, for each of its EVSEs, and for events; and what they must be told."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Initialize without listeners, who know this much."""
        self.station = Listeners[Snapshot]()
        """Called when the charger itself changes, or the set of its EVSEs."""
        self.events = Listeners[Event]()
        """Called with every event that the allowance holds."""
        self.all_events = Listeners[Event]()
        """Called with every event, before others are."""
        self.allowance = ReportAllowance()
        """The allowance of events."""
        self._evses: dict[int, Listeners[Evse]] = {}
        self._told = snapshot
        self._events: list[tuple[Event, bool]] = []

    def evse(self, evse_id: int) -> Listeners[Evse]:
        """Return the listeners that are called when an EVSE changes."""
        return self._evses.setdefault(evse_id, Listeners())

    def note(self, events: Iterable[Event]) -> None:
        """Note events, which are told together with what else has changed."""
        for event in events:
            self._events.append((event, self.allowance.holds(event)))

    @property
    def are_to_be_told(self) -> bool:
        """True while there are events that the allowance holds."""
        return any(is_held for _, is_held in self._events)

    def with_overuses(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with what the charger does too often now."""
        overuses = self.allowance.overuses
        if overuses == snapshot.overuses:
            return snapshot
        return changed(snapshot, overuses=overuses)

    def tell(self, now: Snapshot) -> None:
        """Call each listener with what concerns it.

        The work does not grow with the number of the others.
        """
        before, self._told = self._told, now
        events, self._events = self._events, []
        if before is not now:
            if _changed_besides_evses(before, now):
                self.station.tell(now)
            for evse_id, evse in now.evses.items():
                if before.evses.get(evse_id) is not evse:
                    self.evse(evse_id).tell(evse)
        for event, is_held in events:
            self.all_events.tell(event)
            if is_held:
                self.events.tell(event)


def _changed_besides_evses(before: Snapshot, now: Snapshot) -> bool:
    if before.evses.keys() != now.evses.keys():
        return True
    return _besides_evses(before) != _besides_evses(now)
