"""Block G: availability."""

import pytest

from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import STATION, Address, Availability
from tests.csms.conformance.peer import Ask, Message

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
