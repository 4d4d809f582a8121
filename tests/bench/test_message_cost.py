"""The cost of a message: in the central system against the `ocpp` library, and from the socket to the states.

scripts/bench messages
"""

import asyncio
from datetime import UTC, datetime
import gc
import logging
import time

from ocpp.charge_point import ChargePoint as AnyChargePoint
import ocpp.messages
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
import pytest

from custom_components.ocpp.csms.connections.connection import Connection
from custom_components.ocpp.csms.memory import Memory
from custom_components.ocpp.csms.metering.meter import Measurand
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.numbering import UniqueNumbers
from custom_components.ocpp.csms.ocppj.violations import Faults
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.surroundings import Surroundings
from custom_components.ocpp.csms.tokens.authorization import NOT_AUTHORIZED
from custom_components.ocpp.csms.versions.v16 import VERSION

from .frames import meter_values

FRAMES = [meter_values(number) for number in range(500)]
ROUNDS = 5


class _Socket:
    """Takes what the library sends."""

    async def send(self, message: str) -> None:
        """Do nothing with it."""


class _Library(ChargePoint):  # type: ignore[misc]
    """A central system as the library's documentation shows it."""

    @on("MeterValues")  # type: ignore[untyped-decorator]
    def on_meter_values(self, **_: object) -> call_result.MeterValues:
        """Do nothing but answer."""
        return call_result.MeterValues()


def _best(rounds: list[float]) -> float:
    """Return the time per frame of the round that was disturbed least, in microseconds."""
    return min(rounds) / len(FRAMES) * 1e6


async def _library_us() -> float:
    library: AnyChargePoint = _Library("CP1", _Socket())
    rounds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for frame in FRAMES:
            await library.route_message(frame)
        rounds.append(time.process_time() - begin)
    return _best(rounds)


def _ours_us() -> float:
    """Decode, validate, map, take a snapshot and tell all observers."""
    station = ChargingStation(
        "CP1",
        Registration.ACCEPTED,
        StationSettings(),
        Memory(),
        Surroundings(
            lambda: datetime.now(UTC),
            lambda place, id_token: NOT_AUTHORIZED,
            lambda info: None,
            UniqueNumbers(lambda: datetime.now(UTC)),
        ),
    )
    told: list[int] = []
    for _ in range(20):
        # As cheap as can be: what observers do with it is measured up to the states.
        station.subscribe_evse(1, lambda evse: told.append(evse.id))
    connection = Connection(
        "CP1",
        VERSION,
        lambda action, payload: station.handle(VERSION, action, payload),
        _Socket().send,
        Faults(),
    )
    rounds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for frame in FRAMES:
            answers = connection.receive(frame)
            station.publish()
        rounds.append(time.process_time() - begin)
    assert answers[0].startswith("[3,")
    assert len(told) == ROUNDS * len(FRAMES) * 20
    assert station.snapshot.evse(1).meter.value(Measurand.SOC) is not None
    return _best(rounds)


@pytest.mark.parametrize(
    "library_threads", [False, True], ids=["without threads", "as it comes"]
)
async def test_the_cost_of_a_message_beside_that_of_the_library(
    monkeypatch: pytest.MonkeyPatch, library_threads: bool
) -> None:
    """Print both from one run, so that the machine's speed cancels out."""
    monkeypatch.setattr(ocpp.messages, "ASYNC_VALIDATION", library_threads)
    # Only the work itself counts, not what a test suite likes to log and check besides.
    logging.getLogger().setLevel(logging.ERROR)
    asyncio.get_running_loop().set_debug(False)
    VERSION.schemas  # noqa: B018
    gc.collect()
    library_us = await _library_us()
    ours_us = _ours_us()
    print(
        f"\nlibrary {library_us:7.0f} µs a message, ours {ours_us:5.0f} µs: {ours_us / library_us:.3f}"
    )
    await asyncio.get_running_loop().shutdown_default_executor()
