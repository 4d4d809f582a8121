"""Signals from the entities of a vehicle: yes or no, and since when."""

from dataclasses import dataclass, replace
import math

_KEPT = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLUGGED_IN = _words(
    "on true yes connected plugged pluggedin pluggedincharging charging starting complete completed chargecomplete"
    " fullycharged finished stopped nopower pending waiting waitingforcharge suspended paused locked"
)
_UNPLUGGED = _words(
    "off false no disconnected unplugged notconnected notplugged notpluggedin unlocked"
)
_CHARGING = _words(
    "on true yes charging chargingactive chargeinprogress inprogress active started acharging dccharging"
    " accharging"
)
_NOT_CHARGING = _words(
    "off false no notcharging notinprogress notinuse complete completed chargecomplete fullycharged finished"
    " stopped disconnected unplugged starting nopower pending waiting waitingforcharge suspended paused idle none"
    " inactive ready readyforcharging chargeended chargingended error connected plugged"
)
_DRAWING = 0.05
"""The power or current from which on a number means charging, in whatever unit."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to yes or no; -inf for a value that was there when it was first seen."""

    value: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A yes or no over time: the latest changes, and the time at which it was told last."""

    changes: tuple[Change, ...] = ()
    told_s: float = -math.inf

    @property
    def value(self) -> bool | None:
        """The present value; None while it was never told."""
        return self.changes[-1].value if self.changes else None

    @property
    def changed_s(self) -> float:
        """The time of the last change; -inf while none was seen."""
        return self.changes[-1].at_s if self.changes else -math.inf

    def noted(self, value: bool | None, at_s: float) -> Signal:
        """Return the signal after a value was told; one that is gone for a while changes nothing."""
        if value is None:
            return self
        told = replace(self, told_s=max(self.told_s, at_s))
        if value is self.value:
            return told
        since_s = at_s if self.changes else -math.inf
        return replace(told, changes=(*self.changes, Change(value, since_s))[-_KEPT:])


@dataclass(frozen=True, slots=True)
class VehicleSignals:
    """The signals of one vehicle: it is plugged in, it charges, it is at home."""

    plugged_in: Signal = Signal()
    charging: Signal = Signal()
    at_home: Signal = Signal()


def is_plugged_in(state: str) -> bool | None:
    """Return the meaning of a state that tells of a vehicle's plug; None if there is none."""
    return _meaning(state, _PLUGGED_IN, _UNPLUGGED)


def is_charging(state: str) -> bool | None:
    """Return the meaning of a state that tells of charging: a word, or a power; None if there is none."""
    try:
        number = float(state)
    except ValueError:
        return _meaning(state, _CHARGING, _NOT_CHARGING)
    return number > _DRAWING if math.isfinite(number) else None


def is_at_home(state: str) -> bool | None:
    """Return the meaning of a place: home, or another one; None if it is unknown."""
    word = _bare(state)
    if word in ("", "unknown", "unavailable", "none"):
        return None
    return word in ("home", "on", "true")


def _meaning(state: str, yes: frozenset[str], no: frozenset[str]) -> bool | None:
    word = _bare(state)
    return True if word in yes else False if word in no else None


def _bare(state: str) -> str:
    """Return a state without capitals, spaces and signs."""
    return "".join(letter for letter in state.casefold() if letter.isalnum())
