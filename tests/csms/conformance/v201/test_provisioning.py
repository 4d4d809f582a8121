"""Block B: provisioning."""

from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.devices.settings import (
    ChangeResult,
    Criterion,
    Inventory,
    Setting,
)
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.events import AwaitingAdoption
from custom_components.ocpp.csms.model import Address, Registration, ResetKind, Trigger
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.csms.conformance.peer import ACCEPTED, Ask, Message
from tests.waiting import until

from .script import (
    BOOT,
    CARD,
    Station,
    StationBench,
    names_of,
    notify_report,
    running,
    status,
)

INTERVAL = "OCPPCommCtrlr.HeartbeatInterval"
OFFLINE = "OCPPCommCtrlr.OfflineThreshold"
ITEMS = "DeviceDataCtrlr.ItemsPerMessage[{}]"
BYTES = "DeviceDataCtrlr.BytesPerMessage[{}]"


@pytest.fixture
async def strict() -> AsyncIterator[StationBench]:
    """A central system that keeps strangers pending until they are adopted."""
    timeouts = Timeouts(boot_s=30, reconnect_s=30)
    async with running(
        unknown_chargers=Registration.PENDING, timeouts=timeouts
    ) as bench:
        yield bench


# Boot.


async def test_TC_B_01(charger: Station) -> None:
    info = charger.station.snapshot.info
    assert info is not None
    assert (info.vendor, info.model) == ("Sunny", "Wallbox 22")
    assert await charger.tell("Heartbeat") == {"currentTime": "2026-06-01T12:00:00Z"}


def announce(call: Message) -> list[tuple[str, Message]]:
    """Return the announcement of a charging station that was asked for it."""
    asked = call["requestedMessage"] == "BootNotification"
    return [("BootNotification", BOOT)] if asked else []


async def test_TC_B_02(strict: StationBench) -> None:
    introduced = []
    strict.system.subscribe(lambda _, event: introduced.append(type(event)))
    async with strict.connected() as charger:
        charger.variables[INTERVAL] = "600"
        charger.answers["TriggerMessage"] = ACCEPTED
        charger.follow_ups["TriggerMessage"] = announce
        answer = await charger.tell("BootNotification", **BOOT)
        assert answer["status"] == "Pending"
        assert answer["interval"] > 0
        # It is asked about itself, and may tell.
        await until(lambda: AwaitingAdoption in introduced)
        assert charger.called("GetBaseReport")
        assert sorted(charger.station.snapshot.evses) == [1, 2]
        strict.system.adopt("CP1")
        await until(lambda: charger.called("TriggerMessage"))
        assert charger.called("TriggerMessage")[0] == {
            "requestedMessage": "BootNotification"
        }
        for evse_id in (1, 2):
            await charger.report("Available", evse_id)
        await until(lambda: len(charger.called("SetChargingProfile")) == 2)
        assert (await charger.tell("BootNotification", **BOOT))["status"] == "Accepted"


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StatusNotification", status("Available")),
        ("Authorize", {"idToken": CARD}),
        ("Heartbeat", {}),
        (
            "TransactionEvent",
            {
                "eventType": "Started",
                "timestamp": "2026-06-01T12:00:00Z",
                "triggerReason": "CablePluggedIn",
                "seqNo": 0,
                "transactionInfo": {"transactionId": "tx-1"},
                "evse": {"id": 1},
            },
        ),
    ],
)
@pytest.mark.parametrize("how", [Registration.PENDING, Registration.REJECTED])
async def test_TC_B_30(how: Registration, action: str, payload: Message) -> None:
    async with running(unknown_chargers=how) as bench, bench.connected() as charger:
        answer = await charger.tell("BootNotification", **BOOT)
        assert answer["status"] == how.value
        kind, _, code, *_ = await charger.call(action, payload)
        assert (kind, code) == (4, "SecurityError")
        assert not charger.station.snapshot.evse(1).transaction


async def test_TC_B_31(strict: StationBench) -> None:
    async with strict.connected() as charger:
        await charger.tell("BootNotification", **BOOT)
        charger.answers["TriggerMessage"] = ACCEPTED
        assert (await charger.call("Heartbeat", {}))[2] == "SecurityError"
        await charger.station.commands.trigger(Trigger.HEARTBEAT)
        assert (await charger.call("Heartbeat", {}))[0] == 3
        refused = await charger.call("StatusNotification", status("Available"))
        assert refused[2] == "SecurityError"


async def test_TC_B_58(bench: StationBench) -> None:
    url = f"ws://127.0.0.1:{bench.system.port}/CP1"
    several = [Subprotocol(name) for name in ("ocpp0.1", "ocpp2.0.1")]
    async with connect(url, subprotocols=several) as socket:
        assert socket.subprotocol == "ocpp2.0.1"
    unknown = [Subprotocol("ocpp0.1")]
    async with connect(url, subprotocols=unknown) as socket:
        assert socket.subprotocol is None
        with pytest.raises(ConnectionClosedError):
            await socket.recv()


# Variables.


def read(*names: str) -> list[VariableId]:
    """Return variables by their names."""
    return [VariableId.parse(name) for name in names]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([INTERVAL], id="TC_B_06"),
        pytest.param([INTERVAL, OFFLINE], id="TC_B_07"),
    ],
)
async def test_variables_are_read(charger: Station, names: list[str]) -> None:
    charger.variables |= {INTERVAL: "60", OFFLINE: "10"}
    variables, before = read(*names), len(charger.calls)
    settings = await charger.station.commands.get_settings(*variables)
    assert [settings[item].value for item in variables] == ["60", "10"][: len(names)]
    assert charger.called("GetVariables", since=before) == [
        {"getVariableData": [names_of(name) for name in names]}
    ]


@pytest.mark.parametrize(
    ("bounds", "most_items"), [({ITEMS: "4"}, 4), ({BYTES: "400"}, 3)]
)
async def test_TC_B_08(
    bench: StationBench, bounds: dict[str, str], most_items: int
) -> None:
    async with bench.connected() as charger:
        told = {name.format("GetVariables"): value for name, value in bounds.items()}
        charger.variables |= told
        await charger.boot()
        names = [f"Component.Variable{number}" for number in range(10)]
        charger.variables |= dict.fromkeys(names, "1")
        before = len(charger.calls)
        settings = await charger.station.commands.get_settings(*read(*names))
        assert len(settings) == len(names)
        counts = [
            len(call["getVariableData"])
            for call in charger.called("GetVariables", since=before)
        ]
        assert sum(counts) == len(names)
        assert max(counts) <= most_items


async def test_TC_B_09(charger: Station) -> None:
    (variable,) = read(INTERVAL)
    before = len(charger.calls)
    assert await charger.station.commands.change_setting(variable, "33") is False
    data = [{**names_of(INTERVAL), "attributeValue": "33"}]
    assert charger.called("SetVariables", since=before) == [{"setVariableData": data}]
    assert charger.variables[INTERVAL] == "33"


@pytest.mark.parametrize(("most", "calls"), [(None, 1), ("1", 2)])
async def test_TC_B_10(charger: Station, most: str | None, calls: int) -> None:
    if most is not None:
        charger.variables[ITEMS.format("SetVariables")] = most
    interval, offline = read(INTERVAL, OFFLINE)
    charger.attribute_status[OFFLINE] = "RebootRequired"
    before = len(charger.calls)
    results = await charger.station.commands.change_settings(
        {interval: "33", offline: "20"}
    )
    assert results == {
        interval: ChangeResult("Accepted", True),
        offline: ChangeResult("RebootRequired", True, needs_reboot=True),
    }
    assert len(charger.called("SetVariables", since=before)) == calls


# Reports.


@pytest.mark.parametrize(
    ("inventory", "base"),
    [
        pytest.param(Inventory.CONFIGURATION, "ConfigurationInventory", id="TC_B_12"),
        pytest.param(Inventory.FULL, "FullInventory", id="TC_B_13"),
        pytest.param(Inventory.SUMMARY, "SummaryInventory", id="TC_B_14"),
    ],
)
async def test_a_base_report(charger: Station, inventory: Inventory, base: str) -> None:
    before = len(charger.calls)
    settings = await charger.station.commands.get_inventory(inventory)
    (call,) = charger.called("GetBaseReport", since=before)
    assert call["reportBase"] == base
    assert {str(name): item.value for name, item in settings.items()} == {
        "EVSE#1.AvailabilityState": "Available",
        "EVSE#2.AvailabilityState": "Available",
    }


async def test_TC_B_18(charger: Station) -> None:
    names = ["EVSE#1.AvailabilityState", "EVSE#2.AvailabilityState"]
    reported = [
        {**names_of(name), "variableAttribute": [{"value": "Available"}]}
        for name in names
    ]
    charger.answers["GetReport"] = ACCEPTED
    # It takes two messages.
    charger.follow_ups["GetReport"] = lambda call: [
        ("NotifyReport", notify_report(call["requestId"], reported[:1], more=True)),
        ("NotifyReport", notify_report(call["requestId"], reported[1:], 1)),
    ]
    variables = read(*names)
    settings = await charger.station.commands.get_report(
        variables, [Criterion.AVAILABLE]
    )
    assert settings == {name: Setting(name, "Available") for name in variables}
    (call,) = charger.called("GetReport")
    assert call["componentCriteria"] == ["Available"]
    assert call["componentVariable"] == [names_of(name) for name in names]


# Resets.


def reset(kind: ResetKind, name: str, evse_id: int | None, answer: str) -> Ask:
    """Return the command to reboot the charging station or an EVSE."""
    evse = {} if evse_id is None else {"evseId": evse_id}
    return Ask(
        lambda station: station.commands.reset(kind, Address(evse_id)),
        "Reset",
        {"type": name, **evse},
        {"status": answer},
    )


ON_IDLE, IMMEDIATE = (ResetKind.SOFT, "OnIdle"), (ResetKind.HARD, "Immediate")


@pytest.mark.parametrize(
    ("how", "evse_id"),
    [
        pytest.param(ON_IDLE, None, id="TC_B_20"),
        pytest.param(ON_IDLE, 1, id="TC_B_25"),
    ],
)
async def test_a_reset_without_session(
    bench: StationBench, how: tuple[ResetKind, str], evse_id: int | None
) -> None:
    async with bench.in_service() as charger:
        await reset(*how, evse_id, "Accepted").play(charger)
        if evse_id is not None:
            await charger.report("Unavailable")
            await charger.report("Available")
            return
    # It comes back.
    async with bench.connected() as charger:
        await charger.boot()


@pytest.mark.parametrize(
    ("how", "evse_id", "answer", "reason"),
    [
        pytest.param(ON_IDLE, None, "Scheduled", "EVDisconnected", id="TC_B_21"),
        pytest.param(IMMEDIATE, None, "Accepted", "ImmediateReset", id="TC_B_22"),
        pytest.param(ON_IDLE, 1, "Scheduled", "EVDisconnected", id="TC_B_26"),
        pytest.param(IMMEDIATE, 1, "Accepted", "ImmediateReset", id="TC_B_27"),
    ],
)
async def test_a_reset_with_a_session(
    bench: StationBench,
    how: tuple[ResetKind, str],
    evse_id: int | None,
    answer: str,
    reason: str,
) -> None:
    triggers = {
        "EVDisconnected": "EVCommunicationLost",
        "ImmediateReset": "ResetCommand",
    }
    async with bench.in_service() as charger:
        await charger.report("Occupied")
        session = charger.session()
        await session.start("CablePluggedIn", "Charging", idToken=CARD)
        await reset(*how, evse_id, answer).play(charger)
        assert session.is_running
        await session.end(triggers[reason], reason)
        await charger.report("Available")
    if evse_id is None:
        async with bench.connected() as charger:
            await charger.boot()
