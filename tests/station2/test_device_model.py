"""The device model of the simulated station."""

from tests.simulator.station2 import Build, simulated_station
from tests.waiting import until

from .scripted_csms import Payload, ScriptedCsms


def _named(component: str, variable: str, **evse: int) -> Payload:
    place: Payload = {"name": component}
    if evse:
        place["evse"] = evse
    return {"component": place, "variable": {"name": variable}}


async def test_reading_variables(csms: ScriptedCsms) -> None:
    asked = [
        _named("ocppcommctrlr", "heartbeatinterval"),
        _named("EVSE", "SupplyPhases", id=2),
        _named("EVSE", "SupplyPhases", id=9),
        _named("TxCtrlr", "Colour"),
        _named("SecurityCtrlr", "BasicAuthPassword"),
        {**_named("TxCtrlr", "TxStartPoint"), "attributeType": "Target"},
    ]
    async with simulated_station(csms.url, "CS1", build=Build(2)):
        answer = await csms.call("GetVariables", {"getVariableData": asked})
        many = await csms.call("GetVariables", {"getVariableData": asked * 2})
    results = answer["getVariableResult"]
    assert [each["attributeStatus"] for each in results] == [
        "Accepted",
        "Accepted",
        "UnknownComponent",
        "UnknownVariable",
        "Rejected",
        "NotSupportedAttributeType",
    ]
    assert [each.get("attributeValue") for each in results[:2]] == ["60", "3"]
    assert many["error"] == "OccurrenceConstraintViolation"


async def test_writing_variables(csms: ScriptedCsms) -> None:
    asked = [
        _named("TxCtrlr", "TxStartPoint") | {"attributeValue": "Authorized"},
        _named("TxCtrlr", "TxStartPoint") | {"attributeValue": "Somehow"},
        _named("SampledDataCtrlr", "TxUpdatedInterval") | {"attributeValue": "-1"},
        _named("EVSE", "SupplyPhases", id=1) | {"attributeValue": "1"},
        _named("OCPPCommCtrlr", "NetworkConfigurationPriority")
        | {"attributeValue": "2,1"},
    ]
    async with simulated_station(csms.url, "CS1") as station:
        answer = await csms.call("SetVariables", {"setVariableData": asked})
        model = station.model
        assert model.get("OCPPCommCtrlr", "NetworkConfigurationPriority") == "1"
        await csms.call("Reset", {"type": "Immediate"})
        await until(lambda: csms.of("BootNotification"))
        assert model.get("OCPPCommCtrlr", "NetworkConfigurationPriority") == "2,1"
        assert csms.of("BootNotification")[0]["reason"] == "RemoteReset"
    assert [each["attributeStatus"] for each in answer["setVariableResult"]] == [
        "Accepted",
        "Rejected",
        "Rejected",
        "Rejected",
        "RebootRequired",
    ]


async def test_reports_come_in_parts(csms: ScriptedCsms) -> None:
    full = {"requestId": 1, "reportBase": "FullInventory"}
    async with simulated_station(csms.url, "CS1") as station:
        assert await csms.call("GetBaseReport", full) == {"status": "Accepted"}
        await until(lambda: not all(each["tbc"] for each in csms.of("NotifyReport")))
        parts = csms.of("NotifyReport")
        everything = len(list(station.model))
    assert [each["seqNo"] for each in parts] == list(range(len(parts)))
    assert len(parts) > 1
    assert sum(len(each["reportData"]) for each in parts) == everything


async def test_a_report_of_some_variables(csms: ScriptedCsms) -> None:
    wanted = [
        {"component": {"name": "Connector"}, "variable": {"name": "ConnectorType"}}
    ]
    nothing = [{"component": {"name": "Toaster"}}]
    async with simulated_station(csms.url, "CS1", build=Build(2, 2)):
        await csms.call("GetReport", {"requestId": 2, "componentVariable": wanted})
        [report] = await csms.wait("NotifyReport")
        empty = await csms.call(
            "GetReport", {"requestId": 3, "componentVariable": nothing}
        )
    assert len(report["reportData"]) == 4
    assert empty == {"status": "EmptyResultSet"}
