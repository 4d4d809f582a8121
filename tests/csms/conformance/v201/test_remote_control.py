"""Block F: remote control."""

from collections.abc import Sequence

import pytest

from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import STATION, Address, Trigger
from custom_components.ocpp.csms.operations.start_transaction import Started, start
from custom_components.ocpp.csms.tokens.authorization import REMOTE_ID_TOKEN
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, Tell, text

from .script import METER_START_WH, METER_STOP_WH, Session, Station, energy, status

REMOTE: Message = {"idToken": REMOTE_ID_TOKEN, "type": "Central"}
PLACE: Message = {"evse": {"id": 1, "connectorId": 1}}
BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")


async def start_remotely(charger: Station, **answer: str) -> int:
    """Start a session as the owner does, and return the number of the command."""
    charger.answers["RequestStartTransaction"] = {**ACCEPTED, **answer}
    assert await start(charger.station, 1) is Started.STARTED
    (request,) = charger.called("RequestStartTransaction")
    number: int = request["remoteStartId"]
    assert request == {"evseId": 1, "remoteStartId": number, "idToken": REMOTE}
    return number


async def begun(session: Session, kind: str, start_id: int, **fields: object) -> None:
    """Tell that a session has begun by that command."""
    answer = await session.event(
        kind,
        "RemoteStart",
        **{**PLACE, **BEGIN},
        idToken=REMOTE,
        transactionInfo={"remoteStartId": start_id, **fields},
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert session.is_running


async def charging(charger: Station, session: Session) -> None:
    """Let the car charge that is there now."""
    await session.update("ChargingStateChanged", "Charging")
    assert charger.evse.status is ConnectorStatus.CHARGING
    running = charger.evse.running_transaction
    assert running is not None
    assert running.id_token == REMOTE_ID_TOKEN


async def test_TC_F_01(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "EVConnected", **BEGIN)
    number = await start_remotely(charger, transactionId=session.transaction_id)
    assert (await charger.authorize(REMOTE))["status"] == "Accepted"
    await begun(session, "Updated", number)
    await charging(charger, session)
    assert await start(charger.station, 1) is Started.RUNNING


@pytest.mark.parametrize(
    "asks",
    [pytest.param(True, id="TC_F_02"), pytest.param(False, id="TC_F_03")],
)
async def test_a_session_is_started_before_the_car_is_there(
    charger: Station, asks: bool
) -> None:
    number = await start_remotely(charger)
    if asks:
        assert (await charger.authorize(REMOTE))["status"] == "Accepted"
    session = charger.session()
    await begun(session, "Started", number)
    await charger.report("Occupied")
    await session.update("CablePluggedIn", "EVConnected", **PLACE)
    await charging(charger, session)


async def test_TC_F_04(charger: Station) -> None:
    number = await start_remotely(charger)
    session = charger.session()
    await begun(session, "Started", number, chargingState="Idle")
    assert await session.end("EVConnectTimeout", "Timeout", **END) == {}
    assert charger.evse.status is ConnectorStatus.AVAILABLE


async def test_TC_F_06(charger: Station) -> None:
    unlock = Ask(
        lambda station: station.commands.unlock(Address(1)),
        "UnlockConnector",
        {"evseId": 1, "connectorId": 1},
        {"status": "Unlocked"},
    )
    await unlock.play(charger)


# Messages on demand.

FIRST: Message = {"evse": {"id": 1}}
FIRST_CONNECTOR: Message = {"evse": {"id": 1, "connectorId": 1}}
EVERYWHERE: Message = {}


def asked(trigger: Trigger, name: str, place: Message, answer: str = "Accepted") -> Ask:
    """Return the command to have a message sent."""
    address = Address(place["evse"]["id"]) if place else STATION
    return Ask(
        lambda station: station.commands.trigger(trigger, address),
        "TriggerMessage",
        {"requestedMessage": name, **place},
        {"status": answer},
        None if answer == "Accepted" else answer,
    )


def metered(evse_id: int) -> Tell:
    """Return the meter values that were asked for."""
    return Tell("MeterValues", {"evseId": evse_id, **energy(1000, "Trigger")})


def idle(action: str) -> Tell:
    """Return the news that nothing goes on."""
    return Tell(action, {"status": "Idle"})


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        pytest.param(
            asked(Trigger.METER_VALUES, "MeterValues", FIRST),
            [metered(1)],
            id="TC_F_11",
        ),
        pytest.param(
            asked(Trigger.METER_VALUES, "MeterValues", EVERYWHERE),
            [metered(1), metered(2)],
            id="TC_F_12",
        ),
        pytest.param(
            asked(Trigger.LOG_STATUS, "LogStatusNotification", EVERYWHERE),
            [idle("LogStatusNotification")],
            id="TC_F_15",
        ),
        pytest.param(
            asked(Trigger.FIRMWARE_STATUS, "FirmwareStatusNotification", EVERYWHERE),
            [idle("FirmwareStatusNotification")],
            id="TC_F_18",
        ),
        pytest.param(
            asked(Trigger.HEARTBEAT, "Heartbeat", EVERYWHERE),
            [Tell("Heartbeat", {})],
            id="TC_F_20",
        ),
        pytest.param(
            asked(Trigger.STATUS, "StatusNotification", FIRST_CONNECTOR),
            [Tell("StatusNotification", status("Available"))],
            id="TC_F_23",
        ),
        pytest.param(
            asked(Trigger.STATUS, "StatusNotification", FIRST_CONNECTOR),
            [Tell("StatusNotification", status("Occupied"))],
            id="TC_F_24",
        ),
        pytest.param(
            asked(Trigger.LOG_STATUS, "LogStatusNotification", {}, "NotImplemented"),
            [],
            id="TC_F_27",
        ),
    ],
)
async def test_a_message_is_asked_for(
    charger: Station, ask: Ask, told: Sequence[Tell]
) -> None:
    await ask.play(charger)
    for message in told:
        await message.play(charger)


@pytest.mark.parametrize(
    "place",
    [pytest.param(FIRST, id="TC_F_13"), pytest.param(EVERYWHERE, id="TC_F_14")],
)
async def test_a_session_is_asked_for(charger: Station, place: Message) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **BEGIN)
    await asked(Trigger.SESSION, "TransactionEvent", place).play(charger)
    values = energy(METER_STOP_WH, "Trigger")
    assert await session.update("Trigger", "Charging", **values) == {}
    running = charger.evse.running_transaction
    assert running is not None
    assert running.energy_wh == METER_STOP_WH - METER_START_WH
    assert charger.evse.meter.measured_at is not None
    assert text(charger.evse.meter.measured_at) == text(NOW)
