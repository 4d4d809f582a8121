"""The work that a message takes: bounded, and the same however many others there are."""

from collections.abc import Callable

import pytest

from custom_components.ocpp.csms.connections.connection import Connection
from custom_components.ocpp.csms.memory import Memory
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.numbering import UniqueNumbers
from custom_components.ocpp.csms.ocppj.violations import Faults
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.surroundings import Surroundings
from custom_components.ocpp.csms.tokens.authorization import NOT_AUTHORIZED
from custom_components.ocpp.csms.versions import Version, dialect_named
from custom_components.ocpp.csms.versions.v16 import VERSION
from tests.bench.frames import meter_values, transaction_event
from tests.csms.bench import Clock
from tests.csms.hostile_frames import hostile_frames
from tests.work import work_of

MOST = 1250
"""The most steps for a message of 14 samples, a little more than it takes."""


async def _nothing(_: str) -> None:
    """Send nothing."""


def _charger(version: Version = VERSION) -> tuple[Connection, ChargingStation]:
    """Return a connection and the adopted charger at its end."""
    clock = Clock()
    station = ChargingStation(
        "CP1",
        Registration.ACCEPTED,
        StationSettings(),
        Memory(),
        Surroundings(
            clock,
            lambda place, token: NOT_AUTHORIZED,
            lambda info: None,
            UniqueNumbers(clock),
        ),
    )
    connection = Connection(
        "CP1",
        version,
        lambda action, payload: station.handle(version, action, payload),
        _nothing,
        Faults(),
    )
    return connection, station


def _receiver(evses: int, version: Version = VERSION) -> Callable[[str], None]:
    """Return what takes in a frame of a charger, each of whose EVSEs somebody listens to."""
    connection, station = _charger(version)

    def receive(frame: str) -> None:
        (answer,) = connection.receive(frame)
        assert answer.startswith("[3,")
        station.publish()

    for evse_id in range(1, evses + 1):
        station.subscribe_evse(evse_id, lambda evse: None)
        if version is VERSION:
            receive(meter_values(evse_id, evse_id))
    return receive


def _work(evses: int) -> int:
    receive = _receiver(evses)
    receive(meter_values(101))
    return work_of(lambda: receive(meter_values(102)))


def test_a_message_takes_a_bounded_number_of_steps() -> None:
    assert _work(1) < MOST


@pytest.mark.parametrize("evses", [2, 20])
def test_a_message_takes_no_more_steps_beside_other_evses(evses: int) -> None:
    # They are compared with what they were before, which is all.
    assert _work(evses) <= _work(1) + 8 * evses


@pytest.mark.parametrize("name", ["2.0.1", "2.1"])
def test_an_event_of_2_x_takes_little_more_work_than_values_of_1_6(name: str) -> None:
    receive = _receiver(1, dialect_named(name).load())
    receive(transaction_event(101))
    frame = transaction_event(102)
    assert work_of(lambda: receive(frame)) <= 1.3 * _work(1)


MOST_FOR_ANY = 200
"""The greatest work for a message of any shape, in messages of 14 samples: some ten of them take a millisecond."""

HOSTILE = hostile_frames()


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_message_of_any_shape_takes_a_bounded_number_of_steps(shape: str) -> None:
    connection, station = _charger()

    def receive() -> None:
        connection.receive(HOSTILE[shape])
        station.publish()

    assert work_of(receive) <= MOST_FOR_ANY * _work(1)
