"""One step of the coordinator: readings in, limits out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import math

from .cars.keep_awake import Habits, kept_awake, learned, unplugged
from .cars.learning import observed
from .cars.response import Car, commanded, switched
from .cars.wake_up import Rousing, roused
from .circuits.circuits import NO_INSTALLATION, Installation
from .circuits.guard import GuardOutcome, GuardState, guard
from .circuits.loads import CircuitLoad
from .control.admission import Admission, Follower, admitted, ranked
from .control.allocation import limits
from .control.phases import choices
from .control.start_stop import Regulator
from .model import ChargerReading, Decision, Estimate, SiteReading, SiteSettings
from .modes import Control, Mode
from .power.available_power import Meters, read, seen
from .power.battery import Battery, for_cars_w, holds, watched
from .power.trend import Trend, followed


@dataclass(frozen=True, slots=True)
class ChargerState:
    """What is remembered of one charger between steps; `decided_s` is when its limit was changed last.

    `request` is what the sun and its owner want, `decision` what the circuits have room for.
    """

    car: Car
    regulator: Regulator = field(default_factory=Regulator)
    habits: Habits = field(default_factory=Habits)
    rousing: Rousing = field(default_factory=Rousing)
    mode: Mode | None = None
    request: Decision | None = None
    decision: Decision | None = None
    decided_s: float = -math.inf


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between steps."""

    chargers: Mapping[str, ChargerState] = field(default_factory=dict)
    meters: Meters = field(default_factory=Meters)
    battery: Battery = field(default_factory=Battery)
    trend: Trend | None = None
    began_s: float | None = None
    """When the first step was taken."""
    judged_at_s: float | None = None
    """The instant of the sample that was judged last; none is judged twice."""
    guard: GuardState = field(default_factory=GuardState)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, the limits to bring into force, and what all cars could draw without import.

    `cars_w` is what the owner lets them have of that, and of the battery. `guarded` tells what keeps chargers from more, and
    how the circuits fare. With `hold_battery` the home battery shall not discharge for now.
    """

    state: State
    decisions: Mapping[str, Decision]
    surplus_w: Estimate | None
    cars_w: Estimate | None = None
    hold_battery: bool = False
    guard: GuardOutcome = field(default_factory=GuardOutcome)


def step(
    state: State,
    site: SiteReading | None,
    chargers: Mapping[str, ChargerReading],
    now_s: float,
    settings: SiteSettings | None = None,
    installation: Installation = NO_INSTALLATION,
) -> Outcome:
    """Decide on all chargers at once.

    Args:
        state: what the last step left.
        site: the newest reading of the meters; None while there is none.
        chargers: what each charger says.
        now_s: the present instant.
        settings: what the owner wants of the site as a whole; None for the defaults.
        installation: the circuits that the chargers hang on.

    Returns:
        A decision for every charger that is ready and not left alone, changed or not.
    """
    settings = settings or SiteSettings()
    states = {
        key: _observed(state.chargers.get(key), reading, now_s)
        for key, reading in chargers.items()
    }
    for key, reading in chargers.items():
        if reading.ready and reading.mode.policy.is_fixed:
            states[key] = replace(states[key], request=_fixed(states[key], reading))
    followers = {
        key: reading
        for key, reading in chargers.items()
        if reading.ready and reading.mode.policy.follows_sun
    }
    meters = state.meters if site is None else read(state.meters, site)
    began_s = now_s if state.began_s is None else state.began_s
    sun = seen(meters, began_s, now_s)
    sun_w = sun.usable_w(states[key].car for key in followers)
    trend, judged_at_s, battery = state.trend, state.judged_at_s, state.battery
    if site is not None and sun.balance is not None and sun.at_s != judged_at_s:
        soc_percent = site.battery_soc_percent
        battery = watched(battery, settings.battery, soc_percent, sun.balance)
    undecided = any(states[key].decision is None for key in followers)
    if sun_w is not None and (undecided or sun.lost or sun.at_s != judged_at_s):
        sun_w = for_cars_w(sun_w, battery, settings.battery)
        trend = followed(trend, sun_w.likely, now_s)
        judged_at_s = sun.at_s
        ceilings_a = state.guard.ceilings_a
        _follow(states, followers, sun_w, trend, settings, ceilings_a, now_s)
    circuit_loads = {
        key: CircuitLoad(reading, states[key].car, states[key].request)
        for key, reading in chargers.items()
    }
    guarded = guard(state.guard, installation, circuit_loads, now_s)
    for key, decision in guarded.decisions.items():
        states[key] = _decided(states[key], decision, now_s)
    decisions = {
        key: charger.decision
        for key, charger in states.items()
        if charger.decision is not None
    }
    surplus_w = sun.available_w(charger.car for charger in states.values())
    cars_w = surplus_w and for_cars_w(surplus_w, battery, settings.battery)
    state = State(states, meters, battery, trend, began_s, judged_at_s, guarded.state)
    hold_battery = holds(settings.battery, chargers.values())
    return Outcome(state, decisions, surplus_w, cars_w, hold_battery, guarded)


def _observed(
    charger: ChargerState | None, reading: ChargerReading, now_s: float
) -> ChargerState:
    """Take in what a charger says; a new car or mode starts afresh."""
    if charger is None or not reading.ready or not reading.mode.policy.is_controlled:
        habits = Habits() if charger is None else unplugged(charger.habits)
        charger = ChargerState(Car.on_phases(reading.settings.phases), habits=habits)
    if not reading.ready:
        return charger
    if charger.mode is None and reading.charging:
        charger = replace(charger, car=_resumed(charger.car, reading, now_s))
    if charger.mode is not reading.mode:
        regulator = Regulator(running=charger.car.offered_a > 0)
        charger = replace(charger, regulator=regulator, mode=reading.mode)
    car = observed(charger.car, reading, now_s)
    habits = learned(charger.habits, charger.car, car, now_s)
    rousing = roused(charger.rousing, car, now_s)
    return replace(charger, car=car, habits=habits, rousing=rousing)


def _resumed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return the car of a session that was going on before anybody asked: about as it must be to draw what it does."""
    settings = reading.settings
    if settings.switches_phases and reading.phases_in_use == 1:
        # As likely as not its charger was switched over; if it was not, that will be learned.
        car = replace(car, phases=1, offered_phases=1)
    drawn_a = reading.current_a or settings.min_current_a
    likely_a = min(settings.max_current_a, max(settings.min_current_a, drawn_a))
    steps = math.ceil(likely_a / settings.step_a - 1e-9)
    offered_a = min(settings.max_current_a, steps * settings.step_a)
    return commanded(car, offered_a, now_s)


def _fixed(charger: ChargerState, reading: ChargerReading) -> Decision:
    """Return what holds in the modes that follow nothing."""
    settings = reading.settings
    phases, current_a = charger.car.offered_phases, 0.0
    if reading.mode.policy.control is Control.FULL_POWER:
        phases = max(choices(settings, charger.car))
        current_a = settings.max_current_a
    return Decision(current_a, phases if settings.switches_phases else None)


def _follow(
    states: dict[str, ChargerState],
    readings: Mapping[str, ChargerReading],
    sun_w: Estimate,
    trend: Trend,
    settings: SiteSettings,
    ceilings_a: Mapping[str, float],
    now_s: float,
) -> None:
    """Have chargers follow the sun, all at once.

    Those that charge whatever the sun does are served first: what they draw is not there for the others.
    """
    followers = [
        _follower(key, reading, states[key], ceilings_a.get(key, math.inf), now_s)
        for key, reading in readings.items()
    ]
    for fed in (True, False):
        group = [each for each in followers if math.isinf(each.allowance_w) is fed]
        line = ranked(group, settings.sharing, now_s)
        admissions = admitted(line, sun_w, trend, settings.sharing, now_s)
        changes = limits(admissions, sun_w, settings.sharing)
        for each in admissions:
            states[each.key] = _wishing(states[each.key], each, changes.get(each.key))
        taken_w = math.fsum(each.claim.most_w for each in admissions if each.draws)
        sun_w, trend = sun_w - taken_w, trend - taken_w


def _wishing(
    charger: ChargerState, admission: Admission, change: Decision | None
) -> ChargerState:
    """Return what is remembered of a charger that follows the sun after it was decided on."""
    charger = replace(charger, regulator=admission.regulator)
    if admission.turns and admission.follower.tires:
        charger = replace(charger, habits=kept_awake(charger.habits))
    return replace(charger, request=change or _going_on(charger, admission))


def _going_on(charger: ChargerState, admission: Admission) -> Decision:
    """Return the wish of a charger that shall go on as it does, or as it would if its circuits had not paused it."""
    decision, request = charger.decision, charger.request
    if decision is None:
        return admission.decision(charger.car.offered_a)
    return request if request is not None and decision.current_a == 0 else decision


def _follower(
    key: str,
    reading: ChargerReading,
    charger: ChargerState,
    ceiling_a: float,
    now_s: float,
) -> Follower:
    settings = reading.settings
    least_a = max(settings.min_current_a, charger.car.least_a)
    least_a = min(least_a, settings.max_current_a)
    # What its circuits have no room for, others may have.
    most_a = max(least_a, min(settings.max_current_a, ceiling_a))
    settings = replace(settings, min_current_a=least_a, max_current_a=most_a)
    return Follower(
        key,
        reading,
        settings,
        charger.car,
        charger.regulator,
        reading.solar_policy,
        reading.allowance_w,
        charger.decided_s,
        charger.habits.tires(reading.settings, now_s),
        charger.rousing.at(now_s),
    )


def _decided(charger: ChargerState, decision: Decision, now_s: float) -> ChargerState:
    if decision == charger.decision:
        return charger
    car = charger.car
    if decision.phases not in (None, car.offered_phases):
        car = switched(car, decision.phases, now_s)
    car = commanded(car, decision.current_a, now_s)
    return replace(charger, car=car, decision=decision, decided_s=now_s)
