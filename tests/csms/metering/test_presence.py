"""Values of the past, and pieces of measurements, over a socket: what is shown is the present, and whole."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.metering.meter import Measurand, Phases
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.operations.forget_old import forget_old
from tests.csms.bench import MINUTE, Bench, ConnectedBench
from tests.simulator.charger import ChargePointStatus, call

REGISTER, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
CURRENT, OFFERED, VOLTAGE = "Current.Import", "Current.Offered", "Voltage"
SECOND = timedelta(seconds=1)
LINES = ("L1", "L2", "L3")

_NOTHING: Mapping[str, float] = {}
type Samples = list[dict[str, str]]


class MeteredBench(ConnectedBench):
    """A charger in a session, whose values are of whatever time it says."""

    async def tell(
        self, samples: Samples, at: datetime, transaction_id: int | None = None
    ) -> None:
        """Report samples of a time, in a message of their own."""
        value = {
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sampled_value": samples,
        }
        await self.charger.call(call.MeterValues(1, [value], transaction_id))

    async def shows(
        self,
        power_w: float,
        ago: timedelta = timedelta(),
        more: Mapping[str, float] = _NOTHING,
    ) -> None:
        """Report power and current, and what else there is, as they were."""
        values = {POWER: power_w, CURRENT: power_w / 690, **more}
        samples = [_sample(name, f"{value:.2f}") for name, value in values.items()]
        number = self.charger.connectors[1].transaction_id
        await self.tell(samples, self.clock() - ago, number)


def _sample(measurand: str, value: str, **more: str) -> dict[str, str]:
    return {"measurand": measurand, "value": value, **more}


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[MeteredBench]:
    async with quiet_bench.in_session() as charger:
        yield MeteredBench(quiet_bench, charger)


# Pieces.


@pytest.mark.parametrize("measurand", [POWER, CURRENT])
async def test_the_phases_of_one_instant_are_one_measurement(
    bench: MeteredBench, measurand: str
) -> None:
    for tens, expected in ((1, 3), (2, 3)):
        bench.clock.ahead += 10 * SECOND
        at = bench.clock()
        for number, line in enumerate(LINES):
            await bench.tell([_sample(measurand, f"{10 * tens}", phase=line)], at)
            if tens == 2:
                # Until they are all told, the others are those of before.
                left = 2 - number
                values = (20,) * (3 - left) + (10,) * left
                assert bench.meter.phases(Measurand(measurand)).known == values
        assert bench.meter.phases(Measurand(measurand)) == Phases(*[10 * tens] * 3)
        assert bench.meter.phases_in_use in (None, expected)
    whole = 60 if measurand == POWER else 20
    assert bench.meter.value(Measurand(measurand)) == whole


async def test_a_phase_that_is_gone_leaves_with_the_next_instant(
    bench: MeteredBench,
) -> None:
    for lines in (LINES, LINES[:1], LINES[:1]):
        bench.clock.ahead += 10 * SECOND
        for line in lines:
            await bench.tell([_sample(CURRENT, "16", phase=line)], bench.clock())
    assert bench.meter.phases(Measurand.CURRENT_IMPORT) == Phases(16)
    assert bench.meter.phases_in_use == 1


async def test_power_current_and_voltage_of_one_instant_belong_together(
    bench: MeteredBench,
) -> None:
    """Told one by one, a third of the current of the only phase is mended as in one message."""
    for samples in (
        [_sample(VOLTAGE, "230", phase="L1"), _sample(VOLTAGE, "0", phase="L2")],
        [_sample(CURRENT, "16", phase="L1")],
        [_sample(POWER, "3680")],
    ):
        await bench.tell(samples, bench.clock())
    assert bench.meter.phases_in_use == 1


async def test_pieces_in_one_message_are_one_measurement(bench: MeteredBench) -> None:
    at = bench.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    pieces = [
        {"timestamp": at, "sampled_value": [_sample(POWER, "1000", phase=line)]}
        for line in LINES
    ]
    await bench.charger.call(call.MeterValues(1, pieces))
    assert bench.meter.power_w == 3000


async def test_a_total_after_its_phases_is_the_newest_word(bench: MeteredBench) -> None:
    for measurand, phase in ((POWER, "1000"), (VOLTAGE, "230")):
        lines = [_sample(measurand, phase, phase=line) for line in LINES]
        await bench.tell(lines, bench.clock())
    total = [_sample(POWER, "3010"), _sample(VOLTAGE, "231")]
    await bench.tell(total, bench.clock())
    assert (bench.meter.power_w, bench.meter.voltage_v) == (3010, 231)
    assert bench.meter.phases(Measurand.POWER_ACTIVE_IMPORT) == Phases(*[1000] * 3)


# Age.


async def test_a_sample_that_was_held_up_replaces_none(bench: MeteredBench) -> None:
    await bench.shows(1000)
    await bench.shows(9000, ago=MINUTE)
    assert bench.meter.power_w == 1000


async def test_a_sample_of_long_ago_is_not_shown(bench: MeteredBench) -> None:
    await bench.shows(1000)
    bench.clock.ahead += 10 * MINUTE
    await bench.shows(9000, ago=5 * MINUTE)
    assert bench.meter.power_w == 1000
    await bench.shows(2000)
    assert bench.meter.power_w == 2000


@pytest.mark.parametrize(
    "wrong", [timedelta(hours=-2), timedelta(hours=2), -40 * MINUTE, timedelta(-20_000)]
)
async def test_a_clock_that_is_wrong_is_not_slow(
    bench: MeteredBench, wrong: timedelta
) -> None:
    for power_w in (1000, 2000, 3000):
        bench.clock.ahead += 10 * SECOND
        await bench.shows(power_w, ago=-wrong)
    assert bench.meter.power_w == 3000
    # Its queue is known by its clock, too.
    await bench.shows(9000, ago=-wrong + 7 * SECOND)
    assert bench.meter.power_w == 3000


async def test_a_backlog_after_a_fresh_value_is_no_falling_register(
    bench: MeteredBench,
) -> None:
    bench.clock.ahead += 10 * MINUTE
    await bench.shows(3000, more={REGISTER: 500})
    for minutes in (3, 2, 1):
        ago, charged_wh = minutes * MINUTE, 500 - 50 * minutes
        await bench.shows(3000, ago=ago, more={REGISTER: charged_wh})
    assert bench.meter.energy_wh == 500
    assert bench.session.energy_wh == 500
    assert not bench.station.faults[Fault.FALLING_REGISTER]
    await bench.shows(3000, more={REGISTER: 510})
    assert bench.session.energy_wh == 510


async def test_a_backlog_without_a_time_is_no_falling_register(
    bench: MeteredBench,
) -> None:
    bench.clock.ahead += MINUTE
    await bench.shows(3000, more={REGISTER: 5000})
    never_set = bench.clock() - datetime.fromisoformat("1970-01-01T00:00:00Z")
    for minutes in range(3):
        charged_wh = 4500 + 100 * minutes
        ago = never_set - minutes * MINUTE
        await bench.shows(9000, ago=ago, more={REGISTER: charged_wh})
    assert bench.meter.power_w == 3000
    assert not bench.station.faults[Fault.FALLING_REGISTER]
    await bench.shows(3000, more={REGISTER: 5010})
    assert bench.session.energy_wh == 5010
    assert bench.evse.ledger.total_wh == 5010


async def test_a_charger_that_falls_silent_is_taken_to_draw_what_nobody_knows(
    bench: MeteredBench,
) -> None:
    bench.charger.triggers = frozenset()
    await bench.shows(7000, more={OFFERED: 16, REGISTER: 500})
    for minutes in (2, 2, 2):
        forget_old(bench.station)
        assert bench.meter.power_w == 7000
        bench.clock.ahead += minutes * MINUTE
    forget_old(bench.station)
    assert set(bench.meter.measurements) == {Measurand(REGISTER)}
    # One that speaks each quarter of an hour is not silent for that.
    for _ in range(2):
        bench.clock.ahead += 15 * MINUTE
        await bench.shows(7000, more={OFFERED: 16})
    bench.clock.ahead += 30 * MINUTE
    forget_old(bench.station)
    assert bench.meter.power_w == 7000


async def test_that_nothing_flows_does_not_grow_old(bench: MeteredBench) -> None:
    await bench.shows(7000)
    await bench.charger.unplug()
    bench.clock.ahead += 60 * MINUTE
    forget_old(bench.station)
    assert bench.meter.power_w == 0


# Occasion.


async def _finishing(bench: MeteredBench) -> None:
    await bench.charger.change_status(ChargePointStatus.finishing)


async def _stopped(bench: MeteredBench) -> None:
    await bench.charger.stop_session()


async def _stopped_without_status(bench: MeteredBench) -> None:
    number = bench.charger.connectors[1].transaction_id
    assert number is not None
    now = bench.clock().isoformat()
    await bench.charger.call(call.StopTransaction(1000, now, number))


async def _paused(bench: MeteredBench) -> None:
    await bench.charger.change_status(ChargePointStatus.suspended_evse)


@pytest.mark.parametrize(
    "end", [_finishing, _stopped, _stopped_without_status, _paused]
)
@pytest.mark.parametrize("ago_s", [0, 5])
async def test_closing_values_are_not_the_present(
    bench: MeteredBench, end: Callable[[MeteredBench], Any], ago_s: int
) -> None:
    offered: dict[str, float] = {OFFERED: 16}
    bench.clock.ahead += MINUTE
    bench.charger.connectors[1].energy_wh = 1000
    await bench.shows(8000, more={REGISTER: 900, **offered})
    await end(bench)
    await bench.shows(8000, ago_s * SECOND, {REGISTER: 1000, **offered})
    assert bench.meter.power_w == 0
    assert bench.meter.current_a == 0
    assert bench.meter.offered_current_a == 0
    assert bench.session.energy_wh == 1000


async def test_values_of_the_end_are_not_the_present(bench: MeteredBench) -> None:
    await bench.shows(3000)
    bench.clock.ahead += MINUTE
    sample = _sample(POWER, "8000", context="Transaction.End")
    await bench.tell([sample], bench.clock())
    assert bench.meter.power_w == 3000


async def test_nothing_flows_where_no_session_runs(bench: MeteredBench) -> None:
    await bench.charger.stop_session()
    bench.clock.ahead += 10 * MINUTE
    await bench.shows(7200)
    assert bench.meter.power_w == 0
    await bench.charger.change_status(ChargePointStatus.charging)
    bench.clock.ahead += SECOND
    await bench.shows(7200)
    assert bench.meter.power_w == 7200


async def test_a_status_that_is_repeated_does_not_stop_what_flows(
    bench: MeteredBench,
) -> None:
    await bench.charger.change_status(ChargePointStatus.suspended_evse)
    assert not bench.meter.power_w
    bench.clock.ahead += 20 * SECOND
    await bench.shows(7000)
    for _ in range(3):
        await bench.charger.change_status(ChargePointStatus.suspended_evse)
        assert bench.meter.power_w == 7000
    await bench.charger.change_status(ChargePointStatus.suspended_ev)
    assert bench.meter.power_w == 0


async def test_what_a_paused_car_is_offered_is_shown(bench: MeteredBench) -> None:
    await bench.shows(7000, more={OFFERED: 16})
    await bench.charger.change_status(ChargePointStatus.suspended_ev)
    assert bench.meter.power_w == 0
    assert bench.meter.offered_current_a == 16


async def test_nothing_is_known_of_the_present_after_a_new_connection(
    bench: MeteredBench,
) -> None:
    await bench.shows(7000, more={OFFERED: 16, VOLTAGE: 231, "SoC": 40})
    async with bench.reconnected(bench.charger):
        moving = {Measurand(POWER), Measurand(CURRENT), Measurand(OFFERED)}
        assert not moving & bench.meter.measurements.keys()
        assert bench.meter.value(Measurand.SOC) == 40
        await bench.charger.unplug()
        # That nothing flows is known without a value.
        assert bench.meter.power_w == 0
        assert bench.meter.value(Measurand.SOC) is None


async def test_a_queue_of_the_session_before_is_not_the_present(
    bench: MeteredBench,
) -> None:
    number = bench.charger.connectors[1].transaction_id
    await bench.charger.unplug()
    async with bench.reconnected(bench.charger):
        await bench.charger.report_status()
        bench.charger.connectors[1].transaction_id = number
        for minutes in (15, 14, 13):
            await bench.shows(7200, ago=minutes * MINUTE)
        assert bench.meter.power_w == 0


@pytest.mark.parametrize("value", ["65535", "6553.5", "1e9"])
async def test_what_no_charger_delivers_is_not_believed(
    bench: MeteredBench, value: str
) -> None:
    await bench.shows(7000, more={VOLTAGE: 231})
    bench.clock.ahead += 10 * SECOND
    await bench.tell([_sample(CURRENT, value), _sample(VOLTAGE, value)], bench.clock())
    assert bench.meter.current_a == pytest.approx(10.14)
    assert bench.meter.voltage_v == 231
    assert bench.station.faults[Fault.UNUSABLE_VALUE] == 2


async def test_no_battery_is_empty_for_a_moment(bench: MeteredBench) -> None:
    shown = []
    for soc in (0, 55, 0, 56, 3, 0):
        bench.clock.ahead += 10 * SECOND
        await bench.shows(7000, more={"SoC": soc})
        shown.append(bench.meter.value(Measurand.SOC))
    assert shown == [None, 55, 55, 56, 3, 0]
