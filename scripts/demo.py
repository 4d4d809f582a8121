"""A house in the sun, a Home Assistant in it, and a charger that follows.

Starts a real Home Assistant with the integration set up, the meters of a simulated house under recorded clouds, and a
simulated OCPP 1.6 charger with a car. Everything stays on this machine.
"""

import argparse
import asyncio
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
import signal
import socket
import sys

from tests.simulator.demo import SPEED, Demo, Moment, Options
from tests.simulator.home_assistant import (
    PASSWORD,
    USERNAME,
    HomeAssistantError,
    is_free,
)

CHECK_S = 180.0
PRINT_EVERY_S = 3.0
TABLE_EVERY_S = 6.0

LEAST_POWER_W = 3 * 6 * 230.0
MOST_POWER_W = 3 * 16 * 230.0
ANSWER_S = 15.0
"""How long a change of the sun may take to reach the car."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the car has done what it should."""

    followed: bool
    error_w: float
    paused_at_s: float | None
    resumed_at_s: float | None

    @property
    def passed(self) -> bool:
        """Whether it did all of it."""
        return (
            self.followed
            and self.paused_at_s is not None
            and self.resumed_at_s is not None
        )


def judge(moments: list[Moment]) -> Verdict:
    """Compare what the car drew with what the sun gave."""
    errors_w = [
        abs(moment.flows.car_w - _ideal_w(moments, index))
        for index, moment in enumerate(moments)
        if _steady(moments, index)
    ]
    error_w = sum(errors_w) / len(errors_w) if errors_w else float("inf")
    paused_at_s = resumed_at_s = None
    for before, now in pairwise(moments):
        drew, draws = before.flows.car_w > 0, now.flows.car_w > 0
        if (
            drew
            and not draws
            and now.flows.surplus_w < LEAST_POWER_W
            and paused_at_s is None
        ):
            paused_at_s = now.at_s
        if draws and not drew and paused_at_s is not None and resumed_at_s is None:
            resumed_at_s = now.at_s
    return Verdict(
        len(errors_w) > 30 and error_w < 0.15 * MOST_POWER_W,
        error_w,
        paused_at_s,
        resumed_at_s,
    )


def _ideal_w(moments: list[Moment], index: int) -> float:
    """Return what the car should draw: the sun as it was over the time that an answer takes."""
    recent = [
        moment.flows.surplus_w
        for moment in moments[: index + 1]
        if moments[index].at_s - moment.at_s <= ANSWER_S
    ]
    return min(MOST_POWER_W, max(LEAST_POWER_W, sum(recent) / len(recent)))


def _steady(moments: list[Moment], index: int) -> bool:
    """Whether the car has drawn for long enough to be judged."""
    since = moments[index].at_s - ANSWER_S
    recent = [moment for moment in moments[: index + 1] if moment.at_s >= since]
    return recent[0].at_s - since < 2 and all(
        moment.flows.car_w > 0 for moment in recent
    )


async def watch(demo: Demo, seconds: float | None) -> list[Moment]:
    """Play the demo, print it, and return what happened; without an end where none is given."""
    moments: list[Moment] = []
    printed_s = float("-inf")
    every_s = PRINT_EVERY_S if seconds is None else TABLE_EVERY_S
    async for moment in demo.play():
        if seconds is not None:
            moments.append(moment)
        if moment.at_s - printed_s >= every_s - 0.5:
            printed_s = moment.at_s
            print(_line(moment) if seconds is None else _row(moment), flush=True)
        if seconds is not None and moment.at_s >= seconds:
            break
    return moments


def _line(moment: Moment) -> str:
    flows = moment.flows
    return (
        f"PV {flows.pv_w:5.0f} W   house {flows.house_w:5.0f} W   grid {flows.grid_w:+6.0f} W   "
        f"offered {moment.offered_a:4.1f} A   drawn {flows.car_w:5.0f} W   mode {moment.mode}"
    )


def _row(moment: Moment) -> str:
    flows = moment.flows
    bar = "#" * round(flows.car_w / 250)
    mark = min(47, max(0, round(flows.surplus_w / 250)))
    graph = f"{bar:<48}"
    graph = f"{graph[:mark]}|{graph[mark + 1 :]}"
    return (
        f"{moment.at_s:5.0f} s {flows.surplus_w:8.0f} W {moment.offered_a:6.1f} A "
        f"{flows.car_w:8.0f} W {flows.grid_w:+8.0f} W  {graph}"
    )


async def check(demo: Demo) -> int:
    """Run for three minutes and tell whether the car has followed the sun."""
    print(
        f"{'time':>7} {'surplus':>10} {'offered':>8} {'drawn':>10} {'grid':>10}   # drawn, | surplus"
    )
    verdict = judge(await watch(demo, CHECK_S))
    print()
    print(
        f"Followed the surplus: {_yes(verdict.followed)} (mean deviation {verdict.error_w:.0f} W)"
    )
    print(f"Paused below the minimum: {_at(verdict.paused_at_s)}")
    print(f"Started again: {_at(verdict.resumed_at_s)}")
    return 0 if verdict.passed else 1


def _yes(value: bool) -> str:
    return "yes" if value else "NO"


def _at(at_s: float | None) -> str:
    return "NO" if at_s is None else f"yes, after {at_s:.0f} s"


def _own_address() -> str:
    """Return the address under which this machine is known in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent; the operating system only picks the way.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


def _greet(options: Options) -> None:
    print(
        f"\nHome Assistant: http://127.0.0.1:{options.http_port}/charging-demo",
        flush=True,
    )
    print(f"Log in as {USERNAME} with password {PASSWORD}. Stop with Ctrl-C.")
    if options.own_charger:
        print(
            f"\nSet this URL in your charger: ws://{_own_address()}:{options.ocpp_port}/CHARGER_ID"
        )
        print("Once it has connected, adopt it under Settings, Devices & services.")
    print(
        f"\nRecorded clouds pass {options.speed:.0f} times faster than they did.\n",
        flush=True,
    )


async def run(options: Options, *, checking: bool) -> int:
    """Set everything up, and play."""
    demo = Demo.create(options, sys.executable)
    try:
        print("Starting Home Assistant ...", flush=True)
        await demo.start_home_assistant()
        await demo.set_up_integration()
        if not options.own_charger:
            print("Connecting a charger, and adopting it ...", flush=True)
            await demo.connect_charger()
            await demo.adopt()
            await demo.plug_in()
        _greet(options)
        if checking:
            return await check(demo)
        await watch(demo, None)
    finally:
        await demo.stop()
    return 0


async def _run_until_told(options: Options, *, checking: bool) -> int:
    task = asyncio.create_task(run(options, checking=checking))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        print("\nStopped.")
        return 1 if checking else 0


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="run three minutes, then judge the car"
    )
    parser.add_argument(
        "--own-charger",
        action="store_true",
        help="open the OCPP port for your own charger",
    )
    parser.add_argument(
        "--battery", action="store_true", help="give the house a battery"
    )
    parser.add_argument(
        "--port", type=int, default=8123, help="Home Assistant's port (8123)"
    )
    parser.add_argument(
        "--ocpp-port", type=int, default=9000, help="the chargers' port (9000)"
    )
    parser.add_argument(
        "--speed", type=float, default=SPEED, help="how fast clouds pass (%(default)s)"
    )
    arguments = parser.parse_args()
    options = Options(
        config=Path("build/check" if arguments.check else "build/demo").resolve(),
        http_port=arguments.port,
        ocpp_port=arguments.ocpp_port,
        ocpp_host="0.0.0.0" if arguments.own_charger else "127.0.0.1",
        battery=arguments.battery,
        own_charger=arguments.own_charger,
        speed=arguments.speed,
    )
    for port, option in (
        (options.http_port, "--port"),
        (options.ocpp_port, "--ocpp-port"),
    ):
        if not is_free(port):
            print(
                f"Port {port} is in use; choose another with {option}.", file=sys.stderr
            )
            return 2
    try:
        return asyncio.run(_run_until_told(options, checking=arguments.check))
    except HomeAssistantError as err:
        print(err, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
