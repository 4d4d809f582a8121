"""Modes: policies, solar shares, and the rule that a single module names them."""

import ast
from collections.abc import Iterator
from dataclasses import replace
import json
import math
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.control.restart_costs import FAST, SLOW
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import ChargerReading, Decision, SiteReading
from custom_components.ocpp.surplus.modes import MAX_IMPORT_AVERSION, Mode
from custom_components.ocpp.surplus.state import State
from tests.simulator.car import Car
from tests.surplus.simulation.charger import ONE_PHASE, SWITCHING, SimulatedCharger
from tests.surplus.simulation.multi_car import steady

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "ocpp"
HOME = INTEGRATION / "surplus" / "modes.py"
AMBIGUOUS = {Mode.OFF, Mode.FAST, Mode.MANUAL}
"""Modes whose values are words with other meanings, like "off"."""

READING = ChargerReading(ONE_PHASE, Mode.PV_PRIORITY, ready=True, charging=False)


def _named_modes(file: Path) -> Iterator[str]:
    """Yield the modes that a module names, by member or by value."""
    unmistakable = {mode.value for mode in Mode} - AMBIGUOUS
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="Mode"), attr=name):
                if name in Mode.__members__:
                    yield name
            case ast.Constant(value=str(text)):
                if text in unmistakable:
                    yield text


def test_a_single_module_names_modes() -> None:
    assert set(_named_modes(HOME)) >= set(Mode.__members__)
    named = {
        str(file.relative_to(INTEGRATION)): set(_named_modes(file))
        for file in INTEGRATION.rglob("*.py")
        if file != HOME
    }
    assert {file: names for file, names in named.items() if names} == {}


def _states(file: str) -> set[str]:
    """Return the modes with a text or icon in a file."""
    texts = json.loads((INTEGRATION / file).read_text(encoding="utf-8"))
    return set(texts["entity"]["select"]["charging_mode"]["state"])


def test_each_mode_has_its_texts() -> None:
    assert _states("translations/en.json") == set(Mode)
    assert _states("icons.json") <= set(Mode)


@pytest.mark.parametrize(
    ("mode", "tops_up", "start_shares"),
    [(Mode.PV_ONLY, False, (1.0, 1.0)), (Mode.PV_PRIORITY, True, (0.45, 0.65))],
)
def test_solar_first_starts_on_less_than_solar_only(
    mode: Mode, tops_up: bool, start_shares: tuple[float, float]
) -> None:
    rule = replace(READING, mode=mode).solar_policy
    assert rule.tops_up is tops_up
    assert (rule.start_share(-0.2), rule.start_share(0.6)) == start_shares


@given(
    st.sampled_from([mode for mode in Mode if mode.policy.follows_sun]),
    st.tuples(st.floats(-50, 150), st.floats(-50, 150)).map(sorted),
)
def test_a_higher_solar_share_tolerates_less_import(
    mode: Mode, percents: list[float]
) -> None:
    less, more = (
        replace(READING, mode=mode, solar_share_percent=percent).solar_policy
        for percent in percents
    )
    assert 0 <= less.import_aversion <= more.import_aversion <= MAX_IMPORT_AVERSION
    for margin in (FAST.start_margin, SLOW.start_margin):
        assert 0 <= less.start_share(margin) <= more.start_share(margin) <= 1
    assert less.tops_up >= more.tops_up
    assert 1 >= less.rounding >= more.rounding >= 0


def test_the_share_of_the_owner_replaces_that_of_the_mode() -> None:
    half = replace(READING, mode=Mode.PV_ONLY, solar_share_percent=50.0).solar_policy
    assert half == READING.solar_policy
    everything = replace(READING, solar_share_percent=100.0).solar_policy
    assert everything == replace(READING, mode=Mode.PV_ONLY).solar_policy


def test_at_a_solar_share_of_zero_it_always_charges_at_least_at_the_minimum() -> None:
    charger = SimulatedCharger(
        overrides={"solar_share_percent": 0.0}, car=Car(phases=1)
    )
    simulation = steady(-500, charger)
    simulation.run(120)
    assert charger.decision.current_a == 6


@pytest.mark.parametrize(
    ("soc_percent", "allowance"),
    [(None, 0.0), (19.0, math.inf), (20.0, 0.0), (80.0, 0.0)],
)
def test_below_the_floor_solar_first_charges_from_the_grid(
    soc_percent: float | None, allowance: float
) -> None:
    assert replace(READING, soc_percent=soc_percent).allowance_w == allowance
    solar_only = replace(READING, mode=Mode.PV_ONLY, soc_percent=soc_percent)
    assert solar_only.allowance_w == 0


def test_a_car_below_its_floor_charges_at_full_power_until_it_is_reached() -> None:
    charger = SimulatedCharger(SWITCHING, overrides={"soc_percent": 10.0})
    simulation = steady(0, charger)
    simulation.run(60)
    assert charger.decision == Decision(16.0, 3)
    charger.overrides["soc_percent"] = 21.0
    simulation.run_until(lambda: charger.decision.current_a == 0, seconds=200)


def test_a_plan_lets_solar_only_draw_from_the_grid() -> None:
    charger = SimulatedCharger(mode=Mode.ECO_PLUS, car=Car(phases=1))
    simulation = steady(0, charger)
    simulation.run(60)
    assert charger.decision.current_a == 0
    charger.overrides["grid_allowance_w"] = math.inf
    simulation.run(30)
    assert charger.decision.current_a == 16
    charger.overrides["grid_allowance_w"] = 0.0
    simulation.run_until(lambda: charger.decision.current_a == 0, seconds=120)


def test_a_grid_allowance_comes_on_top_of_the_sun() -> None:
    charger = SimulatedCharger(mode=Mode.ECO_PLUS, car=Car(phases=1))
    charger.overrides["grid_allowance_w"] = 800.0
    simulation = steady(1000, charger)
    simulation.run(120)
    assert charger.car.power_w == pytest.approx(1800, abs=60)


@pytest.mark.parametrize(
    ("ready", "charging", "decisions"),
    [
        (False, False, {}),
        (True, False, {Mode.OFF: 0.0, Mode.FAST: 16.0, Mode.PV_ONLY: 0.0}),
        (True, True, {Mode.OFF: 0.0, Mode.FAST: 16.0, Mode.PV_ONLY: 6.4}),
    ],
    ids=["nobody there", "plugged in", "charging"],
)
def test_each_mode_without_a_surplus(
    ready: bool, charging: bool, decisions: dict[Mode, float]
) -> None:
    """Modes for a car that is away, waits or charges, while the site neither imports nor exports."""
    for mode in (Mode.OFF, Mode.FAST, Mode.PV_ONLY, Mode.MANUAL):
        reading = replace(READING, mode=mode, ready=ready, charging=charging)
        if charging:
            reading = replace(reading, current_a=6.4, measured_at_s=1.0)
        outcome = step(State(), SiteReading(0.0, 1.0), {"car": reading}, 1.0)
        wanted = {"car": decisions[mode]} if mode in decisions else {}
        decided = {key: each.current_a for key, each in outcome.decisions.items()}
        assert decided == wanted


def test_fast_uses_all_phases() -> None:
    charger = SimulatedCharger(SWITCHING, mode=Mode.FAST)
    simulation = steady(0, charger)
    simulation.run(60)
    assert charger.car.power_w == pytest.approx(3 * 230 * 15.6)


@pytest.mark.parametrize("phases", [1, 3])
def test_at_the_minimum_a_switchable_charger_uses_one_phase(phases: int) -> None:
    """Topped up to the minimum, on any number of phases before."""
    charger = SimulatedCharger(SWITCHING)
    simulation = steady(6000 if phases == 3 else 2500, charger)
    simulation.settle(120)
    assert charger.car.phases == phases
    simulation.surplus_w = lambda _: 1100
    simulation.run(400)
    assert charger.decision == Decision(6.0, 1)
