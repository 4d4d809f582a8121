"""Invariants for any readings of chargers and meters."""

from collections.abc import Mapping, Sequence
import math

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from custom_components.ocpp.surplus.control.sharing import CUT_INTERVAL_S
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    BatteryOrder,
    BatterySettings,
    ChargerReading,
    ChargerSettings,
    Sharing,
    SiteReading,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import Outcome, State

type Readings = Mapping[str, ChargerReading]

_chargers = st.builds(
    ChargerSettings,
    phases=st.sampled_from([1, 3]),
    min_current_a=st.sampled_from([6.0, 8.0]),
    max_current_a=st.sampled_from([8.0, 16.0, 32.0]),
    step_a=st.sampled_from([0.1, 1.0]),
    switches_phases=st.booleans(),
    chosen_phases=st.sampled_from([None, 1]),
    switch_pause_s=st.sampled_from([0.0, 60.0]),
    max_pause_s=st.none() | st.just(60.0),
)
_sites = st.builds(
    SiteSettings,
    sharing=st.sampled_from(Sharing),
    battery=st.builds(
        BatterySettings,
        order=st.sampled_from(BatteryOrder),
        charged_percent=st.floats(0, 100),
        charge_w=st.none() | st.floats(0, 5000),
        discharge_above_percent=st.none() | st.floats(0, 100),
        discharge_w=st.floats(0, 5000),
        hold=st.booleans(),
    ),
)
_percents = st.none() | st.floats(0, 100)


@st.composite
def _readings(
    draw: st.DrawFn, settings: ChargerSettings, mode: Mode, now_s: float
) -> ChargerReading:
    """Return any reading of a charger, sensible or not."""
    return ChargerReading(
        settings=settings,
        mode=mode,
        ready=draw(st.sampled_from([True, True, True, False])),
        charging=draw(st.booleans()),
        current_a=draw(st.none() | st.floats(0, 40)),
        phases_in_use=draw(st.none() | st.integers(1, 3)),
        voltage_v=draw(st.none() | st.floats(100, 260)),
        measured_at_s=draw(st.none() | st.floats(now_s - 90, now_s)),
        connected=draw(st.booleans()),
        solar_share_percent=draw(_percents),
        grid_allowance_w=draw(st.sampled_from([0.0, 0.0, 2000.0, math.inf])),
        soc_percent=draw(_percents),
        priority=draw(st.integers(0, 2)),
        departs_s=draw(st.sampled_from([math.inf, now_s - 60, now_s + 3600])),
        plugged_in_s=draw(st.floats(0, now_s)),
        charged_wh=draw(st.sampled_from([0.0, 5000.0, 90_000.0])),
    )


@st.composite
def _site_readings(draw: st.DrawFn, now_s: float) -> SiteReading | None:
    """Return any reading of the meters, old or new."""
    if draw(st.integers(0, 5)) == 0:
        return None
    return SiteReading(
        grid_power_w=draw(st.floats(-30_000, 30_000)),
        grid_at_s=now_s - draw(st.sampled_from([0.0, 0.0, 1.0, 70.0])),
        battery_power_w=draw(st.floats(-8000, 8000)),
        battery_at_s=draw(st.none() | st.floats(now_s - 30, now_s)),
        battery_soc_percent=draw(_percents),
    )


@st.composite
def _days(
    draw: st.DrawFn,
) -> tuple[SiteSettings, Sequence[tuple[float, SiteReading | None, Readings]]]:
    count = draw(st.integers(1, 3))
    settings = [draw(_chargers) for _ in range(count)]
    modes = [draw(st.sampled_from(Mode)) for _ in range(count)]
    now_s, moments = 1000.0, []
    for _ in range(draw(st.integers(1, 8))):
        now_s += draw(st.sampled_from([1.0, 2.0, 10.0, 60.0, 600.0]))
        readings = {
            str(number): draw(_readings(settings[number], modes[number], now_s))
            for number in range(count)
        }
        moments.append((now_s, draw(_site_readings(now_s)), readings))
    return draw(_sites), moments


@hypothesis_settings(max_examples=30)
@given(_days())
def test_any_readings_lead_to_possible_decisions(
    day: tuple[SiteSettings, Sequence[tuple[float, SiteReading | None, Readings]]],
) -> None:
    """Nothing fails; each limit is a pause or one that the charger supports; and a step is a pure function."""
    settings, moments = day
    state = State()
    for now_s, site_reading, readings in moments:
        outcome = step(state, site_reading, readings, now_s, settings)
        assert step(state, site_reading, readings, now_s, settings) == outcome
        state = outcome.state
        for key, decision in outcome.decisions.items():
            reading, amps = readings[key], decision.current_a
            charger = reading.settings
            assert reading.ready
            assert reading.mode is not Mode.MANUAL
            assert amps == 0 or charger.min_current_a <= amps <= charger.max_current_a
            assert amps / charger.step_a == pytest.approx(round(amps / charger.step_a))
            if charger.switches_phases:
                assert decision.phases in (1, charger.phases)
            else:
                assert decision.phases is None
        if outcome.surplus_w is not None:
            low, high = outcome.surplus_w.low, outcome.surplus_w.high
            assert low - 1e-6 <= outcome.surplus_w.likely <= high + 1e-6


@hypothesis_settings(max_examples=40)
@given(
    st.lists(st.floats(-9000, 9000), min_size=5, max_size=40),
    st.lists(st.booleans(), min_size=5, max_size=40),
    st.sampled_from([Mode.PV_ONLY, Mode.PV_PRIORITY]),
    st.integers(1, 3),
)
def test_a_charging_car_gets_no_limits_in_quick_succession(
    grid_w: list[float], charging: list[bool], mode: Mode, count: int
) -> None:
    """For any reading of the meter each second; starts, stops and wake-ups have other reasons."""
    settings = ChargerSettings(phases=1, step_a=0.1)
    outcome = Outcome(State(), {}, None)
    told: dict[str, tuple[float, float]] = {}
    for second in range(2 * len(grid_w)):
        charges = charging[second // 3 % len(charging)]
        reading = ChargerReading(settings, mode, ready=True, charging=charges)
        readings = {str(number): reading for number in range(count)}
        site_reading = SiteReading(grid_w[second % len(grid_w)], float(second))
        outcome = step(outcome.state, site_reading, readings, float(second))
        for key, decision in outcome.decisions.items():
            at_s, before_a = told.get(key, (-math.inf, 0.0))
            if decision.current_a == before_a:
                continue
            if charges and before_a > 0 and decision.current_a > 0:
                assert second - at_s >= CUT_INTERVAL_S
            told[key] = float(second), decision.current_a


@hypothesis_settings(max_examples=25)
@given(
    st.lists(st.floats(-9000, 9000), min_size=2, max_size=6),
    st.integers(1, 4),
    st.sampled_from(Sharing),
)
def test_steady_cars_are_offered_no_more_than_the_sun(
    sun_w: list[float], count: int, sharing: Sharing
) -> None:
    """Cars that follow at once are offered the sun together, or the minimum of some."""
    settings = ChargerSettings(phases=1, step_a=0.1, max_pause_s=math.inf)
    outcome = Outcome(State(), {}, None)
    second, site = 0.0, SiteSettings(sharing)
    for now_w in sun_w:
        for _ in range(12):
            second += 10
            limits_a = {
                str(n): outcome.decisions[str(n)].current_a if outcome.decisions else 0
                for n in range(count)
            }
            readings = {
                key: ChargerReading(
                    settings,
                    Mode.PV_ONLY,
                    ready=True,
                    charging=amps > 0,
                    current_a=amps,
                    phases_in_use=1,
                    voltage_v=230.0,
                    measured_at_s=second,
                )
                for key, amps in limits_a.items()
            }
            drawn_w = 230 * sum(limits_a.values())
            site_reading = SiteReading(drawn_w - now_w, second)
            outcome = step(outcome.state, site_reading, readings, second, site)
        # A waking car is offered its share in advance; until it draws, the others use it.
        offered_a = [
            each.current_a
            for key, each in outcome.decisions.items()
            if limits_a[key] > 0
        ]
        running = sum(amps > 0 for amps in offered_a)
        assert 230 * sum(offered_a) <= max(now_w + 80, running * 1380 + 1)
        # Two minutes are enough to detect a lack of sun.
        assert now_w > -1000 or running == 0
