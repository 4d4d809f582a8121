"""Registers that count kilowatt-hours and are called watt-hours, or the reverse, over a socket."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.ocppj.violations import Fault
from tests.csms.bench import Bench, ConnectedBench

POWER_W = 7200.0
STEP = timedelta(seconds=10)
STEP_WH = POWER_W * STEP.total_seconds() / 3600


class RegisterBench(ConnectedBench):
    """A charger whose car charges with the same power all the time."""

    charged_wh = 0.0

    @property
    def total_wh(self) -> float:
        """All that was counted."""
        total_wh = self.evse.ledger.total_wh
        assert total_wh is not None
        return total_wh

    async def charge(
        self, times: int, before_wh: float, factor: float, unit: str = "Wh"
    ) -> None:
        """Charge for a while, and tell register and power each time."""
        for _ in range(times):
            self.clock.ahead += STEP
            self.charged_wh += STEP_WH
            shown = (before_wh + self.charged_wh) * factor
            await self.charger.meter(
                [
                    {"value": f"{shown:.5f}", "unit": unit},
                    {"measurand": "Power.Active.Import", "value": f"{POWER_W}"},
                ]
            )


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[RegisterBench]:
    async with quiet_bench.connect() as charger:
        await charger.boot()
        yield RegisterBench(quiet_bench, charger)


@pytest.mark.parametrize(
    ("before_wh", "factor", "unit", "wrong"),
    [
        pytest.param(1_234_567, 1e-3, "Wh", 1, id="of its life in kWh"),
        pytest.param(0, 1e-3, "Wh", 1, id="of the session in kWh"),
        pytest.param(1_234_567, 1.0, "Wh", 0, id="in Wh"),
        pytest.param(1_234_567, 1e-3, "kWh", 0, id="in kWh"),
        pytest.param(1_234_567, 1.0, "kWh", 1, id="of its life in Wh"),
        pytest.param(0, 1.0, "kWh", 1, id="of the session in Wh"),
    ],
)
async def test_it_is_put_right(
    bench: RegisterBench, before_wh: int, factor: float, unit: str, wrong: int
) -> None:
    connector = bench.charger.connectors[1]
    connector.energy_wh = before_wh
    for _ in range(2):
        await bench.charger.plug_in()
        await bench.charger.start_session()
        bench.charged_wh, start_wh = 0.0, connector.energy_wh
        await bench.charge(20, start_wh, factor, unit)
        assert bench.session.energy_wh == pytest.approx(400, abs=1)
        if before_wh:
            connector.energy_wh += 400
            end_wh = connector.energy_wh
        else:
            connector.energy_wh, end_wh = 400, 0
        await bench.charger.stop_session()
        connector.energy_wh = end_wh
        assert bench.session.energy_wh == pytest.approx(400, abs=1)
        await bench.charger.unplug()
    assert bench.station.faults[Fault.WRONG_UNIT] == wrong
    assert bench.total_wh - before_wh == pytest.approx(800, abs=2)


async def test_start_and_end_may_be_in_the_same_unit(bench: RegisterBench) -> None:
    """They are whole numbers, so that they tell less."""
    bench.charger.triggers = frozenset()
    connector = bench.charger.connectors[1]
    shown_wh = 1_234_567.0
    for _ in range(2):
        connector.energy_wh = shown_wh // 1000
        await bench.charger.plug_in()
        await bench.charger.start_session()
        bench.charged_wh = 0.0
        await bench.charge(60, shown_wh, 1e-3)
        shown_wh += 1200
        connector.energy_wh = shown_wh // 1000
        await bench.charger.stop_session()
        await bench.charger.unplug()
        # What the first value of the first session lacks is not known.
    assert bench.session.energy_wh == pytest.approx(1200, abs=1)


@pytest.mark.parametrize(("kwh_by_then", "told"), [(1234, 0), (60, 0), (1234, 1)])
async def test_only_start_and_end_may_be_in_kilowatt_hours(
    bench: RegisterBench, kwh_by_then: int, told: int
) -> None:
    bench.charger.triggers = frozenset()
    connector = bench.charger.connectors[1]
    shown_wh = kwh_by_then * 1000 + 567.0
    for _ in range(3):
        connector.energy_wh = shown_wh // 1000
        await bench.charger.plug_in()
        await bench.charger.start_session()
        bench.charged_wh = 0.0
        # The register is told in watt-hours, by either name.
        unit, factor = (("Wh", 1.0), ("kWh", 1e-3))[told]
        await bench.charge(60, shown_wh, factor, unit)
        shown_wh += 1200
        connector.energy_wh = shown_wh // 1000
        await bench.charger.stop_session()
        await bench.charger.unplug()
    assert bench.session.energy_wh == pytest.approx(1200, abs=1)
    assert not bench.station.faults[Fault.WRONG_UNIT]
