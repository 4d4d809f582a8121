"""One step of the coordinator: readings in, limits out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .budget import LOST_AFTER_S, STALE_AFTER_S, available_w
from .car import Car, commanded, observed
from .model import NOTHING, ChargerReading, Decision, Interval, Mode, SiteReading
from .modes import POLICIES
from .regulator import Frame, Regulator, regulate


@dataclass(frozen=True, slots=True)
class ChargerState:
    """What is remembered of one charger between steps."""

    car: Car = field(default_factory=Car)
    regulator: Regulator = field(default_factory=Regulator)
    mode: Mode | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between steps."""

    chargers: Mapping[str, ChargerState] = field(default_factory=dict)
    judged_at_s: float | None = None
    """The instant of the grid sample that was judged last; none is judged twice."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, the limits to bring into force, and what all cars could draw without import."""

    state: State
    decisions: Mapping[str, Decision]
    surplus_w: Interval | None


def step(
    state: State,
    site: SiteReading | None,
    chargers: Mapping[str, ChargerReading],
    now_s: float,
) -> Outcome:
    """Decide on all chargers at once.

    Args:
        state: what the last step left.
        site: the newest reading of the meters; None while there is none.
        chargers: what each charger says, in the order in which they are served.
        now_s: the present instant.

    Returns:
        A decision for every charger that is ready, changed or not.
    """
    states = {
        key: _observe(state.chargers.get(key, ChargerState()), reading, now_s)
        for key, reading in chargers.items()
    }
    followers = [
        key
        for key, reading in chargers.items()
        if reading.ready and reading.mode in POLICIES
    ]
    fresh = site is not None and site.grid_at_s != state.judged_at_s
    left_w = _usable(site, [states[key].car for key in followers], now_s)
    for key, reading in chargers.items():
        if not reading.ready:
            continue
        if reading.mode not in POLICIES:
            states[key] = _decide(states[key], _fixed_a(reading), now_s)
            continue
        if left_w is not None and (fresh or _overdue(states[key], site, now_s)):
            states[key] = _follow(states[key], reading, left_w, now_s)
        if left_w is not None:
            left_w -= _reserved_w(states[key])
    decisions = {
        key: charger.decision
        for key, charger in states.items()
        if charger.decision is not None
    }
    judged_at_s = site.grid_at_s if site is not None else state.judged_at_s
    surplus_w = None
    if site is not None:
        surplus_w = available_w(site, (charger.car for charger in states.values()))
    return Outcome(State(states, judged_at_s), decisions, surplus_w)


def _observe(
    charger: ChargerState, reading: ChargerReading, now_s: float
) -> ChargerState:
    """Take in what a charger says; a new car or mode starts afresh."""
    if not reading.ready:
        return ChargerState(car=Car(phases=reading.settings.phases), mode=reading.mode)
    if charger.mode is not reading.mode:
        charger = replace(
            charger,
            regulator=Regulator(running=charger.car.offered_a > 0),
            mode=reading.mode,
        )
    return replace(charger, car=observed(charger.car, reading, now_s))


def _fixed_a(reading: ChargerReading) -> float:
    return 0.0 if reading.mode is Mode.OFF else reading.settings.max_current_a


def _usable(
    site: SiteReading | None, cars: Sequence[Car], now_s: float
) -> Interval | None:
    """Return what the cars that follow the sun may count on; None where a stale sample says too little.

    A lost meter means no sun.
    """
    if site is None or now_s - site.grid_at_s > LOST_AFTER_S:
        return NOTHING
    if now_s - site.grid_at_s > STALE_AFTER_S:
        return None
    return available_w(site, cars)


def _overdue(charger: ChargerState, site: SiteReading | None, now_s: float) -> bool:
    """Whether a decision must be made without a new sample: there is none, or the meter is lost."""
    if charger.decision is None or site is None:
        return True
    return now_s - site.grid_at_s > LOST_AFTER_S


def _follow(
    charger: ChargerState, reading: ChargerReading, left_w: Interval, now_s: float
) -> ChargerState:
    frame = Frame(reading.settings, charger.car, POLICIES[reading.mode], left_w, now_s)
    regulator, current_a = regulate(charger.regulator, frame)
    return _decide(replace(charger, regulator=regulator), current_a, now_s)


def _decide(charger: ChargerState, current_a: float, now_s: float) -> ChargerState:
    decision = Decision(current_a)
    if decision == charger.decision:
        return charger
    return replace(
        charger, car=commanded(charger.car, current_a, now_s), decision=decision
    )


def _reserved_w(charger: ChargerState) -> float:
    """Return the power that a charger's limit takes away from those served after it."""
    return charger.car.expected_a(charger.car.offered_a) * charger.car.w_per_a
