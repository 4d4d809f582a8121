"""A house in the sun, a Home Assistant in it, and two chargers that follow.

Starts a real Home Assistant with the integration set up, the meters of a simulated house under recorded clouds with a
battery, a day of prices, and two simulated OCPP 1.6 chargers with a car each, of which one has a departure. Everything
stays on this machine.
"""

import argparse
import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
import signal
import socket
import sys

from scripts.demo_verdicts import Finding, judge_day, judge_dusk, judge_night
from tests.simulator.demo import (
    BROKEN_CLOUDS,
    CARPORT,
    CHARGER,
    GREY_SKY,
    SPEED,
    STEP_S,
    SUNSHINE,
    TIME_ZONE,
    Demo,
    Moment,
    Options,
)
from tests.simulator.home_assistant import (
    PASSWORD,
    USERNAME,
    HomeAssistantError,
    is_free,
)
from tests.simulator.house import House
from tests.simulator.price_days import price_steps

PRINT_EVERY_S = 3.0
TABLE_EVERY_S = 6.0

CLOUDS_S, TOGETHER_S = 42.0, 20.0
SKY_S = 180.0
"""The longest time that a sky lasts."""
DUSK_S = 150.0
"""The longest time that the cars may take to pause after the sun has set."""
NIGHT_S = 300.0
"""The longest time that a night may take; it ends once the car is ready."""
NIGHT_STEPS = ((15.0, 0.45), (45.0, 0.10), (900.0, 0.11), (7200.0, 0.30))
"""The prices of a night that is shortened: for how many seconds, and EUR/kWh."""
NIGHT_DEPARTS_AFTER = timedelta(minutes=20)
"""Later than what the plan keeps in reserve: within a quarter of an hour it waits for nothing."""
NIGHT_WANTED_KWH = 0.2


async def watch(
    demo: Demo, ends: Callable[[Moment], bool] | None = None
) -> list[Moment]:
    """Play the demo, print it, and return what happened; without an end where none is given."""
    moments: list[Moment] = []
    printed_s = float("-inf")
    every_s = PRINT_EVERY_S if ends is None else TABLE_EVERY_S
    if ends is not None:
        print(_HEAD)
    async for moment in demo.play():
        if ends is not None:
            moments.append(moment)
        if moment.at_s - printed_s >= every_s - 0.5:
            printed_s = moment.at_s
            print(_line(moment) if ends is None else _row(moment), flush=True)
        if ends is not None and ends(moment):
            break
    return moments


def _line(moment: Moment) -> str:
    flows = moment.flows
    cars = "".join(
        f"   {car.name} {car.offered_a:4.1f} A offered, {car.power_w:5.0f} W drawn"
        for car in moment.cars
    )
    return (
        f"PV {flows.pv_w:5.0f} W   house {flows.house_w:5.0f} W   battery {flows.battery_w:+6.0f} W   "
        f"grid {flows.grid_w:+6.0f} W{cars or f'   drawn {flows.car_w:5.0f} W'}"
    )


_HEAD = (
    f"{'time':>7} {'EUR/kWh':>8} {'surplus':>10} {'charger':>10} {'carport':>10} {'battery':>10} {'grid':>10}   "
    "# charger, = carport, | surplus"
)


def _row(moment: Moment) -> str:
    flows = moment.flows
    bar = "".join(
        sign * round(car.power_w / 300)
        for sign, car in zip("#=", moment.cars, strict=True)
    )
    mark = min(39, max(0, round(flows.surplus_w / 300)))
    graph = f"{bar:<40}"
    graph = f"{graph[:mark]}|{graph[mark + 1 :]}"
    cars = " ".join(f"{car.power_w:8.0f} W" for car in moment.cars)
    return (
        f"{moment.at_s:5.0f} s {moment.price:8.2f} {flows.surplus_w:8.0f} W {cars} "
        f"{flows.battery_w:+8.0f} W {flows.grid_w:+8.0f} W  {graph}"
    )


async def check(demo: Demo) -> int:
    """Play a short day and a short night, and tell whether the cars have done what they should."""
    print("A day: the cars share the sun.\n")
    findings = await _day(demo)
    print("\nDusk: the cars pause.\n")
    findings += await _dusk(demo)
    print(
        f"\nA night: at the {CHARGER.name.lower()}, {NIGHT_WANTED_KWH} kWh more are wanted.\n"
    )
    findings += await _night(demo)
    return 0 if all(finding.holds for finding in findings) else 1


async def _day(demo: Demo) -> list[Finding]:
    return _told(judge_day(await watch(demo, _Day(demo.house).is_over)))


class _Day:
    """A day that is grey until a car pauses, and bright until both have charged again for a while."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._left = [GREY_SKY, SUNSHINE]
        self._seconds = self._together_s = 0.0
        house.show([BROKEN_CLOUDS])

    def is_over(self, moment: Moment) -> bool:
        """Take note of a moment, and change the sky; return whether the day is over."""
        self._seconds += STEP_S
        self._together_s += STEP_S
        if not all(car.power_w > 0 for car in moment.cars):
            self._together_s = 0.0
        if not self._turns(moment):
            return False
        if not self._left:
            return True
        self._house.show([self._left.pop(0)])
        self._seconds = self._together_s = 0.0
        return False

    def _turns(self, moment: Moment) -> bool:
        if self._seconds >= SKY_S:
            return True
        match len(self._left):
            case 2:
                return self._seconds >= CLOUDS_S
            case 1:
                return any(car.offered_a == 0 for car in moment.cars)
            case _:
                return self._together_s >= TOGETHER_S


async def _dusk(demo: Demo) -> list[Finding]:
    demo.house.sun_share = 0.0

    def ends(moment: Moment) -> bool:
        return moment.at_s >= DUSK_S or all(car.power_w == 0 for car in moment.cars)

    return _told([judge_dusk(await watch(demo, ends))])


async def _night(demo: Demo) -> list[Finding]:
    now = datetime.now(TIME_ZONE)
    departure = now + NIGHT_DEPARTS_AFTER
    demo.prices = price_steps(now, NIGHT_STEPS)
    demo.forecast_w = {now.isoformat(): 0.0}
    await demo.foretell()
    energy = CHARGER.entity("sensor", "session_energy")
    # What a session has come to counts.
    charged_kwh = float((await demo.api.states())[energy])
    goal_kwh = round(charged_kwh + NIGHT_WANTED_KWH, 3)
    await demo.want(CHARGER, goal_kwh, departure)

    def ends(moment: Moment) -> bool:
        return moment.at_s >= NIGHT_S or float(moment.states[energy]) >= goal_kwh

    departs_in_s = (departure - datetime.now(TIME_ZONE)).total_seconds()
    moments = await watch(demo, ends)
    return _told(judge_night(moments, NIGHT_WANTED_KWH * 1000, departs_in_s))


def _told(findings: list[Finding]) -> list[Finding]:
    print()
    for finding in findings:
        print(finding, flush=True)
    return findings


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
            print("Connecting two chargers, and adopting them ...", flush=True)
            for place in (CHARGER, CARPORT):
                bay = await demo.connect_charger(place)
                await demo.adopt(bay)
                await demo.plug_in(bay)
        _greet(options)
        if checking:
            return await check(demo)
        if not options.own_charger:
            await demo.want_for_the_morning()
        await watch(demo)
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
        "--check", action="store_true", help="run some minutes and judge the cars"
    )
    parser.add_argument(
        "--own-charger",
        action="store_true",
        help="open the OCPP port for your own charger",
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
