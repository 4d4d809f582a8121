"""Many chargers in a process of their own, so that their work is not counted as the central system's.

python -m tests.bench.chargers URL CHARGERS MESSAGES
"""

import asyncio
import json
import sys

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from .frames import meter_values

BOOT = [2, "b", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}]
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}


async def charge(socket: ClientConnection, messages: int, start: asyncio.Event) -> None:
    """Boot, wait for the start, and send meter values one after the other."""
    await socket.send(json.dumps(BOOT))
    await socket.send(json.dumps([2, "s", "StatusNotification", STATUS]))
    numbers = iter(range(messages))
    async for text in socket:
        frame = json.loads(text)
        if frame[0] == 2:
            await socket.send(json.dumps([4, frame[1], "NotSupported", "", {}]))
            continue
        if frame[1] == "b":
            continue
        await start.wait()
        if (number := next(numbers, None)) is None:
            return
        await socket.send(meter_values(number))


async def main(url: str, chargers: int, messages: int) -> None:
    """Connect all, and start on a line of standard input."""
    start = asyncio.Event()
    sockets = [
        await connect(
            f"{url}/CP{n}", subprotocols=[Subprotocol("ocpp1.6")], compression=None
        )
        for n in range(1, chargers + 1)
    ]
    tasks = [
        asyncio.create_task(charge(socket, messages // chargers, start))
        for socket in sockets
    ]
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
