"""Block I: tariff and cost."""

from collections.abc import AsyncIterator

import pytest

from custom_components.ocpp.csms.timeouts import Timeouts
from tests.csms.conformance.peer import Message
from tests.waiting import until

from .script import (
    METER_START_WH,
    METER_STOP_WH,
    Station,
    StationBench,
    energy,
    running,
)

PRICE_PER_KWH = 0.3
BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")
COST = round(PRICE_PER_KWH * (METER_STOP_WH - METER_START_WH) / 1000, 2)


@pytest.fixture
async def bench() -> AsyncIterator[StationBench]:
    """A central system that knows a price and keeps house all the time."""
    async with running(timeouts=Timeouts(housekeeping_s=0.01)) as bench:
        bench.system.cost_of = lambda _, transaction: (
            PRICE_PER_KWH * (transaction.energy_wh or 0) / 1000
        )
        yield bench


async def showing(bench: StationBench, charger: Station) -> None:
    """Have the station say that it shows costs."""
    charger.variables["TariffCostCtrlr.Enabled[Cost]"] = "true"
    charger.answers["CostUpdated"] = {}
    await charger.boot()
    await until(lambda: bench.station.capabilities.shows_cost)


async def test_TC_I_01(bench: StationBench) -> None:
    async with bench.connected() as charger:
        await showing(bench, charger)
        await charger.report("Occupied")
        session = charger.session()
        await session.start("CablePluggedIn", "Charging", **BEGIN)
        told: Message = {"transactionId": session.transaction_id}
        await until(lambda: charger.called("CostUpdated") == [{**told, "totalCost": 0}])
        await session.update("MeterValuePeriodic", "Charging", **energy(METER_STOP_WH))
        await until(lambda: len(charger.called("CostUpdated")) == 2)
        assert charger.called("CostUpdated")[-1] == {**told, "totalCost": COST}
        answer = await session.end("EVDeparted", "EVDisconnected", **END)
        assert answer == {"totalCost": COST}
        assert len(charger.called("CostUpdated")) == 2


async def test_a_station_that_cannot_show_costs_is_told_once(
    bench: StationBench,
) -> None:
    async with bench.connected() as charger:
        await showing(bench, charger)
        del charger.answers["CostUpdated"]
        await charger.report("Occupied")
        session = charger.session()
        await session.start("CablePluggedIn", "Charging", **BEGIN)
        await until(lambda: charger.called("CostUpdated"))
        await session.update("MeterValuePeriodic", "Charging", **energy(METER_STOP_WH))
        calls = len(charger.calls)
        bench.station.limits.forget()
        await until(lambda: len(charger.calls) > calls)
        assert len(charger.called("CostUpdated")) == 1


async def test_TC_I_02(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **BEGIN)
    answer = await session.end("EVDeparted", "EVDisconnected", **END)
    assert answer == {"totalCost": COST}


async def test_a_session_at_an_unknown_price_has_no_cost(
    bench: StationBench, charger: Station
) -> None:
    bench.system.cost_of = lambda _, __: None
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **BEGIN)
    assert await session.end("EVDeparted", "EVDisconnected", **END) == {}
