"""Every message that a charger may send in a version of OCPP is answered, with the least and the most in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.versions import Version
from custom_components.ocpp.csms.versions.v16 import VERSION as V16
from custom_components.ocpp.csms.versions.v21 import VERSION as V21
from custom_components.ocpp.csms.versions.v201 import VERSION as V201
from tests.csms.payloads import least, most, schema_of

V2_BOOT = {"reason": "PowerUp", "chargingStation": {"vendorName": "S", "model": "W"}}
BOOTS = {
    "1.6": {"chargePointVendor": "Sunny", "chargePointModel": "Wallbox 11"},
    "2.0.1": V2_BOOT,
    "2.1": V2_BOOT,
}
PLACES = {"1.6": ("ocpp.v16", ""), "2.0.1": ("ocpp.v201", "Request")}
PLACES["2.1"] = ("ocpp.v21", "Request")
"""The package with the schemas of each version, and the end of the names of requests there."""
MESSAGES = [
    pytest.param(version, action, id=f"{version.name} {action}")
    for version in (V16, V201, V21)
    for action in sorted(map(str, version.handlers))
]


def payloads(version: Version, action: str) -> list[Any]:
    """Return the least and the most that a message can contain."""
    package, suffix = PLACES[version.name]
    is_send = action in version.schemas.sends
    schema = schema_of(package, action if is_send else f"{action}{suffix}")
    definitions = schema.get("definitions", {})
    return [least(schema, definitions), most(schema, definitions)]


async def answer(socket: ClientConnection, message_id: str) -> list[Any]:
    """Return the answer to a call; calls of the central system are declined."""
    while True:
        frame: list[Any] = json.loads(await socket.recv())
        if frame[0] == 2:
            await socket.send(json.dumps([4, frame[1], "NotImplemented", "", {}]))
        elif frame[1] == message_id:
            return frame


@asynccontextmanager
async def booted(system: CentralSystem, name: str) -> AsyncIterator[ClientConnection]:
    """Connect a charger that has booted."""
    url = f"ws://127.0.0.1:{system.port}/CP1"
    async with connect(url, subprotocols=[Subprotocol(f"ocpp{name}")]) as socket:
        await socket.send(json.dumps([2, "boot", "BootNotification", BOOTS[name]]))
        assert (await answer(socket, "boot"))[2]["status"] == "Accepted"
        yield socket


@pytest.fixture
async def system() -> AsyncIterator[CentralSystem]:
    """A central system that accepts everybody."""
    system = CentralSystem(unknown_chargers=Registration.ACCEPTED)
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.mark.parametrize(("version", "action"), MESSAGES)
async def test_every_message_is_answered(
    system: CentralSystem, version: Version, action: str
) -> None:
    async with booted(system, version.name) as socket:
        for number, payload in enumerate(payloads(version, action)):
            is_send = action in version.schemas.sends
            message_id = f"m{number}"
            await socket.send(
                json.dumps([6 if is_send else 2, message_id, action, payload])
            )
            if is_send:
                # It is answered by nothing, not even an objection.
                await socket.send(json.dumps([2, message_id, "Heartbeat", {}]))
            kind, _, told, *_ = await answer(socket, message_id)
            assert kind == 3, told
            schema = version.schemas.responses["Heartbeat" if is_send else action]
            assert list(schema.violations(told)) == []
        faults = system.stations["CP1"].faults
        assert not faults[Fault.SCHEMA_VIOLATION]
        assert not faults[Fault.UNKNOWN_ACTION]
        assert not faults[Fault.UNUSABLE_PAYLOAD]
