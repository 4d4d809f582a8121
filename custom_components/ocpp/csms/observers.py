"""Observers of a charger, each told of the changes that concern it."""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter

from .events import Event
from .model import Evse, Snapshot

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
    """The listeners of one charger: for itself, for each of its EVSEs, and for events."""

    def __init__(self) -> None:
        """Initialize without listeners."""
        self.station = Listeners[Snapshot]()
        """Called when the charger itself changes, or the set of its EVSEs."""
        self.events = Listeners[Event]()
        """Called with every event."""
        self._evses: dict[int, Listeners[Evse]] = {}

    def evse(self, evse_id: int) -> Listeners[Evse]:
        """Return the listeners that are called when an EVSE changes."""
        return self._evses.setdefault(evse_id, Listeners())

    def tell(self, before: Snapshot, now: Snapshot, events: list[Event]) -> None:
        """Call each listener with what concerns it.

        The work does not grow with the number of the others.
        """
        if before is not now:
            if _changed_besides_evses(before, now):
                self.station.tell(now)
            for evse_id, evse in now.evses.items():
                if before.evses.get(evse_id) is not evse:
                    self.evse(evse_id).tell(evse)
        for event in events:
            self.events.tell(event)


def _changed_besides_evses(before: Snapshot, now: Snapshot) -> bool:
    if before.evses.keys() != now.evses.keys():
        return True
    return _besides_evses(before) != _besides_evses(now)
