"""Block G: availability."""

from typing import Any

import pytest

from custom_components.ocpp.csms.events import Event, FaultReported
from custom_components.ocpp.csms.evses.status import ConnectorStatus, StatusDetails
from custom_components.ocpp.csms.model import STATION, Address, Availability
from tests.csms.conformance.peer import NOW, Ask, Message, text

from .script import EVSES, METER_START_WH, METER_STOP_WH, Station, energy

EVSE, CONNECTOR = Address(1), Address(1, 1)
PLACES: dict[Address, Message] = {
    STATION: {},
    EVSE: {"evse": {"id": 1}},
    CONNECTOR: {"evse": {"id": 1, "connectorId": 1}},
}
BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")


def change(address: Address, availability: Availability, answer: str) -> Ask:
    """Return the command to put a place into or out of service."""
    return Ask(
        lambda station: station.commands.change_availability(address, availability),
        "ChangeAvailability",
        {"operationalStatus": availability.value, **PLACES[address]},
        {"status": answer},
    )


async def become(charger: Station, address: Address, state: str) -> None:
    """Tell the new state of all connectors at a place."""
    evses = range(1, EVSES + 1) if address is STATION else [1]
    for evse_id in evses:
        await charger.report(state, evse_id)
        assert str(charger.station.snapshot.evse(evse_id).status) == state


@pytest.mark.parametrize(
    ("address", "availability"),
    [
        pytest.param(EVSE, Availability.INOPERATIVE, id="TC_G_03"),
        pytest.param(EVSE, Availability.OPERATIVE, id="TC_G_04"),
        pytest.param(STATION, Availability.INOPERATIVE, id="TC_G_05"),
        pytest.param(STATION, Availability.OPERATIVE, id="TC_G_06"),
        pytest.param(CONNECTOR, Availability.INOPERATIVE, id="TC_G_07"),
        pytest.param(CONNECTOR, Availability.OPERATIVE, id="TC_G_08"),
    ],
)
async def test_a_place_is_put_into_or_out_of_service(
    charger: Station, address: Address, availability: Availability
) -> None:
    states = ["Unavailable", "Available"]
    if availability is Availability.OPERATIVE:
        states.reverse()
    await become(charger, address, states[1])
    await change(address, availability, "Accepted").play(charger)
    await become(charger, address, states[0])


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(EVSE, id="TC_G_11"),
        pytest.param(STATION, id="TC_G_14"),
        pytest.param(CONNECTOR, id="TC_G_17"),
    ],
)
async def test_a_place_is_put_out_of_service_after_its_session(
    charger: Station, address: Address
) -> None:
    await charger.report("Occupied")
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **BEGIN)
    await change(address, Availability.INOPERATIVE, "Scheduled").play(charger)
    assert session.is_running
    assert charger.evse.status is ConnectorStatus.CHARGING
    await session.end("EVCommunicationLost", "EVDisconnected", **END)
    await become(charger, address, "Unavailable")


def lock(value: str, **fields: Any) -> Message:
    """Return the event of the lock of the first connector."""
    event = {
        "eventId": 1,
        "timestamp": text(NOW),
        "trigger": "Alerting",
        "actualValue": value,
        "component": {
            "name": "ConnectorPlugRetentionLock",
            "evse": {"id": 1, "connectorId": 1},
        },
        "variable": {"name": "Problem"},
        "eventNotificationType": "HardWiredNotification",
        **fields,
    }
    return {"generatedAt": text(NOW), "seqNo": 0, "eventData": [event]}


async def test_TC_G_20(charger: Station) -> None:
    events: list[Event] = []
    charger.station.subscribe_events(events.append)
    await charger.report("Occupied")
    assert await charger.tell("NotifyEvent", **lock("true", techCode="E17")) == {}
    told = StatusDetails("ConnectorLockFailure", "E17")
    assert charger.evse.status_details == told
    assert events == [FaultReported("CP1", 1, told)]
    # It is told again, and stays when the connector is reported on.
    await charger.tell("NotifyEvent", **lock("true", techCode="E17"))
    await charger.report("Available")
    assert charger.evse.error_code == "ConnectorLockFailure"
    assert len(events) == 1
    await charger.tell("NotifyEvent", **lock("false", cleared=True))
    assert charger.evse.error_code is None


async def test_other_events_are_no_faults(charger: Station) -> None:
    for value, fields in {
        "false": {},
        "Unknown": {},
        "true": {"variable": {"name": "Active"}},
    }.items():
        await charger.tell("NotifyEvent", **lock(value, **fields))
        assert charger.evse.error_code is None


async def test_a_fault_of_the_whole_station_is_its_own(charger: Station) -> None:
    component = {"name": "Tamper"}
    await charger.tell("NotifyEvent", **lock("true", component=component))
    assert charger.station.snapshot.status_details.error_code == "Tamper"
    await charger.tell("NotifyEvent", **lock("false", component=component))
    assert charger.station.snapshot.status_details.error_code is None
