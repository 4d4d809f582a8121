"""Caution under meters that cannot be trusted."""

from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.checks.caution import as_found, cautious
from custom_components.ocpp.surplus.checks.findings import Basis, Fault, Finding
from custom_components.ocpp.surplus.model import ChargerReading, ChargerSettings
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

READING = ChargerReading(ChargerSettings(), Mode.PV_ONLY, ready=True, charging=True)


@pytest.mark.parametrize("mode", [Mode.PV_ONLY, Mode.PV_PRIORITY, Mode.ECO_PLUS])
def test_nothing_is_bought_that_looks_like_sun(mode: Mode) -> None:
    assert cautious(replace(READING, mode=mode)).mode is Mode.OFF


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.FAST, Mode.MANUAL])
def test_what_does_not_depend_on_meters_goes_on(mode: Mode) -> None:
    reading = replace(READING, mode=mode)
    assert cautious(reading) == reading


@pytest.mark.parametrize(
    ("allowed_w", "mode", "maximum_a"),
    [
        (math.inf, Mode.FAST, 16.0),
        (3 * 230 * 9.5, Mode.FAST, 9.0),
        (3 * 230 * 6.0, Mode.FAST, 6.0),
        (3 * 230 * 5.0, Mode.OFF, 16.0),
    ],
)
def test_what_a_plan_buys_is_bought(
    allowed_w: float, mode: Mode, maximum_a: float
) -> None:
    reading = replace(READING, mode=Mode.PV_PRIORITY, grid_allowance_w=allowed_w)
    careful = cautious(reading)
    assert careful.mode is mode
    assert careful.settings.max_current_a == maximum_a


def test_a_meter_that_does_not_see_the_import_is_one_of_the_export() -> None:
    told = ToldSite(grid=(Told(-1500.0, 1.0, 1.0), Told(None)))
    finding = Finding(Fault.IMPORT_UNSEEN, Basis.STEPS, 4000.0, 0.0, 4)
    assert as_found(told, []) == told
    found = as_found(told, [finding])
    assert found.grid == ()
    assert [each.value for each in found.exports] == [1500.0, None]


def test_phases_that_do_not_show_the_import_are_not_known() -> None:
    """One that stands at zero may import whatever it likes."""
    phases = tuple(Told(watts, 1.0, 1.0) for watts in (-800.0, -700.0, 0.0))
    finding = Finding(Fault.IMPORT_UNSEEN, Basis.STEPS, 4000.0, 0.0, 4)
    assert (
        as_found(ToldSite(grid=phases, grid_phases=phases), [finding]).grid_phases == ()
    )
    apart = ToldSite(grid=(Told(-1500.0, 1.0, 1.0),), grid_phases=phases)
    assert as_found(apart, [finding]).grid_phases == phases
