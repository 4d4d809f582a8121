"""Many chargers in a process of their own, so that their work is not counted as the central system's.

python -m tests.bench.chargers URL CHARGERS MESSAGES
"""

import asyncio
import json
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from .frames import meter_values

BOOT = [2, "b", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}]
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}


ACCEPTED = {"status": "Accepted"}
ANSWERS: dict[str, dict[str, Any]] = {"GetConfiguration": {"configurationKey": []}}
WARM_UP = 3
"""Messages before those that count: the first ones add entities and begin a session."""


async def charge(
    socket: ClientConnection, messages: int, warm: asyncio.Barrier, start: asyncio.Event
) -> None:
    """Boot, send a few meter values, wait for the start, and send the others one after the other."""
    await socket.send(json.dumps(BOOT))
    await socket.send(json.dumps([2, "s", "StatusNotification", STATUS]))
    numbers = iter(range(WARM_UP + messages))
    async for text in socket:
        frame = json.loads(text)
        if frame[0] == 2:
            await socket.send(
                json.dumps([3, frame[1], ANSWERS.get(frame[2], ACCEPTED)])
            )
            continue
        if frame[1] == "b":
            continue
        if (number := next(numbers, None)) is None:
            return
        if number == WARM_UP:
            await warm.wait()
            await start.wait()
        await socket.send(meter_values(number))


async def main(url: str, chargers: int, messages: int) -> None:
    """Connect all, and start on a line of standard input."""
    start, warm = asyncio.Event(), asyncio.Barrier(chargers + 1)
    sockets = [
        await connect(
            f"{url}/CP{n}", subprotocols=[Subprotocol("ocpp1.6")], compression=None
        )
        for n in range(1, chargers + 1)
    ]
    tasks = [
        asyncio.create_task(charge(socket, messages // chargers, warm, start))
        for socket in sockets
    ]
    await warm.wait()
    # What the first messages have set off is over by then.
    await asyncio.sleep(1)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    start.set()
    await asyncio.gather(*tasks)
    sys.stdout.write("done\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    for socket in sockets:
        await socket.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
