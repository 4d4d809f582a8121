"""Sessions of the simulated station."""

import pytest

from tests.simulator.car import Car
from tests.simulator.station2 import Build, MeterOptions, Oddities, simulated_station
from tests.waiting import until

from .conftest import Clock
from .scripted_csms import Payload, ScriptedCsms, boot_answer

DRAWING_S = 20


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_a_session(csms: ScriptedCsms, version: str) -> None:
    async with simulated_station(csms.url, "CS1", version) as station:
        assert await station.boot() == "Accepted"
        await station.plug_in(Car())
        assert await station.show_tag() == "Accepted"
        await station.elapse(DRAWING_S)
        assert station.evses[1].energy_wh > 0
        await station.meter()
        assert await station.show_tag() == "Accepted"
        await station.unplug()
    assert csms.events() == [
        ("Started", "CablePluggedIn"),
        ("Updated", "Authorized"),
        ("Updated", "ChargingStateChanged"),
        ("Updated", "MeterValuePeriodic"),
        ("Ended", "StopAuthorized"),
    ]
    events = csms.of("TransactionEvent")
    assert [event["seqNo"] for event in events] == list(range(5))
    assert len({event["transactionInfo"]["transactionId"] for event in events}) == 1
    assert events[-1]["transactionInfo"]["stoppedReason"] == "Local"
    statuses = [each["connectorStatus"] for each in csms.of("StatusNotification")]
    assert statuses == ["Available", "Occupied", "Available"]
    assert station.violations == []


async def test_pending_until_accepted(csms: ScriptedCsms) -> None:
    answers = [boot_answer("Accepted"), boot_answer("Pending")]
    csms.replies["BootNotification"] = lambda _: answers.pop()
    async with simulated_station(csms.url, "CS1", build=Build(2, 2)) as station:
        await station.boot_until_accepted(0)
    assert len(csms.of("BootNotification")) == 2
    places = [
        (each["evseId"], each["connectorId"]) for each in csms.of("StatusNotification")
    ]
    assert places == [(1, 1), (1, 2), (2, 1), (2, 2)]


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        ("ParkingBayOccupancy", "ParkingBayOccupancy", ("EVDetected", "EVDeparted")),
        ("EVConnected", "EVConnected", ("CablePluggedIn", "EVCommunicationLost")),
        ("Authorized", "Authorized", ("Authorized", "StopAuthorized")),
        ("DataSigned", "Authorized", ("Authorized", "StopAuthorized")),
        ("PowerPathClosed", "PowerPathClosed", ("Authorized", "StopAuthorized")),
        (
            "EnergyTransfer",
            "EnergyTransfer",
            ("ChargingStateChanged", "StopAuthorized"),
        ),
    ],
)
async def test_points_of_a_transaction(
    csms: ScriptedCsms, start: str, stop: str, expected: tuple[str, str]
) -> None:
    variables = {"TxCtrlr.TxStartPoint": start, "TxCtrlr.TxStopPoint": stop}
    async with simulated_station(csms.url, "CS1", variables=variables) as station:
        await station.arrive()
        await station.plug_in()
        await station.show_tag()
        await station.elapse(DRAWING_S)
        await station.show_tag()
        await station.unplug()
    events = csms.events()
    assert (events[0][0], events[-1][0]) == ("Started", "Ended")
    assert (events[0][1], events[-1][1]) == expected


async def test_a_refused_token_ends_the_session(csms: ScriptedCsms) -> None:
    def refuse(event: Payload) -> Payload:
        return {"idTokenInfo": {"status": "Blocked"}} if "idToken" in event else {}

    csms.replies["TransactionEvent"] = refuse
    async with simulated_station(csms.url, "CS1") as station:
        await station.plug_in()
        await station.show_tag()
        assert station.transaction_id() is None
    assert csms.events()[-1] == ("Ended", "Deauthorized")
    reason = csms.of("TransactionEvent")[-1]["transactionInfo"]["stoppedReason"]
    assert reason == "DeAuthorized"


async def test_remote_start_and_stop(csms: ScriptedCsms) -> None:
    token = {"idToken": "HA", "type": "Central"}
    request = {"evseId": 1, "idToken": token, "remoteStartId": 7}
    async with simulated_station(csms.url, "CS1") as station:
        await station.plug_in()
        answer = await csms.call("RequestStartTransaction", request)
        assert answer == {
            "status": "Accepted",
            "transactionId": station.transaction_id(),
        }
        started = (await csms.wait("TransactionEvent", 2))[-1]
        assert started["transactionInfo"]["remoteStartId"] == 7
        assert started["idToken"] == token
        stop = {"transactionId": answer["transactionId"]}
        assert (await csms.call("RequestStopTransaction", stop))["status"] == "Accepted"
        ended = (await csms.wait("TransactionEvent", 3))[-1]
        assert ended["transactionInfo"]["stoppedReason"] == "Remote"
        # It can be started again without plugging in again.
        assert await csms.call("RequestStartTransaction", request) == {
            "status": "Accepted"
        }
        again = (await csms.wait("TransactionEvent", 4))[-1]
        assert (again["eventType"], again["triggerReason"]) == (
            "Started",
            "RemoteStart",
        )


async def test_events_without_a_connection_are_told_later(
    csms: ScriptedCsms, clock: Clock
) -> None:
    async with simulated_station(csms.url, "CS1", clock=clock) as station:
        await station.plug_in()
        await station.disconnect()
        await station.unplug()
        transaction_id = station.sent("TransactionEvent")[0]["transactionInfo"][
            "transactionId"
        ]
        clock.put_ahead(600)
        await station.reconnect()
        status = await csms.call(
            "GetTransactionStatus", {"transactionId": transaction_id}
        )
    late = csms.of("TransactionEvent")[-1]
    assert late["offline"] is True
    assert late["timestamp"] == "2026-06-01T10:00:00.000Z"
    assert status == {"ongoingIndicator": False, "messagesInQueue": False}


async def test_meter_values(csms: ScriptedCsms) -> None:
    names = "Energy.Active.Import.Register,Voltage,SoC,Power.Offered"
    variables = {"SampledDataCtrlr.TxUpdatedMeasurands": names}
    async with simulated_station(csms.url, "CS1", variables=variables) as station:
        station.meter_options = MeterOptions("kWh", -2, signed=True)
        station.evses[1].energy_wh, station.evses[1].soc_percent = 12_340.0, 40.0
        await station.start_session()
        await station.meter()
    event = csms.of("TransactionEvent")[-1]
    [energy, *others] = event["meterValue"][0]["sampledValue"]
    assert (energy["value"], energy["unitOfMeasure"]) == (
        1234.0,
        {"unit": "kWh", "multiplier": -2},
    )
    assert energy["signedMeterValue"]["encodingMethod"] == "OCMF"
    told = {(each["measurand"], each.get("phase")) for each in others}
    assert {("SoC", None), ("Voltage", "L1-N"), ("Power.Offered", None)} <= told


async def test_violations_are_answered_and_remembered(csms: ScriptedCsms) -> None:
    csms.replies["Heartbeat"] = lambda _: {"currentTime": 5}
    async with simulated_station(csms.url, "CS1", "2.1") as station:
        wrong = await csms.call("Reset", {"type": "Hard"})
        missing = await csms.call("UnlockConnector", {"evseId": 1})
        unknown = await csms.call("CustomOperation", {})
        await station.heartbeat()
        await until(lambda: csms.frames)
    assert wrong["error"] == "PropertyConstraintViolation"
    assert missing["error"] == "OccurrenceConstraintViolation"
    assert unknown["error"] == "NotImplemented"
    assert csms.frames[0][0] == 5
    assert [each.action for each in station.violations] == [
        "Reset",
        "UnlockConnector",
        "CustomOperation",
        "Heartbeat",
    ]


async def test_availability_waits_for_the_end(csms: ScriptedCsms) -> None:
    off = {"operationalStatus": "Inoperative"}

    async with simulated_station(csms.url, "CS1") as station:
        await station.start_session()
        assert await csms.call("ChangeAvailability", off) == {"status": "Scheduled"}
        await station.unplug()
        assert station.evses[1].status(1) == "Unavailable"


async def test_a_reset_waits_for_the_end(csms: ScriptedCsms) -> None:
    async with simulated_station(csms.url, "CS1") as station:
        await station.start_session()
        assert await csms.call("Reset", {"type": "OnIdle"}) == {"status": "Scheduled"}
        await station.unplug()
        await csms.wait("BootNotification")
    assert csms.events()[-1] == ("Ended", "EVCommunicationLost")


async def test_a_token_that_turns_out_to_be_refused(csms: ScriptedCsms) -> None:
    variables = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}
    csms.replies["TransactionEvent"] = lambda event: (
        {"idTokenInfo": {"status": "Invalid"}} if "idToken" in event else {}
    )
    async with simulated_station(csms.url, "CS1", variables=variables) as station:
        await station.disconnect()
        await station.start_session()
        await station.reconnect()
        assert station.transaction_id() is None
    assert csms.events()[-1] == ("Ended", "Deauthorized")


async def test_meter_values_outside_of_events(csms: ScriptedCsms) -> None:
    oddities = Oddities(meter_values=True)
    async with simulated_station(csms.url, "CS1", oddities=oddities) as station:
        await station.start_session()
        await station.meter()
    assert not any("meterValue" in event for event in csms.of("TransactionEvent"))
    assert len(csms.of("MeterValues")) == 2


async def test_a_session_of_nobody_can_be_stopped(csms: ScriptedCsms) -> None:
    async with simulated_station(csms.url, "CS1") as station:
        await station.plug_in()
        stop = {"transactionId": station.transaction_id()}
        await csms.call("RequestStopTransaction", stop)
        await csms.wait("TransactionEvent", 2)
    assert csms.events() == [("Started", "CablePluggedIn"), ("Ended", "RemoteStop")]
