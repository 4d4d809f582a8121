"""A charger that sends heartbeats and nothing else, in a process of its own, and measures how soon they are answered.

python -m tests.storm.neighbour URL IDENTITY

On a line of standard input, it prints the latencies since the line before, in milliseconds, as JSON.
"""

import asyncio
import json
import sys
import time

from tests.fuzz.fuzzer import raw

PERIOD_S = 0.05


class Neighbour:
    """The charger, which connects again whenever it has lost its connection."""

    def __init__(self, url: str, identity: str) -> None:
        """Initialize."""
        self._url, self._identity = url, identity
        self.latencies_ms: list[float] = []

    async def live(self) -> None:
        """Send heartbeats, until cancelled."""
        while True:
            try:
                socket = await raw(self._url, self._identity)
                while True:
                    begin_s = time.monotonic()
                    await socket.send('[2,"h","Heartbeat",{}]')
                    while not str(await socket.recv()).startswith('[3,"h"'):
                        pass
                    self.latencies_ms.append((time.monotonic() - begin_s) * 1000)
                    await asyncio.sleep(PERIOD_S)
            except OSError, EOFError, ValueError:
                await asyncio.sleep(PERIOD_S)


async def main(url: str, identity: str) -> None:
    """Live, and report until the end of standard input."""
    neighbour = Neighbour(url, identity)
    living = asyncio.create_task(neighbour.live())
    while await asyncio.to_thread(sys.stdin.readline):
        latencies_ms, neighbour.latencies_ms = neighbour.latencies_ms, []
        print(json.dumps(latencies_ms), flush=True)
    living.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
