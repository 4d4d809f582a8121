"""Requests to a charger that connects or boots, over a real socket: few, and fewer the next time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits, Unit
from custom_components.ocpp.csms.devices.settings import Provisioned, write_step
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from custom_components.ocpp.csms.versions.v16 import VERSION as V16
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import (
    ChargePointStatus,
    SimulatedCharger,
    reconnected,
    simulated_charger,
)
from tests.waiting import until

MEASURANDS = "MeterValuesSampledData"
TEN = Limit(10)


def _calls(charger: SimulatedCharger, action: str) -> list[dict[str, Any]]:
    return [payload for name, payload in charger.received if name == action]


SECOND = timedelta(seconds=1)


def _written(charger: SimulatedCharger, key: str) -> list[str]:
    return [
        call["value"]
        for call in _calls(charger, "ChangeConfiguration")
        if call["key"] == key
    ]


def _url(bench: Bench) -> str:
    return f"ws://127.0.0.1:{bench.system.port}"


async def test_a_reconnect_in_a_session_costs_five_calls_at_most(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        charger.received.clear()
    async with bench.reconnected(charger):
        await until(lambda: len(_calls(charger, "TriggerMessage")) == 2)
        await until(lambda: not bench.station.limits.pending)
        names = [name for name, _ in charger.received]
        assert len(names) <= 5
        assert names.count("GetConfiguration") == 1
        assert "ChangeConfiguration" not in names
        assert "ChangeAvailability" not in names
        # What it keeps in flash is not written again.
        assert "TxDefaultProfile" not in {p for _, p, _ in charger.received_limits}
        assert charger.offered_a() == 10


async def test_only_what_is_needed_is_read_the_second_time(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        assert (await charger.wait_for("GetConfiguration"))["key"] is None
        await until(lambda: bench.station.provisioned.complete)
        await charger.boot()
        asked = (await charger.wait_for("GetConfiguration"))["key"]
        assert "NumberOfConnectors" in asked
        charger.firmware_version = "2.0"
        await charger.boot()
        assert (await charger.wait_for("GetConfiguration"))["key"] is None


async def test_no_more_settings_are_asked_for_at_once_than_a_charger_allows(
    bench: Bench,
) -> None:
    async with bench.connect(settings={"GetConfigurationMaxKeys": "4"}) as charger:
        await charger.boot()
        await bench.commissioned(charger)
        assert bench.station.memory.provisioned.most_read == 4
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        asked = [call["key"] for call in _calls(charger, "GetConfiguration")]
        assert [len(keys) for keys in asked[:-1]] == [4] * (len(asked) - 1)
        needed = {str(variable) for variable in V16.settings.needed}
        assert {name for keys in asked for name in keys} == needed
        # What was read is read as a whole.
        assert len(bench.station.snapshot.evses) == 1
        assert charger.settings["MeterValueSampleInterval"] == "10"


@pytest.mark.parametrize("most", ["0", "-1", "many", ""])
async def test_a_number_of_settings_that_cannot_be_is_no_limit(
    bench: Bench, most: str
) -> None:
    async with bench.connect(settings={"GetConfigurationMaxKeys": most}) as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        (asked,) = _calls(charger, "GetConfiguration")
        assert len(asked["key"]) > 4


async def test_a_known_charger_is_not_asked_to_announce_itself_after_our_restart(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        memory = bench.station.memory
    later = CentralSystem(
        timeouts=Timeouts(housekeeping_s=0.05, reconnect_s=0.05), clock=bench.clock
    )
    station = later.adopt("CP1", memory=memory)
    port = await later.start("127.0.0.1", 0)
    charger.received.clear()
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: station.snapshot.evse(1).status is ConnectorStatus.CHARGING)
        await until(lambda: len(_calls(charger, "TriggerMessage")) == 2)
        asked = {
            call["requested_message"] for call in _calls(charger, "TriggerMessage")
        }
        assert asked == {"StatusNotification", "MeterValues"}
    await later.stop()


async def test_measurands_that_are_refused_are_left_out_and_remembered(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.refuse_setting = lambda key, value: key == MEASURANDS and "SoC" in value
        await charger.boot()
        await until(lambda: charger.settings[MEASURANDS].endswith("Voltage"))
        assert len(_written(charger, MEASURANDS)) == 2
        memory = bench.station.memory
        assert list(memory.provisioned.refused) == [MEASURANDS]
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        assert _written(charger, MEASURANDS) == []


async def test_a_charger_that_takes_no_measurands_is_asked_a_few_times_once(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.refuse_setting = lambda key, value: key == MEASURANDS
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        assert 1 < len(_written(charger, MEASURANDS)) <= 6
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        assert _written(charger, MEASURANDS) == []


async def test_what_makes_a_charger_reboot_is_not_done_again(bench: Bench) -> None:
    key = "MeterValueSampleInterval"
    async with bench.connect() as charger:
        pass
    charger.unanswered.add("ChangeConfiguration")
    for _ in range(2):
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            await until(lambda: _written(charger, key))
            # It reboots instead of answering.
            charger.received.clear()
    async with reconnected(charger, _url(bench)):
        charger.unanswered.clear()
        await charger.boot()
        assert write_step(VariableId(key)) in bench.station.memory.provisioned.harmful
        await charger.wait_for("TriggerMessage")
        assert _written(charger, key) == []
        assert len(_written(charger, MEASURANDS)) == 1


SAMPLES = "MeterValueSampleInterval"
WRITE_SAMPLES = write_step(VariableId(SAMPLES))


def _left_out(bench: Bench) -> frozenset[str]:
    """Return the steps that are left out."""
    station = bench.station
    return station.memory.provisioned.left_out(station.now)


async def _rebooting(bench: Bench, charger: SimulatedCharger, times: int = 2) -> None:
    """Have a charger reboot instead of answering to a setting."""
    for _ in range(times):
        charger.unanswered.add("ChangeConfiguration")
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            await until(lambda: _written(charger, SAMPLES))
            charger.received.clear()
        charger.unanswered.clear()


async def test_a_network_that_fails_again_and_again_teaches_nothing(
    bench: Bench,
) -> None:
    """The charger announces itself each time that it connects."""
    async with bench.connect() as charger:
        pass
    for _ in range(6):
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            # The steps before have been answered by then.
            await charger.wait_for("SetChargingProfile")
            charger.received.clear()
        bench.clock.ahead += 5 * SECOND
        assert _left_out(bench) == set()


async def test_a_network_that_fails_at_any_step_teaches_nothing(bench: Bench) -> None:
    async with bench.connect() as charger:
        pass
    for step in ("TriggerMessage", "GetConfiguration", "TriggerMessage") * 3:
        charger.unanswered.add(step)
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            await charger.wait_for(step)
            charger.received.clear()
        charger.unanswered.clear()
        bench.clock.ahead += 5 * SECOND
        assert _left_out(bench) == set()


async def test_a_step_without_which_the_network_fails_as_well_is_harmless(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        pass
    await _rebooting(bench, charger)
    for _ in range(2):
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            # The steps before have been answered by then.
            await charger.wait_for("SetChargingProfile")
            charger.received.clear()
        bench.clock.ahead += 5 * SECOND
    assert _left_out(bench) == set()


async def test_a_step_without_which_a_connection_lasts_is_tried_again_each_day(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        pass
    for days in (1, 2, 4):
        await _rebooting(bench, charger)
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            await charger.wait_for("TriggerMessage")
            assert _left_out(bench) == {WRITE_SAMPLES}
            bench.clock.ahead += 5 * MINUTE
        # The network may fail from now on: it has been the step before.
        async with reconnected(charger, _url(bench)):
            await charger.boot()
            assert _left_out(bench) == {WRITE_SAMPLES}
        # Else its end would be taken for one of days later.
        await until(lambda: not bench.station.snapshot.connected)
        bench.clock.ahead += timedelta(days=days - 0.1)
        assert _left_out(bench) == {WRITE_SAMPLES}
        bench.clock.ahead += timedelta(days=0.1)
        assert _left_out(bench) == set()
    # Mended with the same firmware: it takes the setting, and nothing is held against it.
    async with reconnected(charger, _url(bench)):
        charger.received.clear()
        await charger.boot()
        await until(lambda: _written(charger, SAMPLES))
        await charger.wait_for("TriggerMessage")
        assert bench.station.memory.provisioned.harmful == set()


async def test_what_was_learned_can_be_forgotten(bench: Bench) -> None:
    async with bench.connect() as charger:
        pass
    await _rebooting(bench, charger)
    async with reconnected(charger, _url(bench)):
        await charger.boot()
        assert _left_out(bench) == {WRITE_SAMPLES}
        bench.station.forget_learned()
        assert bench.station.memory.provisioned == Provisioned()
        await charger.boot()
        await until(lambda: _written(charger, SAMPLES))


def test_what_an_earlier_release_has_learned_of_the_network_is_forgotten() -> None:
    known = Provisioned(harmful=frozenset({"send StatusNotification"}))
    assert known.left_out(datetime.now(UTC)) == set()


async def test_a_charger_that_announces_itself_again_and_again_has_not_rebooted(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        for _ in range(4):
            await charger.boot()
            await charger.wait_for("GetConfiguration")
        assert not bench.station.memory.provisioned.harmful


async def test_a_charger_that_boots_now_and_then_is_not_suspected(bench: Bench) -> None:
    async with bench.connect() as charger:
        for _ in range(4):
            await charger.boot()
            await charger.wait_for("TriggerMessage")
            bench.clock.ahead += 2 * MINUTE
        assert not bench.station.memory.provisioned.harmful


async def test_a_charger_that_tells_no_settings_is_set_up_all_the_same(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.settings.clear()
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        assert len(_calls(charger, "GetConfiguration")) == 3


async def test_every_connector_is_brought_up_to_date(bench: Bench) -> None:
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        await until(lambda: set(bench.station.snapshot.evses) == {1, 2})
        for connector_id in (1, 2):
            await charger.plug_in(connector_id=connector_id)
            await charger.start_session(connector_id=connector_id)
            await bench.station.limits.set(connector_id, Limit(9 + connector_id))
    # Out of sight, one car has paused.
    charger.connectors[2].status = ChargePointStatus.suspended_ev
    async with bench.reconnected(charger):
        second = ConnectorStatus.SUSPENDED_EV
        await until(lambda: bench.station.snapshot.evse(2).status is second)
        await until(lambda: not bench.station.limits.pending)
        assert [charger.offered_a(n) for n in (1, 2)] == [10, 11]


async def test_a_connector_of_which_a_status_tells_is_there(bench: Bench) -> None:
    url = _url(bench)
    async with simulated_charger(
        url, "CP1", connectors=2, clock=bench.clock
    ) as charger:
        charger.settings["NumberOfConnectors"] = "1634030126"
        await charger.boot()
        await until(lambda: set(bench.station.snapshot.evses) == {1, 2})


async def test_what_a_charger_does_not_answer_holds_up_nothing_else(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.unanswered |= {"ChangeConfiguration", "TriggerMessage"}
        await charger.boot()
        profiles = charger.connectors[1].profiles
        await bench.ignored(charger, lambda: ("TxDefaultProfile", 0) in profiles)
        assert len(_written(charger, MEASURANDS)) == 1


async def test_what_a_charger_does_not_do_although_it_says_so_is_not_tried_again(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        for _ in range(3):
            await charger.boot()
            await until(lambda: _calls(charger, "TriggerMessage"))
            charger.settings["MeterValueSampleInterval"] = "60"
        assert _written(charger, "MeterValueSampleInterval") == ["10"]


async def test_a_charger_that_tells_nothing_the_second_time_keeps_its_name(
    bench: Bench,
) -> None:
    settings = {"ChargingScheduleAllowedChargingRateUnit": "Power"}
    async with bench.connect(settings=settings, connectors=2) as charger:
        await charger.boot()
        await until(lambda: bench.station.provisioned.complete)
        charger.settings.clear()
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        assert bench.station.capabilities.units == (Unit.WATT,)
        assert len(bench.station.snapshot.evses) == 2


async def test_a_charger_without_samples_is_asked_for_values_by_the_clock(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        del charger.settings["MeterValueSampleInterval"]
        await charger.boot()
        await until(lambda: charger.settings["ClockAlignedDataInterval"] == "60")


async def test_a_session_that_began_out_of_sight_is_found(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
    charger.connectors[1].transaction_id = -7
    charger.connectors[1].status = ChargePointStatus.charging
    async with bench.reconnected(charger):
        await until(lambda: bench.station.snapshot.evse(1).running_transaction)
        running = bench.station.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.id == "-7"


async def test_sessions_are_started_with_the_tag_that_a_setting_names(
    bench: Bench,
) -> None:
    traits = Traits.of(
        id_token_setting=(VariableId("OwnTag"),), reads_all_settings=False
    )
    bench.system.adopt("CP1", StationSettings(traits=traits))
    async with bench.connect(settings={"OwnTag": "PLUGCHARGE"}) as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await charger.plug_in()
        await bench.station.commands.start_transaction(1)
        asked = await charger.wait_for("RemoteStartTransaction")
        assert asked["id_tag"] == "PLUGCHARGE"


async def test_settings_of_its_vendor_are_read_to_see_whether_they_differ(
    bench: Bench,
) -> None:
    of_another_version = VariableId("Own", "Component")
    wanted = {
        VariableId("Own"): "1",
        VariableId("Other"): "2",
        of_another_version: "3",
    }
    traits = Traits.of(settings=wanted, reads_all_settings=False)
    bench.system.adopt("CP1", StationSettings(traits=traits))
    async with bench.connect(settings={"Own": "1", "Other": "1"}) as charger:
        await charger.boot()
        await until(lambda: charger.settings["Other"] == "2")
        assert _written(charger, "Own") == []
        *_, asked = _calls(charger, "GetConfiguration")
        assert {"Own", "Other"} <= set(asked["key"])
        assert len(set(asked["key"])) == len(asked["key"])
