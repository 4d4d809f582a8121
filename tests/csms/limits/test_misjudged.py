"""Chargers that obey, and whose meter values look as if they did not, over a real socket."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import Bench
from tests.simulator.charger import Payload, SimulatedCharger

SIXTEEN, TEN, SIX = Limit(16), Limit(10), Limit(6)


def _sample(name: str, value: str, phase: str | None = None) -> Payload:
    unit = {"Current": "A", "Voltage": "V", "Power": "W"}[name.partition(".")[0]]
    sample = {"measurand": name, "value": value, "unit": unit}
    return sample if phase is None else sample | {"phase": phase}


async def _show(
    bench: Bench, charger: SimulatedCharger, samples: Sequence[Payload], times: int = 12
) -> None:
    """Have the charger show the same values every ten seconds, with housekeeping after each."""
    for _ in range(times):
        bench.clock.ahead += timedelta(seconds=10)
        await charger.meter(samples)
        bench.station.limits.verify()
        await bench.station.limits.uphold()


def _is_trusted(bench: Bench) -> bool:
    limits = bench.station.limits
    learned = limits.learned_compliance
    return not learned.ignored and not bench.station.snapshot.evse(1).ignores_limits


@pytest.mark.parametrize("l3_v", ["0.0", "20.1", "24.0", "49.0"])
async def test_a_dead_phase_with_some_volts_is_no_disobedience(
    quiet_bench: Bench, l3_v: str
) -> None:
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, TEN)
        values = [
            _sample("Current.Import", " 9.9", "L1"),
            _sample("Voltage", "232.0", "L1"),
            _sample("Voltage", "24.2", "L2"),
            _sample("Voltage", l3_v, "L3"),
            _sample("Power.Active.Import", "2297"),
        ]
        await _show(quiet_bench, charger, values)
        meter = quiet_bench.station.snapshot.evse(1).meter
        assert _is_trusted(quiet_bench)
        assert (meter.current_a, meter.voltage_v, meter.phases_in_use) == (9.9, 232, 1)


async def test_a_mended_current_proves_nothing(quiet_bench: Bench) -> None:
    """The power that gives the current the lie may be the wrong one of the two."""
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, TEN)
        values = [
            _sample("Current.Import", "9.9"),
            _sample("Voltage", "230.0"),
            _sample("Power.Active.Import", "12000"),
        ]
        await _show(quiet_bench, charger, values)
        assert _is_trusted(quiet_bench)


async def _settle(
    bench: Bench, charger: SimulatedCharger, limit: Limit, current_a: str
) -> None:
    """Set a limit, and have the car draw a current on one phase for two minutes."""
    await bench.station.limits.set(1, limit)
    await _show(bench, charger, [_sample("Current.Import", current_a, "L1")])


async def test_a_car_may_draw_more_than_the_least_that_it_is_offered(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        await _settle(quiet_bench, charger, SIX, "7.3")
        assert _is_trusted(quiet_bench)


@pytest.mark.parametrize(("drawn_a", "is_trusted"), [("9.4", True), ("12.0", False)])
async def test_a_car_that_follows_its_limit_may_have_a_least_current_of_its_own(
    quiet_bench: Bench, drawn_a: str, is_trusted: bool
) -> None:
    async with quiet_bench.in_session() as charger:
        await _settle(quiet_bench, charger, SIXTEEN, "15.6")
        await _settle(quiet_bench, charger, SIX, drawn_a)
        assert _is_trusted(quiet_bench) is is_trusted


async def test_an_offer_that_never_changes_is_no_default_that_is_gone_by(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        offered = _sample("Current.Offered", "6.0")
        for limit, drawn_a in ((SIXTEEN, "15.8"), (Limit(7), "6.6"), (TEN, "6.2")):
            await quiet_bench.station.limits.set(1, limit)
            current = _sample("Current.Import", drawn_a, "L1")
            await _show(quiet_bench, charger, [current, offered])
        assert _is_trusted(quiet_bench)


async def test_a_sum_of_phases_is_told_by_the_greatest_current_of_the_charger(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        quiet_bench.station.configure(StationSettings(max_current_a=16))
        for limit, sum_a in ((SIXTEEN, "47.8"), (SIX, "17.4"), (TEN, "29.0")):
            await quiet_bench.station.limits.set(1, limit)
            await _show(quiet_bench, charger, [_sample("Current.Import", sum_a)])
        assert _is_trusted(quiet_bench)


async def test_a_sum_of_phases_is_told_by_its_change_with_the_limit(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        for tenths in (60, 64, 60, 72, 60, 80):
            await quiet_bench.station.limits.set(1, Limit(tenths / 10))
            sum_a = f"{3 * (tenths / 10 - 0.3):.1f}"
            current = _sample("Current.Import", sum_a)
            await _show(quiet_bench, charger, [current], times=4)
        assert _is_trusted(quiet_bench)


async def test_a_sum_of_phases_that_is_recognised_late_is_held_against_nobody(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        await quiet_bench.station.limits.set(1, SIX)
        await _show(quiet_bench, charger, [_sample("Current.Import", "17.4")])
        assert not _is_trusted(quiet_bench)
        await quiet_bench.station.limits.set(1, TEN)
        await _show(quiet_bench, charger, [_sample("Current.Import", "29.4")])
        assert _is_trusted(quiet_bench)


async def test_a_sum_of_phases_is_held_against_the_limit_of_all(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        quiet_bench.station.configure(StationSettings(max_current_a=16))
        for limit in (SIXTEEN, SIX):
            await quiet_bench.station.limits.set(1, limit)
            await _show(quiet_bench, charger, [_sample("Current.Import", "47.8")])
        assert not _is_trusted(quiet_bench)


async def test_the_current_of_one_phase_is_shown_of_a_sum(quiet_bench: Bench) -> None:
    async with quiet_bench.in_session() as charger:
        quiet_bench.station.configure(StationSettings(max_current_a=16))
        for limit, sum_a in ((SIXTEEN, 47.4), (SIX, 17.1), (TEN, 29.1)):
            await quiet_bench.station.limits.set(1, limit)
            await _show(quiet_bench, charger, [_sample("Current.Import", f"{sum_a}")])
            meter = quiet_bench.station.snapshot.evse(1).meter
            assert meter.current_a == pytest.approx(sum_a / 3)
            assert meter.phases_in_use == 3
        assert _is_trusted(quiet_bench)
        # It is held against its limit all the same.
        await quiet_bench.station.limits.set(1, SIX)
        await _show(quiet_bench, charger, [_sample("Current.Import", "47.4")])
        assert not _is_trusted(quiet_bench)
