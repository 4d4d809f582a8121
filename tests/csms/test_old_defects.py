"""Known defects of OCPP in Home Assistant that do not occur here: each by its number and name.

The numbers of the defects and of the points to do better in are those of the study of what was there before.
"""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.devices.capabilities import Kind, Traits
from custom_components.ocpp.csms.errors import CallTimeoutError
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import Limit, ResetKind
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    Authority,
    KnownToken,
    TokenStatus,
)
from tests.simulator.charger import ChargePointStatus, reconnected, simulated_charger
from tests.simulator.dead_peer import given_up, half_open, stuff
from tests.waiting import until

from .bench import PATIENT, Bench

TEN, ELEVEN, TWELVE = Limit(10), Limit(11), Limit(12)
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


def _url(bench: Bench) -> str:
    return f"ws://127.0.0.1:{bench.system.port}"


async def _ask(websocket: Any, action: str, payload: dict[str, Any]) -> Any:
    """Call, and return the answer's payload; what is asked meanwhile is refused."""
    await websocket.send(json.dumps([2, action, action, payload]))
    while True:
        match json.loads(await websocket.recv()):
            case [2, message_id, *_]:
                refusal = [4, message_id, "NotSupported", "", {}]
                await websocket.send(json.dumps(refusal))
            case [3, _, answer]:
                return answer


def _dial(bench: Bench, path: str = "CP1") -> Any:
    url = f"{_url(bench)}/{path}"
    return connect(url, subprotocols=[Subprotocol("ocpp1.6")], compression=None)


# Defects.


@pytest.mark.parametrize("stuffed", [False, True], ids=["silent", "stuffed"])
async def test_defect_1_half_open_reconnect_keeps_the_new_socket(
    bench: Bench, stuffed: bool
) -> None:
    with half_open(bench.system.port, "CP1") as dead:
        await until(lambda: "CP1" in bench.system.stations)
        if stuffed:
            await stuff(dead)
        # It is served at once, however long the old socket may take to end.
        with bench.timers.stopped():
            websocket = await _dial(bench)
            answer = await _ask(websocket, "BootNotification", BOOT)
        assert answer["status"] == "Accepted"
        await given_up(dead)
        assert await _ask(websocket, "Heartbeat", {})
        assert bench.station.connected
        async with _dial(bench) as newest:
            await _ask(newest, "BootNotification", BOOT)
            await websocket.wait_closed()
            assert await _ask(newest, "Heartbeat", {})
            assert bench.station.connected


async def test_defect_2_calls_are_made_after_every_reboot_and_reconnect(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        for _ in range(3):
            await charger.boot()
            await charger.wait_for("GetConfiguration")
            await charger.wait_for("TriggerMessage")
    for _ in range(2):
        async with bench.reconnected(charger):
            await charger.wait_for("GetConfiguration")
            await charger.wait_for("TriggerMessage")


async def test_defect_6_an_invalid_answer_does_not_end_the_setting_up(
    bench: Bench,
) -> None:
    settings: list[Any] = [
        {"key": "NumberOfConnectors", "readonly": "true", "value": 2},
        {"key": "ChargingScheduleAllowedChargingRateUnit", "value": "Power"},
        {"key": "SupportedFeatureProfiles", "readonly": True, "vendor": "odd"},
        "nonsense",
    ]
    async with _dial(bench) as websocket:
        await websocket.send(json.dumps([2, "1", "BootNotification", BOOT]))
        while True:
            match json.loads(await websocket.recv()):
                case [2, message_id, "GetConfiguration", _]:
                    answer = {"configurationKey": settings, "unknownKey": None}
                    await websocket.send(json.dumps([3, message_id, answer]))
                case [2, message_id, "SetChargingProfile", _]:
                    break
                case [2, message_id, *_]:
                    await websocket.send(json.dumps([3, message_id, {}]))
                    await websocket.send(json.dumps([2, "beat", "Heartbeat", {}]))
                case [3, "beat", _]:
                    # It tells nothing of what it was asked for.
                    bench.timers.elapse(PATIENT.tell_s)
        # It went on to the limits, with what it could make out.
        assert set(bench.station.snapshot.evses) == {1, 2}
        assert bench.station.faults[Fault.SCHEMA_VIOLATION]


async def test_defect_7_a_session_is_stopped_after_a_restart(bench: Bench) -> None:
    async with bench.in_session() as charger:
        memory = bench.station.memory
    bench.system.release("CP1")
    bench.system.adopt("CP1", memory=memory)
    async with reconnected(charger, _url(bench)):
        await bench.station.commands.stop_transaction(1)
        await until(lambda: charger.connectors[1].transaction_id is None)


async def test_defect_8_two_starts_in_one_second_get_two_ids(bench: Bench) -> None:
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        first, second = await asyncio.gather(
            charger.start_session(connector_id=1), charger.start_session(connector_id=2)
        )
        assert first != second


async def test_defect_8_the_end_of_an_unknown_session_ends_no_other(
    bench: Bench,
) -> None:
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        await until(lambda: len(bench.station.snapshot.evses) == 2)
        running = await charger.start_session(connector_id=1)
        charger.connectors[2].transaction_id = 4711
        await charger.stop_session(connector_id=2)
        evse = bench.station.snapshot.evse(1)
        assert evse.running_transaction is not None
        assert evse.running_transaction.id == str(running)
        assert bench.station.faults[Fault.UNKNOWN_TRANSACTION] == 1


async def test_defect_9_a_move_of_the_slider_is_one_call(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        for limit in (ELEVEN, TWELVE):
            charger.received.clear()
            await bench.station.limits.set(1, limit)
            await bench.station.limits.set(1, limit)
            assert charger.received_names == ["SetChargingProfile"]


@pytest.mark.parametrize("count", ["1634030126", "-1", "0", "17", "many", ""])
async def test_defect_10_an_absurd_number_of_connectors_is_not_believed(
    bench: Bench, count: str
) -> None:
    async with bench.connect(settings={"NumberOfConnectors": count}) as charger:
        await charger.boot()
        await bench.commissioned(charger)
        assert set(bench.station.snapshot.evses) == {1}


async def test_defect_14_a_tag_does_not_outlive_its_session(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await charger.show_tag("ANNA")
        await charger.start_session("ANNA")
        assert bench.station.snapshot.tokens.presented is None
        await charger.stop_session()
        await charger.start_session("BERT")
        running = bench.station.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.id_token == "BERT"


# Points to do better in.


async def test_point_1_no_connection_is_lost_or_doubled(bench: Bench) -> None:
    async with _dial(bench) as first:
        await _ask(first, "BootNotification", BOOT)
        station = bench.station
        async with _dial(bench) as second:
            await _ask(second, "BootNotification", BOOT)
            await first.wait_closed()
            assert bench.station is station
            assert station.connected
            assert await _ask(second, "Heartbeat", {})
    await until(lambda: not station.connected)


async def test_point_2_a_reconnect_brings_everything_up_to_date_and_changes_nothing(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
    charger.received.clear()
    charger.connectors[1].profiles.clear()
    charger.connectors[1].status = ChargePointStatus.suspended_ev
    async with bench.reconnected(charger):
        suspended = ConnectorStatus.SUSPENDED_EV
        await until(lambda: bench.station.snapshot.evse(1).status is suspended)
        await until(lambda: charger.offered_a() == 10)
        assert len(charger.received_names) <= 5
        assert not {"ChangeAvailability", "ChangeConfiguration", "Reset"} & {
            *charger.received_names
        }


async def test_point_3_the_way_that_a_charger_obeys_is_learned_and_remembered(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        charger.refuse_profile = lambda profile: (
            profile["charging_profile_kind"] != "Relative"
        )
        in_force = await bench.station.limits.set(1, TEN)
        assert in_force is not None
        assert in_force.variant.kind is Kind.RELATIVE
        charger.received.clear()
        await bench.station.limits.set(1, TWELVE)
        assert [limit for _, _, limit in charger.received_limits] == [12]


async def test_point_4_transactions_survive_whatever_is_lost(bench: Bench) -> None:
    async with bench.in_session() as charger:
        transaction_id = str(charger.connectors[1].transaction_id)
        memory = bench.station.memory
    bench.system.release("CP1")
    bench.system.adopt("CP1", memory=memory)
    async with reconnected(charger, _url(bench)):
        running = bench.station.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.id == transaction_id
        # An answer is lost: the same start, told again, is the same session.
        assert running.meter_start_wh is not None
        assert memory.last_transaction_id == int(transaction_id)
        await charger.stop_session()
        last = bench.station.snapshot.evse(1).transaction
        assert last is not None
        assert last.stop_reason == "Local"


async def test_point_5_energy_is_counted_by_one_ledger(bench: Bench) -> None:
    async with bench.in_session() as charger:
        # Blank, at zero between two values, and no number: nothing of it is energy.
        for register_wh in ("1000", "1500", "", "0", "NaN", "1700"):
            await charger.meter(
                [{"measurand": "Energy.Active.Import.Register", "value": register_wh}]
            )
        evse = bench.station.snapshot.evse(1)
        assert evse.ledger.total_wh == 1700
        assert evse.running_transaction is not None
        assert evse.running_transaction.energy_wh == 1700
        assert bench.station.faults[Fault.UNUSABLE_VALUE] == 2


async def test_point_7_a_charger_is_recognised_by_what_it_says_when_it_boots(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.vendor, charger.model = "Wall Box Chargers", "Pulsar Plus"
        charger.firmware_version = "5.17.67"
        await charger.boot()
        await until(lambda: bench.station.known_model is not None)
        assert bench.station.capabilities.remote_start
        known_better = Traits.of(remote_start=False)
        bench.station.configure(StationSettings(traits=known_better))
        assert not bench.station.capabilities.remote_start


async def test_point_8_only_who_has_the_password_gets_in(bench: Bench) -> None:
    access = Access(SecurityProfile.PASSWORD, PasswordDigest.of("a-long-password"))
    bench.system.adopt("CP1", StationSettings(access=access))
    for password in (None, "a-wrong-password"):
        with pytest.raises(Exception, match="401"):
            async with simulated_charger(_url(bench), "CP1", password=password):
                pass
    async with bench.connect(password="a-long-password") as charger:
        assert await charger.boot() == "Accepted"


async def test_point_9_tags_are_held_to_what_is_known_of_them(bench: Bench) -> None:
    lost = KnownToken("LOST", TokenStatus.BLOCKED)
    bench.system.authority = Authority.of([lost, KnownToken("ANNA")], free_vend=False)
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        assert await charger.show_tag("ANNA") == "Accepted"
        assert await charger.show_tag("LOST") == "Blocked"
        assert await charger.show_tag("STRANGER") == "Invalid"


@pytest.mark.parametrize(
    "path", ["CP1", "any/prefix/CP1", "CP1?token=secret", "%43P1", "ocpp/CP1/"]
)
async def test_point_14_odd_urls_lead_to_the_charger(bench: Bench, path: str) -> None:
    async with _dial(bench, path) as websocket:
        await _ask(websocket, "BootNotification", BOOT)
        assert bench.station.connected


async def test_point_15_it_is_said_what_a_charger_has_done(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await charger.socket.send('{"not": "a frame"')
        await charger.heartbeat()
        assert bench.station.faults[Fault.MALFORMED_FRAME] == 1
        assert bench.station.message_log.shown(bench.station.version.disclosure)
        charger.unanswered.add("Reset")
        reset = asyncio.create_task(bench.station.commands.reset(ResetKind.SOFT))
        await bench.ignored(charger, reset.done)
        with pytest.raises(CallTimeoutError):
            await reset
        await charger.heartbeat()
        assert bench.station.connected
