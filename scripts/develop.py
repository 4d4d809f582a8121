"""A Home Assistant with the integration and no demo data; what is set up in it stays from run to run."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys

from tests.simulator.home_assistant import (
    PASSWORD,
    USERNAME,
    Api,
    HomeAssistant,
    HomeAssistantError,
)


async def run(home_assistant: HomeAssistant) -> None:
    """Start it, and stop it once told to."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    home_assistant.prepare()
    print("Starting Home Assistant ...", flush=True)
    try:
        await home_assistant.start()
        async with Api(home_assistant.url):
            print(f"Home Assistant: {home_assistant.url}")
            print(
                f"Log in as {USERNAME} with password {PASSWORD}. Stop with Ctrl-C.",
                flush=True,
            )
            print(f"It logs to {home_assistant.config / 'console.log'}", flush=True)
        await stopped.wait()
    finally:
        await home_assistant.stop()


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/develop", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8123, help="Home Assistant's port (8123)"
    )
    parser.add_argument("--config", type=Path, default=Path("build/develop"))
    arguments = parser.parse_args()
    try:
        asyncio.run(run(HomeAssistant(arguments.config.resolve(), arguments.port)))
    except HomeAssistantError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
