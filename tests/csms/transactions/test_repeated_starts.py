"""Starts that chargers with odd clocks report again, over a socket."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.events import TransactionStarted
from tests.csms.bench import Bench, ConnectedBench
from tests.simulator.charger import ChargePointStatus, call

NEVER_SET = "1970-01-01T00:00:07Z"


class StarterBench(ConnectedBench):
    """A charger that reports starts as it likes."""

    @property
    def started(self) -> int:
        """The number of sessions that have begun."""
        return sum(isinstance(event, TransactionStarted) for event in self.events)

    def ahead(self, by: timedelta) -> str:
        """Return the time of a clock that is so much ahead."""
        return (self.clock() + by).isoformat(timespec="seconds")

    async def start(self, told: str, meter_wh: int = 0, id_tag: str = "TAG") -> int:
        """Report a start, and return its number."""
        answer = await self.charger.call(
            call.StartTransaction(1, id_tag, meter_wh, told)
        )
        self.charger.connectors[1].transaction_id = int(answer.transaction_id)
        return int(answer.transaction_id)

    async def metered(self, *registers_wh: float) -> None:
        """Report the register."""
        for register_wh in registers_wh:
            sample = {"value": f"{register_wh}", "unit": "Wh"}
            await self.charger.meter([sample])


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[StarterBench]:
    async with quiet_bench.connect() as charger:
        await charger.boot()
        await charger.change_status(ChargePointStatus.charging)
        yield StarterBench(quiet_bench, charger)


@pytest.mark.parametrize("clock", ["ahead", "never set", "right"])
@pytest.mark.parametrize("meter_wh", [0, 1_000_000])
async def test_a_start_that_is_told_again_is_the_same_session(
    bench: StarterBench, clock: str, meter_wh: int
) -> None:
    told = {
        "ahead": bench.ahead(timedelta(hours=2)),
        "never set": NEVER_SET,
        "right": bench.ahead(timedelta()),
    }[clock]
    first = await bench.start(told, meter_wh)
    await bench.metered(meter_wh, meter_wh + 500)
    async with bench.reconnected(bench.charger):
        bench.clock.ahead += timedelta(minutes=10)
        assert await bench.start(told, meter_wh) == first
        await bench.metered(meter_wh + 900)
        bench.charger.connectors[1].energy_wh = meter_wh + 900
        await bench.charger.stop_session()
    assert bench.session.energy_wh == 900
    assert bench.started == 1


async def test_a_start_whose_time_is_corrected_is_the_same_session(
    bench: StarterBench,
) -> None:
    first = await bench.start(NEVER_SET)
    assert await bench.start(bench.ahead(timedelta())) == first
    assert bench.started == 1


async def test_the_next_session_of_a_clock_that_stands_is_another(
    bench: StarterBench,
) -> None:
    first = await bench.start(NEVER_SET)
    await bench.charger.stop_session()
    await bench.charger.change_status(ChargePointStatus.charging)
    assert await bench.start(NEVER_SET) != first
    assert bench.started == 2


@pytest.mark.parametrize(
    ("id_tag", "meter_wh", "hours"), [("OTHER", 0, 2), ("TAG", 1, 2), ("TAG", 0, 3)]
)
async def test_another_session_is_another(
    bench: StarterBench, id_tag: str, meter_wh: int, hours: int
) -> None:
    first = await bench.start(bench.ahead(timedelta(hours=2)))
    told = bench.ahead(timedelta(hours=hours))
    assert await bench.start(told, meter_wh, id_tag) != first


async def test_a_padded_tag_is_no_other(bench: StarterBench) -> None:
    told = bench.ahead(timedelta())
    assert await bench.start(told, 0, "TAG") == await bench.start(told, 0, "TAG  ")
