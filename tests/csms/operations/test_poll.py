"""Polling of chargers that send no meter values by themselves, over a real socket."""

from datetime import timedelta

from custom_components.ocpp.csms.operations.poll import POLL_AFTER, Polling
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import ChargePointStatus, reconnected
from tests.waiting import until

SILENCE = POLL_AFTER + timedelta(seconds=1)


async def test_a_charger_that_sends_no_values_is_asked_for_them(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await charger.meter()
        charger.received.clear()
        bench.clock.ahead += SILENCE
        asked = await charger.wait_for("TriggerMessage")
        assert asked == {"requested_message": "MeterValues", "connector_id": 1}
        await until(lambda: not bench.silent_evses)
        # Nobody is asked while nothing flows.
        await charger.change_status(ChargePointStatus.suspended_ev)
        bench.clock.ahead += SILENCE
        assert not bench.silent_evses


async def test_a_charger_that_cannot_be_polled_is_not_asked_again(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        charger.triggers = frozenset()
        polling = Polling(quiet_bench.station)
        quiet_bench.clock.ahead += SILENCE
        assert polling.silent_evses == [1]
        await polling.poll(1)
        for _ in range(3):
            quiet_bench.clock.ahead += 10 * MINUTE
            assert polling.silent_evses == []


async def test_a_charger_is_polled_again_on_its_next_connection(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        charger.triggers = frozenset()
        housekeeping, station = quiet_bench.system.housekeeping, quiet_bench.station
        quiet_bench.clock.ahead += SILENCE
        await housekeeping.polling(station).poll(1)
        async with reconnected(charger, quiet_bench.url):
            await charger.heartbeat()
            quiet_bench.clock.ahead += SILENCE
            assert quiet_bench.silent_evses == [1]
