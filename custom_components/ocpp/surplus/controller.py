"""One step of the coordinator: readings in, limits out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .budget import LOST_AFTER_S, STALE_AFTER_S, available_w
from .car import Car, commanded, observed
from .model import NOTHING, ChargerReading, Decision, Estimate, Mode, SiteReading
from .modes import POLICIES
from .regulator import Frame, Regulator, regulate


@dataclass(frozen=True, slots=True)
class ChargerState:
    """What is remembered of one charger between steps."""

    car: Car
    regulator: Regulator = field(default_factory=Regulator)
    mode: Mode | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between steps."""

    chargers: Mapping[str, ChargerState] = field(default_factory=dict)
    began_s: float | None = None
    """When the first step was taken."""
    judged_at_s: float | None = None
    """The instant of the grid sample that was judged last; none is judged twice."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, the limits to bring into force, and what all cars could draw without import.

    With `hold_battery` the home battery shall not discharge for now.
    """

    state: State
    decisions: Mapping[str, Decision]
    surplus_w: Estimate | None
    hold_battery: bool = False


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
    began_s = now_s if state.began_s is None else state.began_s
    states = {
        key: _observe(state.chargers.get(key), reading, now_s)
        for key, reading in chargers.items()
    }
    surplus_w = None
    if site is not None:
        surplus_w = available_w(site, (charger.car for charger in states.values()))
    judged_at_s = None if site is None else site.grid_at_s
    sun = _Sun(
        site,
        silent_s=now_s - (began_s if site is None else site.grid_at_s),
        fresh=judged_at_s != state.judged_at_s,
    )
    _decide_all(states, chargers, sun, now_s)
    decisions = {
        key: charger.decision
        for key, charger in states.items()
        if charger.decision is not None
    }
    return Outcome(State(states, began_s, judged_at_s), decisions, surplus_w)


@dataclass(frozen=True, slots=True)
class _Sun:
    """What is known of the sun: the last reading, how old it is, and whether it is news."""

    site: SiteReading | None
    silent_s: float
    fresh: bool

    @property
    def lost(self) -> bool:
        """Whether the meter has been silent for so long that no sun can be counted on."""
        return self.silent_s > LOST_AFTER_S

    def usable_w(self, cars: Iterable[Car]) -> Estimate | None:
        """Return what cars may count on; None where a stale sample says too little."""
        if self.lost:
            return NOTHING
        if self.site is None or self.silent_s > STALE_AFTER_S:
            return None
        return available_w(self.site, cars)


def _decide_all(
    states: dict[str, ChargerState],
    chargers: Mapping[str, ChargerReading],
    sun: _Sun,
    now_s: float,
) -> None:
    """Decide on the chargers one after the other; each leaves to the next what it does not take."""
    ready = {
        key: reading
        for key, reading in chargers.items()
        if reading.ready and reading.mode is not Mode.MANUAL
    }
    followers = [key for key, reading in ready.items() if reading.mode in POLICIES]
    left_w = sun.usable_w(states[key].car for key in followers)
    for key, reading in ready.items():
        if key not in followers:
            states[key] = _decide(states[key], _fixed_a(reading), now_s)
        elif left_w is not None:
            if sun.fresh or sun.lost or states[key].decision is None:
                states[key] = _follow(states[key], reading, left_w, now_s)
            left_w -= _reserved_w(states[key])


def _observe(
    charger: ChargerState | None, reading: ChargerReading, now_s: float
) -> ChargerState:
    """Take in what a charger says; a new car or mode starts afresh."""
    if charger is None or not reading.ready or reading.mode is Mode.MANUAL:
        charger = ChargerState(Car(phases=reading.settings.phases))
    if not reading.ready:
        return charger
    if charger.mode is None and reading.charging:
        # A session that was going on before anybody asked: go on from there.
        car = commanded(charger.car, _offered_a(reading), now_s)
        charger = replace(charger, car=car)
    if charger.mode is not reading.mode:
        regulator = Regulator(running=charger.car.offered_a > 0)
        charger = replace(charger, regulator=regulator, mode=reading.mode)
    return replace(charger, car=observed(charger.car, reading, now_s))


def _offered_a(reading: ChargerReading) -> float:
    """Return about what a charger must be offering to a car that draws what it does."""
    settings = reading.settings
    drawn_a = reading.current_a or settings.min_current_a
    return min(settings.max_current_a, max(settings.min_current_a, drawn_a))


def _fixed_a(reading: ChargerReading) -> float:
    return 0.0 if reading.mode is Mode.OFF else reading.settings.max_current_a


def _follow(
    charger: ChargerState, reading: ChargerReading, left_w: Estimate, now_s: float
) -> ChargerState:
    frame = Frame(reading.settings, charger.car, POLICIES[reading.mode], left_w, now_s)
    regulator, current_a = regulate(charger.regulator, frame)
    return _decide(replace(charger, regulator=regulator), current_a, now_s)


def _decide(charger: ChargerState, current_a: float, now_s: float) -> ChargerState:
    decision = Decision(current_a)
    if decision == charger.decision:
        return charger
    car = commanded(charger.car, current_a, now_s)
    return replace(charger, car=car, decision=decision)


def _reserved_w(charger: ChargerState) -> float:
    """Return the power that a charger's limit takes away from those served after it."""
    return charger.car.expected_a(charger.car.offered_a) * charger.car.w_per_a
