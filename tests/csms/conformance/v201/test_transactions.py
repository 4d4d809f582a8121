"""Block E: transactions."""

from typing import Any

import pytest

from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.tokens.authorization import Authority, KnownToken
from custom_components.ocpp.csms.transactions.reports import TransactionStatus
from custom_components.ocpp.csms.versions import Request, Version
from tests.csms.conformance.peer import ACCEPTED, Ask, Message

from .script import (
    CARD,
    METER_START_WH,
    METER_STOP_WH,
    Session,
    Station,
    StationBench,
    commanded,
    energy,
)

BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")


async def authorized(session: Session, kind: str, **fields: Any) -> None:
    """Tell that somebody who may charge has shown a card."""
    answer = await session.event(kind, "Authorized", idToken=CARD, **fields)
    assert answer["idTokenInfo"]["status"] == "Accepted"


async def charging(charger: Station) -> Session:
    """Begin a session by a card, with a car that charges."""
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "EVConnected", **BEGIN)
    await authorized(session, "Updated")
    assert await session.update("ChargingStateChanged", "Charging") == {}
    assert str(charger.evse.status) == ConnectorStatus.CHARGING
    return session


def assert_metered(charger: Station) -> None:
    """Hold the session's energy against what was metered."""
    ended = charger.evse.transaction
    assert ended is not None
    assert ended.energy_wh == METER_STOP_WH - METER_START_WH
    assert ended.id_token == "TAG"


# The point at which a session begins (TxStartPoint).


async def test_TC_E_01(charger: Station) -> None:
    await charger.authorize()
    await charger.report("Occupied")
    session = charger.session()
    place: Message = {"evse": {"id": 1, "connectorId": 1}}
    await authorized(session, "Started", **place, **BEGIN)
    await session.update("ChargingStateChanged", "Charging")
    assert session.is_running


async def test_TC_E_02(charger: Station) -> None:
    await charger.report("Occupied")
    await charger.authorize()
    session = charger.session()
    answer = await session.start(
        "ChargingStateChanged", "Charging", idToken=CARD, **BEGIN
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert session.is_running
    assert str(charger.evse.status) == ConnectorStatus.CHARGING


async def test_TC_E_03(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "EVConnected", **BEGIN)
    assert (await charger.authorize())["status"] == "Accepted"
    await authorized(session, "Updated")
    await session.update("ChargingStateChanged", "Charging")
    running = charger.evse.running_transaction
    assert running is not None
    assert running.id_token == "TAG"


async def test_TC_E_04(charger: Station) -> None:
    assert (await charger.authorize())["status"] == "Accepted"
    session = charger.session()
    place: Message = {"evse": {"id": 1}}
    await authorized(session, "Started", **place, **BEGIN)
    assert charger.evse.plugged_in is False
    await charger.report("Occupied")
    await session.update("CablePluggedIn", "EVConnected")
    await session.update("ChargingStateChanged", "Charging")
    assert session.is_running
    assert str(charger.evse.status) == ConnectorStatus.CHARGING


async def test_TC_E_09(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    assert await session.start("CablePluggedIn", "EVConnected", **BEGIN) == {}
    assert session.is_running
    assert str(charger.evse.status) == ConnectorStatus.PREPARING


async def test_TC_E_10(charger: Station) -> None:
    await charger.authorize()
    session = charger.session()
    # Nobody knows yet where the car will be plugged in.
    await authorized(session, "Started")
    assert not session.is_running
    await charger.report("Occupied")
    place: Message = {"evse": {"id": 1, "connectorId": 1}}
    await session.update("CablePluggedIn", "EVConnected", **place)
    running = charger.evse.running_transaction
    assert running is not None
    assert (running.id, running.id_token) == ("tx-1", "TAG")


async def test_TC_E_11(charger: Station) -> None:
    await charger.report("Occupied")
    await charger.authorize()
    signed: Message = {
        "signedMeterData": "c2lnbmVk",
        "signingMethod": "",
        "encodingMethod": "OCMF",
        "publicKey": "",
    }
    values: Message = energy(METER_START_WH, "Transaction.Begin")
    values["meterValue"][0]["sampledValue"][0]["signedMeterValue"] = signed
    session = charger.session()
    answer = await session.start(
        "SignedDataReceived", "EVConnected", idToken=CARD, **values
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    running = charger.evse.running_transaction
    assert running is not None
    assert running.meter_start_wh == METER_START_WH


async def test_TC_E_12(charger: Station) -> None:
    session = charger.session()
    assert await session.start("EVDetected", "Idle", **BEGIN) == {}
    assert session.is_running
    assert charger.evse.plugged_in is False
    await charger.report("Occupied")
    await session.update("CablePluggedIn", "EVConnected")
    await authorized(session, "Updated")
    assert charger.evse.plugged_in is True


# The point at which it ends (TxStopPoint).


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        pytest.param("StopAuthorized", "Local", id="TC_E_07"),
        pytest.param("StopAuthorized", "Local", id="TC_E_08"),
        pytest.param("StopAuthorized", "Local", id="TC_E_15"),
    ],
)
async def test_a_card_stops(charger: Station, trigger: str, reason: str) -> None:
    session = await charging(charger)
    answer = await session.end(trigger, reason, idToken=CARD, **END)
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert_metered(charger)
    await charger.report("Available")


@pytest.mark.parametrize(
    ("trigger", "reason", "states"),
    [
        # Unplugged at the charging station after somebody has stopped the session.
        pytest.param("EVCommunicationLost", "Local", ["StopAuthorized"], id="TC_E_14"),
        pytest.param("EVDeparted", "Local", ["EVCommunicationLost"], id="TC_E_19"),
        pytest.param("EVCommunicationLost", "EVDisconnected", [], id="TC_E_20"),
        pytest.param("EVCommunicationLost", "EVDisconnected", [], id="TC_E_17"),
        pytest.param("ChargingStateChanged", "StoppedByEV", [], id="TC_E_22"),
    ],
)
async def test_a_car_ends_it(
    charger: Station, trigger: str, reason: str, states: list[str]
) -> None:
    session = await charging(charger)
    for earlier in states:
        await session.update(earlier, "EVConnected")
    assert await session.end(trigger, reason, **END) == {}
    assert_metered(charger)
    await charger.report("Available")
    assert str(charger.evse.status) == ConnectorStatus.AVAILABLE


async def test_TC_E_16(charger: Station, bench: StationBench) -> None:
    bench.system.authority = Authority.of([KnownToken("TAG")], free_vend=False)
    await charger.report("Occupied")
    session = charger.session()
    stranger = {"idToken": "STRANGER", "type": "ISO14443"}
    # It was started offline, by a token that is not welcome.
    answer = await session.start(
        "Authorized", "Charging", idToken=stranger, offline=True, **BEGIN
    )
    assert answer["idTokenInfo"]["status"] in ("Invalid", "Unknown")
    assert await session.end("Deauthorized", "DeAuthorized", **END) == {}


async def test_TC_E_21(charger: Station) -> None:
    session = await charging(charger)
    stop = Ask(
        lambda station: station.commands.stop_transaction(1),
        "RequestStopTransaction",
        {"transactionId": session.transaction_id},
        ACCEPTED,
    )
    await stop.play(charger)
    assert await session.end("RemoteStop", "Remote", **END) == {}
    assert_metered(charger)


async def test_TC_E_26(charger: Station) -> None:
    session = await charging(charger)
    # The cable is pulled out at the car, which does not end the session.
    await session.update("EVCommunicationLost", "Idle")
    await charger.report("Occupied")
    assert session.is_running
    assert charger.evse.plugged_in is False
    await session.update("CablePluggedIn", "EVConnected")
    await session.update("ChargingStateChanged", "Charging")
    assert str(charger.evse.status) == ConnectorStatus.CHARGING


async def test_TC_E_38(charger: Station) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "EVConnected", **BEGIN)
    await authorized(session, "Updated")
    await session.update("ChargingStateChanged", "SuspendedEV")
    assert str(charger.evse.status) == ConnectorStatus.SUSPENDED_EV
    await session.update("ChargingStateChanged", "Charging")
    assert str(charger.evse.status) == ConnectorStatus.CHARGING


async def test_TC_E_39(charger: Station) -> None:
    session = charger.session()
    place: Message = {"evse": {"id": 1}}
    await authorized(session, "Started", **place, **BEGIN)
    assert await session.end("EVConnectTimeout", "Timeout") == {}
    assert str(charger.evse.status) == ConnectorStatus.AVAILABLE


async def test_TC_E_53(charger: Station) -> None:
    for transaction_id in ("tx-1", "tx-2"):
        # Each session counts its events from 0.
        session = charger.session(transaction_id)
        await charger.report("Occupied")
        await session.start("CablePluggedIn", "EVConnected", **BEGIN)
        await authorized(session, "Updated")
        await session.end("EVCommunicationLost", "EVDisconnected", **END)
        await charger.report("Available")


# Questions about sessions.


@pytest.mark.parametrize(
    ("transaction_id", "ongoing", "queued"),
    [
        pytest.param("tx-1", True, True, id="TC_E_29"),
        pytest.param("tx-1", True, False, id="TC_E_30"),
        pytest.param("tx-1", False, True, id="TC_E_31"),
        pytest.param(None, None, True, id="TC_E_33"),
        pytest.param(None, None, False, id="TC_E_34"),
    ],
)
async def test_the_status_is_told(
    charger: Station, transaction_id: str | None, ongoing: bool | None, queued: bool
) -> None:
    def compose(version: Version) -> Request[TransactionStatus]:
        question = version.transactions.get_status(transaction_id)
        assert question is not None
        return question

    named = {} if transaction_id is None else {"transactionId": transaction_id}
    told = {} if ongoing is None else {"ongoingIndicator": ongoing}
    heard = TransactionStatus(bool(ongoing), queued)
    question = commanded(
        compose,
        "GetTransactionStatus",
        named,
        {**told, "messagesInQueue": queued},
        heard,
    )
    await question.play(charger)
    assert heard.is_over is (not ongoing and not queued)
