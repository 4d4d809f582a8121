"""Each fault of a meter is found within ten minutes of charging, with its figures."""

from dataclasses import replace

import pytest

from custom_components.ocpp.surplus.checks.findings import Basis, Fault
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite

from .house import CheckedHouse, Wiring, scaled

TEN_MINUTES = 600


def _inverted(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: -watts))


def _inverted_battery(told: ToldSite) -> ToldSite:
    return replace(told, batteries=scaled(told.batteries, lambda watts: -watts))


def _without_import(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: min(0.0, watts)))


def _without_export(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: max(0.0, watts)))


def _export_only(told: ToldSite) -> ToldSite:
    export = scaled(told.grid, lambda watts: max(0.0, -watts))
    return replace(told, grid=(), exports=export)


def _something_else(told: ToldSite) -> ToldSite:
    """Return a sensor of something that knows nothing of the cars."""
    return replace(
        told,
        grid=tuple(
            replace(each, value=700.0 + each.reported_s % 7) for each in told.grid
        ),
    )


def _in_kilowatts(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: round(watts / 1000, 3)))


def _thousandfold(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: watts * 1000))


def _one_phase(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: round(watts / 3)))


def _twofold(told: ToldSite) -> ToldSite:
    """Return a meter that is set up together with another one that includes it."""
    return replace(told, grid=told.grid * 2)


def _threefold(told: ToldSite) -> ToldSite:
    return replace(told, grid=scaled(told.grid, lambda watts: watts * 3))


@pytest.mark.parametrize(
    ("wiring", "fault"),
    [
        (_inverted, Fault.GRID_INVERTED),
        (_without_import, Fault.IMPORT_UNSEEN),
        (_without_export, Fault.EXPORT_UNSEEN),
        (_export_only, Fault.IMPORT_UNSEEN),
        (_something_else, Fault.NOT_THE_GRID),
        (_in_kilowatts, Fault.UNIT),
        (_thousandfold, Fault.UNIT),
        (_one_phase, Fault.PHASES),
        (_twofold, Fault.GRID_DOUBLED),
        (_threefold, Fault.PHASES),
    ],
)
@pytest.mark.parametrize(("meter_s", "late_s"), [(1, 1), (10, 4)])
def test_a_grid_meter_that_is_set_up_wrongly_is_found(
    wiring: Wiring, fault: Fault, meter_s: int, late_s: int
) -> None:
    house = CheckedHouse(wiring=wiring, meter_s=meter_s, late_s=late_s)
    assert house.run(TEN_MINUTES).found.keys() == {fault}


@pytest.mark.parametrize("seen", [0.0, 0.2, 0.5])
def test_a_battery_without_a_sensor_is_found(seen: float) -> None:
    house = CheckedHouse(battery_w=8000.0, seen=seen, surplus_w=lambda _: 2000.0)
    house.run(TEN_MINUTES)
    assert house.found.keys() == {Fault.BATTERY_UNSEEN}
    (finding,) = house.checks.findings
    assert finding.expected_w == pytest.approx(4100, rel=0.05)
    assert finding.told_w == pytest.approx(4100 * seen, abs=250)


def test_an_inverted_battery_is_found() -> None:
    house = CheckedHouse(battery_w=8000.0, wiring=_inverted_battery)
    assert house.run(TEN_MINUTES).found.keys() == {Fault.BATTERY_INVERTED}


@pytest.mark.parametrize("direction", ["exports", "imports"])
def test_a_flow_that_is_told_as_a_negative_number_is_found(direction: str) -> None:
    """Without any charging."""

    def wiring(told: ToldSite) -> ToldSite:
        sign = 1 if direction == "exports" else -1
        imported = scaled(told.grid, lambda watts: sign * max(0.0, watts))
        exported = scaled(told.grid, lambda watts: sign * min(0.0, watts))
        return replace(told, grid=(), imports=imported, exports=exported)

    surplus_w = 8000.0 if direction == "exports" else -900.0
    house = CheckedHouse(
        wiring=wiring, surplus_w=lambda _: surplus_w, charges=lambda _: False
    )
    fault = {"exports": Fault.EXPORT_NEGATIVE, "imports": Fault.IMPORT_NEGATIVE}
    assert house.run(TEN_MINUTES).found.keys() == {fault[direction]}
    (finding,) = house.checks.findings
    assert finding.told_w == pytest.approx(-abs(surplus_w), abs=60)


@pytest.mark.parametrize("includes_cars", [True, False])
def test_a_load_that_is_set_up_with_the_cars_but_has_none_of_them_is_found(
    includes_cars: bool,
) -> None:
    """And the other way round."""
    house = CheckedHouse()

    def wiring(told: ToldSite) -> ToldSite:
        (grid,) = told.grid
        assert grid.value is not None
        assert house.checks is not None
        load_w = grid.value + 2500.0
        if includes_cars:
            load_w = 500.0
        solar = Told(2500.0, grid.reported_s, grid.changed_s)
        load = replace(grid, value=load_w)
        return ToldSite(solar=(solar,), load=(load,), load_includes_cars=includes_cars)

    house.wiring = wiring
    fault = Fault.NOT_THE_GRID if includes_cars else Fault.CARS_COUNTED_TWICE
    assert house.run(TEN_MINUTES).found.keys() == {fault}


@pytest.mark.parametrize("charges", [True, False])
def test_a_car_that_charges_without_any_export_asks_for_the_import(
    charges: bool,
) -> None:
    """Dusk: the sun has gone, and nobody sees what the car draws."""
    house = CheckedHouse(
        surplus_w=lambda second: max(-400.0, 4300.0 - 50 * second),
        charges=lambda _: charges,
        wiring=_export_only,
    )
    house.run(TEN_MINUTES)
    assert house.found.keys() == ({Fault.IMPORT_UNSEEN} if charges else set())


def test_what_was_found_is_forgotten_when_it_is_right() -> None:
    house = CheckedHouse(wiring=_inverted).run(TEN_MINUTES)
    assert house.checks.findings
    house.wiring = lambda told: told
    house.run(TEN_MINUTES)
    assert not house.checks.findings


def test_a_meter_that_was_frozen_is_forgiven_as_soon_as_it_speaks() -> None:
    def frozen(told: ToldSite) -> ToldSite:
        return replace(told, grid=scaled(told.grid, lambda _: -1234.0))

    house = CheckedHouse(wiring=frozen).run(TEN_MINUTES)
    assert house.found.keys() == {Fault.NOT_THE_GRID}
    house.wiring = lambda told: told
    house.run(20)
    assert not house.checks.findings


def _dusk(second: int) -> float:
    """Return the solar power of an afternoon."""
    return max(0.0, 6000.0 - second / 2)


def test_an_inverted_meter_is_found_at_night_without_a_car() -> None:
    house = CheckedHouse(
        surplus_w=lambda second: -400.0 - 300.0 * (second % 900 > 600),
        charges=lambda _: False,
        wiring=_inverted,
        sun_deg=-12.0,
    )
    assert not house.run(1500).found
    assert house.run(600).found.keys() == {Fault.GRID_INVERTED}
    assert house.checks.findings[0].basis is Basis.NIGHT


def test_an_inverted_meter_is_found_by_the_sun_without_a_car() -> None:
    house = CheckedHouse(
        surplus_w=lambda second: _dusk(second) - 400.0,
        charges=lambda _: False,
        wiring=_inverted,
        solar_w=_dusk,
    )
    assert house.run(7200).found.keys() == {Fault.GRID_INVERTED}
    assert house.checks.findings[0].basis is Basis.SUN


@pytest.mark.parametrize("elevation_deg", [None, 20.0])
def test_an_export_by_day_or_at_an_unknown_hour_proves_nothing(
    elevation_deg: float | None,
) -> None:
    house = CheckedHouse(
        surplus_w=lambda _: 3000.0, charges=lambda _: False, sun_deg=elevation_deg
    )
    assert not house.run(7200).found


def test_a_battery_that_is_sold_at_night_accuses_no_meter() -> None:
    house = CheckedHouse(
        surplus_w=lambda second: 4500.0 if second < 3600 else -400.0,
        charges=lambda _: False,
        sun_deg=-12.0,
    )
    assert not house.run(7200).found
