"""Surplus controller: one step from readings to limits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
import math

from .cars.keep_awake import pulsed
from .circuits.circuits import NO_INSTALLATION, Installation
from .circuits.guard import GuardState, guard
from .circuits.loads import CircuitLoad
from .control.admission import Admission, admitted
from .control.allocation import limits
from .control.phases import phase_options
from .control.solar_charger import SolarCharger, ranked
from .model import (
    BatterySettings,
    ChargerReading,
    Decision,
    Estimate,
    SiteReading,
    SiteSettings,
)
from .modes import Control, SolarPolicy
from .power.battery import (
    Battery,
    must_hold,
    observed_battery,
    power_for_cars_w,
    shortfall_aversion,
)
from .power.exports import Site, left_for_cars_w, probed
from .power.phases_apart import load_of, reaches, together_w
from .power.trend import Trend, updated
from .sensing.draws import Cars
from .sensing.estimator import sense
from .sensing.sensing import Surplus
from .state import ChargerState, Outcome, State, decided, observed_charger


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
        state: the state after the last step.
        site: the latest reading of the site's meters; None without one.
        chargers: the reading of each charger.
        now_s: the present instant.
        settings: the owner's settings for the site; None for the defaults.
        installation: the circuits of the chargers.

    Returns:
        A decision for each charger that is ready and controlled, changed or not.
    """
    settings = settings or SiteSettings()
    states = {
        key: _with_fixed_request(
            observed_charger(state.chargers.get(key), reading, now_s), reading
        )
        for key, reading in chargers.items()
    }
    solar = {
        key: reading
        for key, reading in chargers.items()
        if reading.ready and reading.follows_sun
    }
    cars = Cars.of(
        (charger.car for charger in states.values()),
        (states[key].car for key in solar),
    )
    if site is not None and settings.export_limit is not None:
        site = replace(site, limits_export=True)
    stated = replace(state.sensing, stated_delay_s=settings.grid_delay_s)
    sensing = sense(stated, site, cars, now_s)
    surplus, trend = sensing.surplus, state.trend
    battery, probe = state.battery, state.probe
    is_new = surplus is not None and surplus is not state.sensing.surplus
    if site is not None and surplus is not None and is_new:
        battery = observed_battery(
            battery, settings.battery, site.battery_soc_percent, surplus
        )
    undecided = any(states[key].decision is None for key in solar)
    if surplus is not None and (is_new or undecided):
        candidates = [
            _solar_charger(
                key,
                reading,
                states[key],
                state.guard,
                _policy(reading.solar_policy, battery, settings.battery),
                now_s,
            )
            for key, reading in solar.items()
        ]
        usable_w = surplus.solar_w
        if site is not None and site.phases_apart:
            true_s = site.grid_at_s - sensing.lateness.likely_s
            candidates, usable_w = _with_phases_apart(
                candidates, site, true_s if surplus.is_measured else None
            )
        usable_w = left_for_cars_w(usable_w, settings)
        if site is not None and surplus.is_measured:
            seen = _seen(site, surplus, cars.draw(now_s).solar_w)
            least_w = _least_w(candidates, now_s)
            probe = probed(probe, seen, settings, least_w, now_s)
            usable_w += probe.presumed_w
        usable_w = power_for_cars_w(usable_w, battery, settings.battery)
        trend = updated(trend, usable_w.likely, surplus.stands_for_s, now_s)
        for admission, change in _solar_limits(
            candidates, usable_w, trend, settings, now_s
        ):
            charger = states[admission.key]
            states[admission.key] = _with_solar_request(charger, admission, change)
    guarded = guard(state.guard, installation, _circuit_loads(chargers, states), now_s)
    for key, decision in guarded.decisions.items():
        states[key] = decided(states[key], decision, now_s)
    surplus_w = None if surplus is None or sensing.is_lost else surplus.all_w
    left_w = surplus_w and left_for_cars_w(surplus_w, settings)
    return Outcome(
        State(states, sensing, battery, probe, trend, guarded.state),
        _decisions(states),
        surplus_w,
        left_w,
        left_w and power_for_cars_w(left_w, battery, settings.battery),
        must_hold(settings.battery, chargers.values()),
        guarded,
    )


def _with_phases_apart(
    candidates: Iterable[SolarCharger], site: SiteReading, at_s: float | None
) -> tuple[list[SolarCharger], Estimate]:
    """Return the chargers with what their phases leave them, and what they can count on together.

    `at_s` is the instant of the reading; None while nothing is measured.
    """
    by_key = {each.key: each for each in candidates}
    loads = {
        key: load_of(
            each.car,
            each.settings.connection.rotation,
            phase_options(each.settings, each.car),
            site.grid_at_s if at_s is None else at_s,
        )
        for key, each in by_key.items()
    }
    grid_w = None if at_s is None else site.grid_phases_w
    reach = reaches(loads, grid_w, site.battery_power_w or 0.0)
    bounded = [replace(each, reach=reach[key]) for key, each in by_key.items()]
    return bounded, together_w(loads, reach)


def _seen(site: SiteReading, surplus: Surplus, drawn_w: Estimate) -> Site:
    return Site(
        surplus.grid_w,
        surplus.battery_w,
        drawn_w,
        site.solar_power_w,
        site.possible_solar_w,
    )


def _least_w(candidates: Iterable[SolarCharger], now_s: float) -> float:
    """Return the least power with which one of the cars would charge; inf without cars."""
    return min(
        (
            each.request(min(phase_options(each.settings, each.car)), now_s).min_w
            for each in candidates
        ),
        default=math.inf,
    )


def _circuit_loads(
    chargers: Mapping[str, ChargerReading], states: Mapping[str, ChargerState]
) -> dict[str, CircuitLoad]:
    return {
        key: CircuitLoad(reading, states[key].car, states[key].request)
        for key, reading in chargers.items()
    }


def _decisions(states: Mapping[str, ChargerState]) -> dict[str, Decision]:
    return {
        key: charger.decision
        for key, charger in states.items()
        if charger.decision is not None
    }


def _with_fixed_request(charger: ChargerState, reading: ChargerReading) -> ChargerState:
    """Return a charger's memory with the request of a mode whose limit is fixed, or of a plan that sells the sun."""
    if not reading.ready or not (reading.mode.policy.is_fixed or reading.leaves_sun):
        return charger
    settings = reading.settings
    phases, current_a = charger.car.offered_phases, 0.0
    if reading.mode.policy.control is Control.FULL_POWER:
        phases = max(phase_options(settings, charger.car))
        current_a = settings.max_current_a
    request = Decision(current_a, phases if settings.switches_phases else None)
    return replace(charger, request=request)


def _policy(
    policy: SolarPolicy, battery: Battery, settings: BatterySettings
) -> SolarPolicy:
    """Return the owner's weights where the home battery covers a shortfall."""
    aversion = shortfall_aversion(policy.import_aversion, battery, settings)
    return replace(policy, import_aversion=aversion)


def _solar_charger(
    key: str,
    reading: ChargerReading,
    charger: ChargerState,
    guarded: GuardState,
    policy: SolarPolicy,
    now_s: float,
) -> SolarCharger:
    """Return a charger that follows the sun, between the limits of its car and of its circuits."""
    settings, ceiling_a = reading.settings, guarded.ceilings_a.get(key, math.inf)
    min_a = max(settings.min_current_a, charger.car.min_a)
    min_a = min(min_a, settings.max_current_a)
    # Others may have what its circuits have no headroom for.
    max_a = max(min_a, min(settings.max_current_a, ceiling_a))
    return SolarCharger(
        key,
        reading,
        replace(settings, min_current_a=min_a, max_current_a=max_a),
        charger.car,
        charger.start_stop,
        policy,
        reading.allowance_w,
        charger.decided_s,
        charger.habits.needs_pulse(reading.settings, now_s),
        charger.wake_ups.at(now_s),
    )


def _solar_limits(
    candidates: list[SolarCharger],
    usable_w: Estimate,
    trend: Trend,
    settings: SiteSettings,
    now_s: float,
) -> Iterator[tuple[Admission, Decision | None]]:
    """Yield the admission of each charger, and its new limit where that changes.

    Chargers that charge regardless of the sun come first, since their power is not available to the others.
    """
    for from_grid in (True, False):
        group = [
            each for each in candidates if math.isinf(each.allowance_w) is from_grid
        ]
        order = ranked(group, settings.sharing, now_s)
        admissions = admitted(order, usable_w, trend, settings.sharing, now_s)
        changes = limits(admissions, usable_w, settings.sharing)
        for each in admissions:
            yield each, changes.get(each.key)
        taken_w = math.fsum(
            each.request.max_w for each in admissions if each.is_drawing
        )
        usable_w, trend = usable_w - taken_w, trend - taken_w


def _with_solar_request(
    charger: ChargerState, admission: Admission, change: Decision | None
) -> ChargerState:
    """Return a charger's memory with the request that follows from its admission."""
    charger = replace(charger, start_stop=admission.start_stop)
    if admission.starts_or_switches and admission.charger.needs_pulse:
        charger = replace(charger, habits=pulsed(charger.habits))
    return replace(charger, request=change or _unchanged_request(charger, admission))


def _unchanged_request(charger: ChargerState, admission: Admission) -> Decision:
    """Return the request of a charger that continues, or would have if its circuits had not paused it."""
    decision, request = charger.decision, charger.request
    if decision is None:
        return admission.decision(charger.car.offered_a)
    return request if request is not None and decision.current_a == 0 else decision
