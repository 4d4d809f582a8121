"""Many chargers in a process of their own, each in a session, that record the limits they receive.

python -m tests.bench.sessions URL CHARGERS

Prints "ready" once all are in a session. On a line of standard input it prints the records as JSON: for each charging
profile the charger, the second (of the clock that all processes share) and the limit.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
import json
import sys
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ACCEPTED = {"status": "Accepted"}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "ChangeConfiguration": ACCEPTED,
    "ClearChargingProfile": ACCEPTED,
    "GetConfiguration": {"configurationKey": [], "unknownKey": []},
    "SetChargingProfile": ACCEPTED,
}
STAMP = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
SESSION: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
    (
        "StatusNotification",
        {"connectorId": 1, "errorCode": "NoError", "status": "Preparing"},
    ),
    (
        "StartTransaction",
        {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": STAMP},
    ),
    (
        "StatusNotification",
        {"connectorId": 1, "errorCode": "NoError", "status": "Charging"},
    ),
)

type Record = tuple[int, float, float]
"""Number of a charger, instant and limit."""


async def charge(
    number: int, socket: ClientConnection, records: list[Record], begun: asyncio.Event
) -> None:
    """Boot, start a session, and accept all requests."""
    steps = iter(SESSION)

    async def go_on() -> None:
        if (step := next(steps, None)) is None:
            begun.set()
        else:
            await socket.send(json.dumps([2, f"s{number}", *step]))

    await go_on()
    async for text in socket:
        at_s = time.monotonic()
        kind, message_id, *rest = json.loads(text)
        if kind != 2:
            await go_on()
            continue
        action, payload = rest
        if action == "SetChargingProfile":
            schedule = payload["csChargingProfiles"]["chargingSchedule"]
            limit = schedule["chargingSchedulePeriod"][0]["limit"]
            records.append((number, at_s, limit))
        if (answer := ANSWERS.get(action)) is not None:
            await socket.send(json.dumps([3, message_id, answer]))
        else:
            await socket.send(json.dumps([4, message_id, "NotSupported", "", {}]))


async def main(url: str, chargers: int) -> None:
    """Connect all chargers, and print their records."""
    records: list[Record] = []
    sockets, begun, tasks = [], [], []
    for number in range(1, chargers + 1):
        socket = await connect(
            f"{url}/CP{number}", subprotocols=[Subprotocol("ocpp1.6")], compression=None
        )
        sockets.append(socket)
        begun.append(asyncio.Event())
        tasks.append(
            asyncio.create_task(charge(number, socket, records, begun[-1])),
        )
    for event in begun:
        await event.wait()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(records), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for socket in sockets:
        await socket.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
