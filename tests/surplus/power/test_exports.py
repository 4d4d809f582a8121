"""What an inverter holds back is found, and what is to stay at the grid stays there."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.model import (
    BatteryOrder,
    BatterySettings,
    ChargerSettings,
    Estimate,
    ExportLimit,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.exports import (
    Probe,
    Site,
    left_at_grid_w,
    probed,
)
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.limited_export import LimitedExportSimulation
from tests.surplus.simulation.multi_car import Profile, steady
from tests.surplus.simulation.single_car import ONE_PHASE, SingleCarSimulation

HOUR_S = 3600
NO_EXPORT = SiteSettings(export_limit=ExportLimit(0.0))


def _house(
    possible_w: Profile,
    settings: SiteSettings = NO_EXPORT,
    phases: int = 1,
    **more: object,
) -> LimitedExportSimulation:
    wired = ONE_PHASE if phases == 1 else ChargerSettings()
    car = Car(phases=phases, max_current_a=wired.max_current_a)
    charger = SimulatedCharger(wired, car, Mode.PV_ONLY)
    limit_w = settings.export_limit.watts if settings.export_limit else 0.0
    return LimitedExportSimulation(
        possible_w=possible_w,
        chargers=[charger],
        limit_w=limit_w,
        settings=settings,
        **more,  # type: ignore[arg-type]
    )


class TestNoExport:
    """Nothing may be exported, and the surplus never shows."""

    @pytest.mark.parametrize("phases", [1, 3])
    @pytest.mark.parametrize("meter_s", [1, 5, 10])
    @pytest.mark.parametrize(
        "known", [{}, {"has_forecast": True}, {"shows_sun": False}]
    )
    def test_the_sun_is_found(
        self, phases: int, meter_s: int, known: dict[str, bool]
    ) -> None:
        house = _house(lambda _: 6000.0, NO_EXPORT, phases, meter_s=meter_s, **known)
        house.run(HOUR_S)
        assert house.charged_wh > 0.85 * 5600
        assert house.imported_wh < 60
        assert house.chargers[0].starts == 1

    def test_without_the_setting_nothing_is_found(self) -> None:
        house = _house(lambda _: 6000.0, SiteSettings())
        house.run(HOUR_S)
        assert house.charged_wh == 0

    def test_the_dark_is_left_alone(self) -> None:
        house = _house(lambda _: 0.0, house_w=60.0)
        house.run(4 * HOUR_S)
        assert house.charged_wh == 0

    def test_too_little_sun_is_tried_ever_more_rarely(self) -> None:
        house = _house(lambda _: 1000.0)
        house.run(4 * HOUR_S)
        assert house.chargers[0].starts <= 12
        assert house.imported_wh < 4 * 60

    def test_a_forecast_of_too_little_sun_is_believed(self) -> None:
        house = _house(lambda _: 1000.0, has_forecast=True)
        house.run(4 * HOUR_S)
        assert house.chargers[0].starts == 0

    def test_it_steps_back_when_the_sun_goes(self) -> None:
        house = _house(lambda second: 6000.0 if second < 1800 else 300.0)
        house.run(1800)
        assert house.cars_w > 4500
        before_wh = house.imported_wh
        house.run(1800)
        assert house.cars_w == 0
        assert house.imported_wh - before_wh < 150

    def test_a_battery_that_takes_the_sun_is_no_sign_of_more(self) -> None:
        site = Site(0.0, -3000.0, Estimate.exactly(0.0), 3400.0)
        probe = Probe()
        for now_s in range(600):
            probe = probed(probe, site, NO_EXPORT, 1400.0, now_s)
            assert probe.watts == 0

    def test_nor_is_one_that_supplies_the_house(self) -> None:
        site = Site(0.0, 400.0, Estimate.exactly(0.0))
        probe = Probe()
        for now_s in range(600):
            probe = probed(probe, site, NO_EXPORT, 1400.0, now_s)
            assert probe.watts == 0


class TestLimit:
    """Some export is allowed; only what exceeds it is lost."""

    SETTINGS = SiteSettings(export_limit=ExportLimit(5000.0, only_excess=True))

    def test_only_what_would_be_lost_is_charged(self) -> None:
        house = _house(lambda _: 9000.0, self.SETTINGS)
        house.run(HOUR_S)
        assert house.charged_wh > 0.85 * 3600
        assert house.exported_wh > 4900

    def test_export_below_the_limit_is_left_alone(self) -> None:
        house = _house(lambda _: 4000.0, self.SETTINGS)
        house.run(HOUR_S)
        assert house.charged_wh == 0

    def test_otherwise_all_is_charged(self) -> None:
        house = _house(lambda _: 9000.0, SiteSettings(export_limit=ExportLimit(5000.0)))
        house.run(HOUR_S)
        # The car can draw no more.
        assert house.charged_wh > 6800

    def test_more_may_be_left(self) -> None:
        settings = replace(self.SETTINGS, leave_w=6000.0)
        assert left_at_grid_w(settings) == 6000
        assert left_at_grid_w(replace(settings, export_limit=None)) == 6000
        assert left_at_grid_w(replace(settings, leave_w=100.0)) == 5000


class TestLeave:
    """Others need some export, or the owner accepts some import."""

    @pytest.mark.parametrize("leave_w", [-500.0, 0.0, 500.0, 1500.0])
    def test_cars_leave_what_the_owner_wants(self, leave_w: float) -> None:
        house = SingleCarSimulation(lambda _: 5000.0, Mode.PV_ONLY)
        house.settings = SiteSettings(leave_w=leave_w)
        house.settle()
        house.run(300)
        left_w = 5000.0 - house.cars_w
        assert leave_w - 50 < left_w < leave_w + 350

    def test_a_battery_that_needs_export_to_begin_gets_it(self) -> None:
        car = SimulatedCharger(
            ONE_PHASE, Car(phases=1, max_current_a=32.0), Mode.PV_ONLY
        )
        house = steady(3600.0, car)
        house.settings = SiteSettings(
            leave_w=450.0,
            battery=BatterySettings(
                order=BatteryOrder.BATTERY_FIRST, charged_percent=80.0
            ),
        )
        house.battery_soc_percent = 20.0
        house.run(1200)
        assert house.cars_w <= 3600 - 450


@given(
    st.lists(
        st.tuples(st.floats(-8000, 8000), st.floats(-4000, 4000), st.floats(0, 11000)),
        min_size=1,
        max_size=60,
    ),
    st.floats(0, 10000),
    st.booleans(),
)
def test_no_more_is_presumed_than_an_attempt_takes(
    samples: list[tuple[float, float, float]], limit_w: float, only_excess: bool
) -> None:
    settings = SiteSettings(export_limit=ExportLimit(limit_w, only_excess))
    probe = Probe()
    for number, (grid_w, battery_w, drawn_w) in enumerate(samples):
        site = Site(grid_w, battery_w, Estimate.exactly(drawn_w))
        probe = probed(probe, site, settings, 1400.0, 7.0 * number)
        assert 0 <= probe.watts <= 1400 * 1.15
        if grid_w > 100:
            assert probe.watts == 0
