"""Charges one charger of each make through two solar sessions, and writes down how it went.

    python scripts/headless.py tests.vendors.matrix     prints the table

Time is simulated: the chargers and the central system share a clock that is put forward step by step.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
import sys

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.errors import CallFailedError, RejectedError
from custom_components.ocpp.csms.model import Evse, Limit
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.car import Car
from tests.simulator.haste import HASTE, Clock
from tests.simulator.makes import MAKES, Make
from tests.simulator.odd_charger import OddCharger, powered
from tests.timers import Timers
from tests.waiting import settled, until

IDENTITY = "CP1"
LIMITS_A = (13.0, 6.0, 10.5)
RESUMED_A = 9.0
STEP_S = 10
SETTLE_S = 30
"""The time that charger and car may take to follow a limit."""
PHASE_S = 60
LARGEST_STEP_A = 3.4
"""The largest gap between a car's current and its limit: from the steps of the charger, and the habit of the car."""
LIFE_WH = 1_234_567.0
"""The energy that the charger has delivered before."""


@dataclass(slots=True)
class Row:
    """The results of one make; currents are the highest after the time to settle, by the limit that was set."""

    name: str
    recognised_as: str | None = None
    started: bool = False
    drawn_a: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    paused_a: float | None = None
    resumed_a: float | None = None
    rebooted_a: float | None = None
    same_session: bool = False
    charging_wh: float = 0.0
    metered_wh: float | None = None
    charged_wh: float = 0.0
    counted_wh: float | None = None
    total_wh: float = 0.0
    counted_total_wh: float | None = None
    ended: bool = False
    hang_ups: int = 0
    boots: int = 0
    calls: int = 0
    phantoms: int = 0


@dataclass(frozen=True, slots=True)
class MakeUnderTest:
    """A central system with one charger."""

    station: ChargingStation
    charger: OddCharger
    clock: Clock

    @property
    def evse(self) -> Evse:
        """The snapshot of the only EVSE."""
        return self.station.snapshot.evse(1)

    @property
    def car(self) -> Car:
        """The car that is plugged in."""
        car = self.charger.connectors[1].car
        assert car is not None
        return car

    async def settle(self) -> None:
        """Let the central system finish what it is about."""
        # Housekeeping comes round in the meantime.
        await asyncio.sleep(3 * HASTE.housekeeping_s)
        await settled(IDENTITY)

    async def pass_time(self, seconds: float) -> float:
        """Let time pass, and return the highest current that the car drew after the time to settle."""
        highest_a = 0.0
        for elapsed_s in range(0, int(seconds), STEP_S):
            for _ in range(STEP_S):
                self.clock.now += timedelta(seconds=1)
                self.charger.advance(1)
                car = self.charger.connectors[1].car
                if car is not None and elapsed_s >= SETTLE_S:
                    highest_a = max(highest_a, car.current_a)
            await self.charger.tell()
            await self.settle()
        return highest_a

    async def limit(self, current_a: float) -> bool:
        """Limit the car; tells whether the charger took it."""
        try:
            await self.station.limits.set(1, Limit(current_a))
        except RejectedError, CallFailedError:
            return False
        finally:
            await self.settle()
        return True

    async def begin(self, by_itself: bool) -> bool:
        """Plug in a car and have it charged, by the charger itself if it does so; tells whether a session runs."""
        charger = self.charger
        await charger.plug_in(Car(phases=charger.behaviour.phases))
        await self.settle()
        if by_itself and charger.behaviour.sessions.starts_itself:
            await charger.start_session(charger.own_tag)
        elif self.evse.running_transaction is None:
            await self.station.commands.start_transaction(1)
        await until(lambda: charger.connectors[1].transaction_id is not None)
        await self.settle()
        return self.evse.running_transaction is not None

    async def end(self) -> None:
        """Stop the session; a charger that will not is left by the car."""
        if self.charger.connectors[1].transaction_id is not None:
            try:
                await self.station.commands.stop_transaction(1)
                await until(lambda: self.charger.connectors[1].transaction_id is None)
            except RejectedError, CallFailedError:
                pass
            await self.settle()
        await self.charger.unplug()
        await self.settle()

    async def reboot(self) -> None:
        """Have the charger boot, as after a power cut."""
        boots = self.charger.boots
        await self.charger.restart()
        await until(lambda: self.charger.boots > boots)
        await self.settle()


@asynccontextmanager
async def bench(
    make: Make, timers: Timers | None = None
) -> AsyncIterator[MakeUnderTest]:
    """Connect a charger of a make to a central system, and wait until it has been set up.

    With `timers`, calls that it does not answer time out at once.
    """
    clock = Clock()
    system = CentralSystem(clock=clock, timeouts=HASTE)
    system.adopt(IDENTITY)
    station = system.stations[IDENTITY]
    # It would pass in real time.
    station.configure(StationSettings(traits=Traits.of(answer_delay_s=0.0)))
    await system.start("127.0.0.1", 0)
    url = f"ws://127.0.0.1:{system.port}"
    try:
        async with powered(
            url, IDENTITY, make.behaviour, make.info, clock=clock
        ) as charger:
            if timers is not None:
                timeout_s = station.capabilities.call_timeout_s
                charger.on_silence = lambda: timers.elapse(timeout_s)
            charger.connectors[1].energy_wh = LIFE_WH
            await until(lambda: charger.boots)
            connected = MakeUnderTest(station, charger, clock)
            await connected.settle()
            yield connected
    finally:
        await system.stop()


async def charge(name: str, make: Make) -> Row:
    """Charge a car through a full solar session, and another one for a moment."""
    row = Row(name)
    async with bench(make) as at:
        if at.station.known_model is not None:
            row.recognised_as = at.station.known_model.name
        row.refused += not await at.limit(LIMITS_A[0])
        row.started = await at.begin(by_itself=True)
        first = at.evse.running_transaction
        for limit_a in LIMITS_A:
            row.refused += not await at.limit(limit_a)
            row.drawn_a.append((limit_a, await at.pass_time(PHASE_S)))
        row.refused += not await at.limit(0)
        row.paused_a = await at.pass_time(PHASE_S)
        row.refused += not await at.limit(RESUMED_A)
        row.resumed_a = await at.pass_time(PHASE_S)
        running = at.evse.running_transaction
        await _compare(at, row)
        await at.reboot()
        row.rebooted_a = await at.pass_time(PHASE_S)
        again = at.evse.running_transaction
        row.same_session = (
            first is not None
            and running is not None
            and again is not None
            and running.id == again.id
        )
        await at.end()
        ended = at.evse.transaction
        row.charged_wh = at.charger.session_wh[1]
        row.counted_wh = None if ended is None else ended.energy_wh
        row.ended = ended is not None and not ended.running
        await _idle(at, row)
        await at.begin(by_itself=False)
        await at.pass_time(PHASE_S)
        await at.end()
        row.total_wh = at.charger.connectors[1].energy_wh - LIFE_WH
        total_wh = at.evse.ledger.total_wh
        if total_wh is not None and first is not None:
            row.counted_total_wh = total_wh - (first.total_start_wh or 0.0)
        row.hang_ups, row.boots = at.charger.hang_ups, at.charger.boots
        row.calls = len(at.charger.received)
    return row


async def _compare(at: MakeUnderTest, row: Row) -> None:
    """Compare the energy while a session runs; a register that is told at rest alone cannot be."""
    await at.charger.meter()
    await at.settle()
    row.charging_wh = row.metered_wh = at.charger.session_wh[1]
    running = at.evse.running_transaction
    if running is not None and not at.charger.behaviour.metering.energy_at_rest:
        row.metered_wh = running.energy_wh


async def _idle(at: MakeUnderTest, row: Row) -> None:
    """Let a charger stand there without a car, as long as it bears that."""
    manners = at.charger.behaviour.manners
    if manners.hangs_up_idle:
        former = at.charger.socket
        await at.charger.hang_up()
        await until(lambda: at.charger.socket is not former)
    await at.pass_time(2 * (manners.patience_s or STEP_S))
    await at.charger.meter()
    await at.settle()
    row.phantoms = at.evse.running_transaction is not None


def problems(make: Make, row: Row) -> list[str]:
    """Return what went otherwise than it should have."""
    wrong = {
        "it was not recognised": row.recognised_as is None,
        "no session was started": not row.started,
        f"{row.paused_a} A were drawn in the pause": row.paused_a,
        "the session is not closed": not row.ended,
        "a session was believed in that there is not": row.phantoms,
        f"the charger hung up {row.hang_ups} times": row.hang_ups,
        f"the charger booted {row.boots} times": row.boots != 2,
    }
    found = [text for text, is_so in wrong.items() if is_so]
    found += _limit_problems(make, row) if make.limited else _unlimited_problems(row)
    return found + _energy_problems(row)


def _limit_problems(make: Make, row: Row) -> list[str]:
    found = [] if row.same_session else ["the session did not go on"]
    if row.refused:
        found.append(f"{row.refused} limits were refused")
    after = [(RESUMED_A, row.resumed_a or 0.0), (RESUMED_A, row.rebooted_a or 0.0)]
    for allowed_a, drawn_a in [*row.drawn_a, *after]:
        charges = allowed_a >= make.behaviour.limits.least_a
        highest_a = min(allowed_a, make.behaviour.max_current_a)
        least_a = highest_a - LARGEST_STEP_A if charges else 0.0
        if not least_a <= drawn_a <= allowed_a + 0.05:
            found.append(f"{drawn_a:.1f} A were drawn of {allowed_a:g} A")
    return found


def _unlimited_problems(row: Row) -> list[str]:
    return [] if row.refused else ["it took a limit that it cannot take"]


def _energy_problems(row: Row) -> list[str]:
    counts = (
        (row.metered_wh, row.charging_wh, "while it charged"),
        (row.counted_wh, row.charged_wh, "in the session"),
        (row.counted_total_wh, row.total_wh, "in both"),
    )
    return [
        f"{counted_wh} Wh were counted of {charged_wh:.1f} Wh {when}"
        for counted_wh, charged_wh, when in counts
        if counted_wh is None or abs(counted_wh - charged_wh) > 1
    ]


HEADINGS = (
    "Charger",
    "Recognised as",
    "13 A",
    "6 A",
    "10.5 A",
    "Pause",
    "9 A",
    "After the boot",
    "Charged",
    "Counted",
    "In both sessions",
    "Counted",
    "Closed",
    "Calls",
    "Verdict",
)


def cells(name: str, make: Make, row: Row) -> list[str]:
    """Return a row of the table."""
    currents = (
        *(drawn_a for _, drawn_a in row.drawn_a),
        row.paused_a,
        row.resumed_a,
        row.rebooted_a,
    )
    energies = (row.charged_wh, row.counted_wh, row.total_wh, row.counted_total_wh)
    return [
        name,
        row.recognised_as or "—",
        *("—" if current_a is None else f"{current_a:.1f} A" for current_a in currents),
        *(
            "—" if energy_wh is None else f"{energy_wh:.1f} Wh"
            for energy_wh in energies
        ),
        "yes" if row.ended else "no",
        str(row.calls),
        "; ".join(problems(make, row)) or "good",
    ]


async def main() -> None:
    """Print the table, of all makes or of those that the command line names."""
    _print(HEADINGS)
    _print(["---"] * len(HEADINGS))
    for name in sys.argv[1:] or MAKES:
        make = MAKES[name]
        _print(cells(name, make, await charge(name, make)))


def _print(line: Sequence[str]) -> None:
    print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
