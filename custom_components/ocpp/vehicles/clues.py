"""Clues about the vehicle at a connector, each with a weight.

A weight is the logarithm of how many times likelier the clue is with this vehicle than without it. None of them is
certain: tags are lent, clouds tell late, trackers lag behind. So they are added up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import math

from ..config.vehicle import Vehicle
from ..config.vehicle_mark import is_address, may_change, names_vehicle, vehicle_mark
from ..csms.tokens.token import same_token
from .draw import Draw
from .signals import Change, Signal, VehicleSignals
from .visit import Visit


class Means(StrEnum):
    """The means by which a vehicle is identified."""

    CHOICE = "choice"
    EVCCID = "evccid"
    TAG = "tag"
    PLUGGED_IN = "plugged_in"
    CHARGING = "charging"
    DRAW = "draw"
    LOCATION = "location"
    USUAL = "usual"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Clue:
    """A clue for a vehicle, or against it if the weight is negative."""

    means: Means
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vehicle with what its entities say."""

    vehicle: Vehicle
    signals: VehicleSignals = field(default_factory=VehicleSignals)


@dataclass(frozen=True, slots=True)
class Place:
    """A connector with the car there; `known_tokens` are those of the tags that are set up."""

    charger: str
    visit: Visit
    known_tokens: frozenset[str] = frozenset()


IMPOSSIBLE = -8.0
CERTAIN = 8.0

_MINUTE_S = 60.0
_EARLY_S = 2 * _MINUTE_S
"""The time by which a vehicle may tell something before the charger does."""
_LAGS = ((3 * _MINUTE_S, 5.0), (20 * _MINUTE_S, 4.0), (75 * _MINUTE_S, 2.5))
"""The weight of a coincidence, by how much later the vehicle's entity tells than the charger."""
_SETTLED_S = 5 * _MINUTE_S
"""The time after which a contradiction counts: the other side may be about to tell the same."""
_DENIALS = ((10 * _MINUTE_S, 0.0), (60 * _MINUTE_S, -1.0), (math.inf, -2.0))
"""The weight of an entity that denies what the charger shows, by how long that goes on: clouds are late, and some ask
a sleeping car nothing for hours."""
_CURRENT_TOLERANCE_A = 1.5
_CURRENT_TOLERANCE = 0.08


def clues(place: Place, candidate: Candidate, now_s: float) -> list[Clue]:
    """Return the clues about a vehicle at a connector where a car is plugged in."""
    vehicle, signals, visit = candidate.vehicle, candidate.signals, place.visit
    return [
        *_by_tokens(place, vehicle),
        *_by_plug(visit, signals.plugged_in, now_s),
        *_by_charging(visit, signals.charging, now_s),
        *_by_draw(visit.draw, vehicle),
        *_by_location(visit, signals.at_home, now_s),
        *usual_clues(place.charger, vehicle),
    ]


def usual_clues(charger: str, vehicle: Vehicle) -> Iterator[Clue]:
    """Yield the clue of the charger that a vehicle usually uses."""
    if vehicle.usual_chargers:
        is_here = charger in vehicle.usual_chargers
        yield Clue(Means.USUAL, 1.5 if is_here else -2.5)


def _by_tokens(place: Place, vehicle: Vehicle) -> Iterator[Clue]:
    tokens = place.visit.tokens
    yield from _by_marks(tokens, vehicle.evccid)
    if any(same_token(one, other) for one in vehicle.id_tags for other in tokens):
        yield Clue(Means.TAG, 6.0)
    elif vehicle.id_tags and tokens & place.known_tokens:
        yield Clue(Means.TAG, -1.5)


def _by_marks(tokens: frozenset[str], own: str | None) -> Iterator[Clue]:
    if own is None:
        return
    if own in {vehicle_mark(token) for token in tokens}:
        yield Clue(Means.EVCCID, CERTAIN)
        return
    told = {vehicle_mark(token) for token in tokens if names_vehicle(token)}
    others = [mark for mark in told if mark and is_address(mark) == is_address(own)]
    if others:
        is_doubtful = all(may_change(mark) for mark in others)
        yield Clue(Means.EVCCID, -2.0 if is_doubtful else IMPOSSIBLE)


def _by_plug(visit: Visit, plug: Signal, now_s: float) -> Iterator[Clue]:
    if plug.value is None:
        return
    if visit.since_s is None:
        yield Clue(Means.PLUGGED_IN, 1.5 if plug.value else -1.5)
        return
    settled = now_s - plug.changed_s >= _SETTLED_S
    has_left = not plug.value and _has_come_and_gone(plug, visit.since_s)
    if has_left and settled:
        yield Clue(Means.PLUGGED_IN, -5.0)
    elif plug.value or has_left:
        changed_s = max(change.at_s for change in plug.changes if change.value)
        yield Clue(Means.PLUGGED_IN, _coincidence(changed_s, visit.since_s))
    elif plug.told_s > visit.since_s:
        yield Clue(Means.PLUGGED_IN, _denial(now_s - visit.since_s))


def _has_come_and_gone(plug: Signal, since_s: float) -> bool:
    came = any(
        change.value and change.at_s >= since_s - _EARLY_S for change in plug.changes
    )
    return came and plug.changed_s > since_s


def _coincidence(told_s: float, seen_s: float) -> float:
    """Return the weight of a change that the vehicle has told and the charger has seen."""
    if math.isinf(told_s):
        # It was so when it was first told: it may have been for long.
        return 0.75
    lag_s = told_s - seen_s
    if lag_s < -_EARLY_S:
        # It is plugged in elsewhere.
        return -3.0
    return next((weight for most_s, weight in _LAGS if lag_s <= most_s), 0.75)


def _denial(lasting_s: float) -> float:
    return next(weight for most_s, weight in _DENIALS if lasting_s < most_s)


def _by_charging(visit: Visit, charging: Signal, now_s: float) -> Iterator[Clue]:
    seen = visit.charging
    if charging.value is None or seen.value is None:
        return
    weights = [
        weight / 2
        for change in charging.changes
        if (weight := _echo(change, seen)) is not None
    ]
    if weights:
        yield Clue(Means.CHARGING, min(5.0, sum(weights)))
    since_s = max(charging.changed_s, seen.changed_s, visit.since_s or -math.inf)
    if charging.value is seen.value:
        if not weights and seen.value and math.isinf(since_s):
            yield Clue(Means.CHARGING, 1.0)
    elif charging.value and now_s - since_s >= _SETTLED_S:
        # It charges, but not here.
        yield Clue(Means.CHARGING, -3.0)
    elif charging.told_s > since_s:
        yield Clue(Means.CHARGING, _denial(now_s - since_s))


def _echo(told: Change, seen: Signal) -> float | None:
    """Return the weight of a change that the vehicle has told, if the charger has seen the same."""
    if math.isinf(told.at_s):
        return None
    found = [
        weight
        for change in seen.changes
        if change.value is told.value
        and not math.isinf(change.at_s)
        and (weight := _coincidence(told.at_s, change.at_s)) > 1
    ]
    return max(found, default=None)


def _by_draw(draw: Draw, vehicle: Vehicle) -> Iterator[Clue]:
    most_a = vehicle.max_current_a
    if most_a is not None:
        tolerance_a = max(_CURRENT_TOLERANCE_A, most_a * _CURRENT_TOLERANCE)
        if draw.greatest_a > most_a + tolerance_a:
            yield Clue(Means.DRAW, IMPOSSIBLE)
        elif draw.ceiling_a is not None:
            is_its_own = abs(draw.ceiling_a - most_a) <= tolerance_a
            yield Clue(Means.DRAW, 2.5 if is_its_own else -2.5)
    phases = vehicle.phases
    if phases is not None:
        if draw.phases > phases:
            yield Clue(Means.DRAW, IMPOSSIBLE)
        elif draw.own_phases is not None:
            yield Clue(Means.DRAW, 1.5 if draw.own_phases == phases else -4.0)


def _by_location(visit: Visit, at_home: Signal, now_s: float) -> Iterator[Clue]:
    if at_home.value is None:
        return
    lasts_s = now_s - max(at_home.changed_s, visit.since_s or -math.inf)
    if not at_home.value:
        # The tracker may not have noticed yet that it came.
        yield Clue(Means.LOCATION, -4.0 if lasts_s >= 2 * _SETTLED_S else -2.0)
        return
    came_s = at_home.changed_s
    if visit.since_s is not None and abs(came_s - visit.since_s) < 20 * _MINUTE_S:
        yield Clue(Means.LOCATION, 1.5)
    else:
        yield Clue(Means.LOCATION, 0.5)
