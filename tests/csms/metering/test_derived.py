"""Power and current of a charger that tells its energy alone, over a real socket."""

from datetime import timedelta

import pytest

from custom_components.ocpp.csms.model import Limit
from tests.csms.bench import Bench
from tests.simulator.charger import SimulatedCharger

LIFE_WH = 1_000_000.0


async def _charges(
    bench: Bench,
    charger: SimulatedCharger,
    power_w: float,
    seconds: int = 60,
    digit_wh: float = 1.0,
) -> None:
    """Have a car charge with a power, and the charger tell its register in steps, every ten seconds."""
    connector = charger.connectors[1]
    for _ in range(0, seconds, 10):
        bench.clock.ahead += timedelta(seconds=10)
        connector.energy_wh += power_w * 10 / 3600
        shown_wh = LIFE_WH + connector.energy_wh // digit_wh * digit_wh
        register = {"measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        await charger.meter([register | {"value": f"{shown_wh:.0f}"}])
        bench.station.limits.verify()
        await bench.station.limits.uphold()


@pytest.mark.parametrize(
    ("power_w", "phases", "limit_a"), [(3400, 1, 16), (10_500, 3, 16), (4_100, 3, 6)]
)
async def test_power_and_current_follow_from_the_register(
    quiet_bench: Bench, power_w: float, phases: int, limit_a: float
) -> None:
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, Limit(limit_a))
        await _charges(quiet_bench, charger, power_w)
        meter = quiet_bench.station.snapshot.evse(1).meter
        assert meter.power_w == pytest.approx(power_w, rel=0.06)
        assert meter.current_a == pytest.approx(power_w / phases / 230, rel=0.06)
        await _charges(quiet_bench, charger, 0)
        meter = quiet_bench.station.snapshot.evse(1).meter
        assert (meter.power_w, meter.current_a) == (0, 0)
        await _charges(quiet_bench, charger, power_w)
        meter = quiet_bench.station.snapshot.evse(1).meter
        assert meter.power_w == pytest.approx(power_w, rel=0.06)


async def test_a_coarse_register_tells_a_mean_over_longer(quiet_bench: Bench) -> None:
    async with quiet_bench.in_session() as charger:
        await _charges(quiet_bench, charger, 4100, seconds=600, digit_wh=100)
        power_w = quiet_bench.station.snapshot.evse(1).meter.power_w
        assert power_w == pytest.approx(4100, rel=0.15)


async def test_what_the_charger_tells_itself_is_not_derived(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        await _charges(quiet_bench, charger, 4100)
        power = {"measurand": "Power.Active.Import", "value": "3000", "unit": "W"}
        await charger.meter([power])
        await _charges(quiet_bench, charger, 4100)
        meter = quiet_bench.station.snapshot.evse(1).meter
        assert meter.power_w == 3000
        assert not meter.derived


@pytest.mark.parametrize(("power_w", "is_ignored"), [(11_000, True), (6_800, False)])
async def test_a_limit_is_checked_by_the_register(
    quiet_bench: Bench, power_w: float, is_ignored: bool
) -> None:
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, Limit(16))
        await _charges(quiet_bench, charger, 11_000)
        await quiet_bench.station.limits.set(1, Limit(10))
        await _charges(quiet_bench, charger, power_w, seconds=120)
        learned = quiet_bench.station.limits.learned_compliance
        assert bool(learned.ignored) is is_ignored


async def test_a_pause_is_checked_by_the_register(quiet_bench: Bench) -> None:
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, Limit(0))
        await _charges(quiet_bench, charger, 4_900, seconds=180)
        assert "RemoteStopTransaction" in charger.received_names
