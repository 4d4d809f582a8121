"""A stage for one charger: a central system that it is connected to, and a clock that goes on when told to.

A test is a small script: plug in, limit, let time pass, unplug. What the cars really drew is watched second by second.

    async with stage(Behaviour(limits=Limits(purposes=frozenset({"TxDefaultProfile"})))) as at:
        await at.begins()
        await at.limited(10)
        await at.lasts(60)
        assert at.excess_s() <= 10
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.errors import (
    CallFailedError,
    CallTimeoutError,
    NotConnectedError,
    RejectedError,
)
from custom_components.ocpp.csms.memory import Memory
from custom_components.ocpp.csms.model import Evse, Limit
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.behaviour import Behaviour
from tests.simulator.car import Car
from tests.simulator.haste import HASTE, Clock
from tests.simulator.odd_charger import OddCharger, powered
from tests.timers import Timers
from tests.waiting import settled, until

IDENTITY = "CP1"
SAFE_A = 6.0
STEP_S = 10
"""The time after which charger and central system have their say again."""
TOLERANCE_A = 0.05
LIFE_WH = 1_234_567.0
"""The energy that a connector has delivered before."""
_FLASH = frozenset({"TxDefaultProfile", "ChargePointMaxProfile"})


@dataclass(slots=True)
class Watch:
    """The limit of the car at one connector, and the time for which it drew more without a break."""

    allowed_a: float | None = None
    excess_s: int = 0
    longest_excess_s: int = 0
    highest_a: float = 0.0

    def look(self, drawn_a: float) -> None:
        """Look at a second of the car's draw."""
        self.highest_a = max(self.highest_a, drawn_a)
        exceeds = self.allowed_a is not None and drawn_a > self.allowed_a + TOLERANCE_A
        self.excess_s = self.excess_s + 1 if exceeds else 0
        self.longest_excess_s = max(self.longest_excess_s, self.excess_s)


@dataclass(slots=True)
class Stage:
    """A central system with one charger, and the time."""

    system: CentralSystem
    station: ChargingStation
    charger: OddCharger
    clock: Clock
    elapse: Callable[[float], None]
    """Has timers run down."""
    watches: dict[int, Watch] = field(default_factory=dict)
    alive: bool = True
    """False once the central system is gone."""

    # Looking.

    def evse(self, evse_id: int = 1) -> Evse:
        """Return the snapshot of an EVSE."""
        return self.station.snapshot.evse(evse_id)

    def car(self, evse_id: int = 1) -> Car:
        """Return the car that is plugged in."""
        car = self.charger.connectors[evse_id].car
        assert car is not None
        return car

    def drawn_a(self, evse_id: int = 1) -> float:
        """Return what a car draws now on each phase."""
        car = self.charger.connectors[evse_id].car
        return 0.0 if car is None else car.current_a

    def falls_back_to_a(self, evse_id: int = 1) -> float:
        """Return what an idle connector would offer the next car if the central system were gone."""
        connector = self.charger.connectors[evse_id]
        return connector.limit_a(self.clock(), self.charger.max_current_a)

    def charged_wh(self, evse_id: int = 1) -> float:
        """Return the energy that was really charged since the last session began."""
        return self.charger.session_wh[evse_id]

    def excess_s(self, evse_id: int = 1) -> int:
        """Return the longest time for which a car drew more than its limit."""
        return self._watch(evse_id).longest_excess_s

    @property
    def lasting_profiles(self) -> list[tuple[str, float]]:
        """Purpose and last limit of all profiles that it took to keep: what a charger writes into its flash."""
        return [
            (profile["charging_profile_purpose"], periods[-1]["limit"])
            for action, payload in self.charger.received
            if action == "SetChargingProfile" and "profile" in payload
            for profile in [payload["profile"]]
            if profile["charging_profile_purpose"] in _FLASH
            and "valid_to" not in profile
            and "duration" not in profile["charging_schedule"]
            and (periods := profile["charging_schedule"]["charging_schedule_period"])
        ]

    # Acting.

    def configure(self, safe_current_a: float = SAFE_A, **traits: Any) -> None:
        """Have the owner set the safe current, and what the charger can do."""
        settings = StationSettings(
            safe_current_a=safe_current_a, traits=Traits.of(**traits)
        )
        self.station.configure(settings)

    async def settled(self) -> None:
        """Let the central system finish what it is about; housekeeping comes round in the meantime."""
        if self.alive:
            await asyncio.sleep(3 * HASTE.housekeeping_s)
            await settled(IDENTITY)

    async def lasts(self, seconds: float, step_s: int = STEP_S) -> None:
        """Let time pass, and watch the cars."""
        for _ in range(0, int(seconds), step_s):
            for _ in range(step_s):
                self.clock.now += timedelta(seconds=1)
                self.charger.advance(1)
                for evse_id in self.charger.connectors:
                    self._watch(evse_id).look(self.drawn_a(evse_id))
            if self.alive:
                # A connection that was just cut tells nothing; the charger dials anew.
                with suppress(ConnectionClosed):
                    await self.charger.tell()
            await self.settled()

    async def limited(
        self, current_a: float, evse_id: int = 1, phases: int | None = None
    ) -> bool:
        """Limit a car; tells whether the charger says that it took it."""
        self._watch(evse_id).allowed_a = current_a
        try:
            await self.station.limits.set(evse_id, Limit(current_a, phases))
        except RejectedError, CallFailedError, CallTimeoutError, NotConnectedError:
            return False
        finally:
            await self.settled()
        return True

    async def begins(self, evse_id: int = 1, car: Car | None = None) -> None:
        """Plug a car in, and have the charger start a session."""
        phases = self.charger.behaviour.phases
        await self.charger.plug_in(car or Car(phases=phases), evse_id)
        await self.settled()
        connector = self.charger.connectors[evse_id]
        if connector.transaction_id is None:
            await self.charger.start_session(self.charger.own_tag, evse_id)
        await self.settled()

    async def ends(self, evse_id: int = 1) -> None:
        """Unplug a car, which ends its session."""
        await self.charger.unplug(evse_id)
        await self.settled()

    async def boots(self) -> None:
        """Have the charger boot, as after a power cut."""
        boots = self.charger.boots
        await self.charger.restart()
        await until(lambda: self.charger.boots > boots)
        await self.settled()

    @asynccontextmanager
    async def without_link(self) -> AsyncIterator[None]:
        """Cut the connection; the charger keeps what is to be told of sessions until it has it back."""
        await self.charger.cut()
        await until(lambda: not self.station.connected)
        yield
        self.charger.mend()
        await self._reconnected()

    async def restarts(self, seconds: float = 60) -> None:
        """Have Home Assistant restart: another central system takes over what the first one remembers."""
        settings, memory = self.station.settings, self.station.memory
        await self.charger.cut()
        await self.dies()
        await self.lasts(seconds)
        self.system, self.alive = CentralSystem(clock=self.clock, timeouts=HASTE), True
        self.station = self.system.adopt(IDENTITY, settings, memory)
        self.charger.mend(await _listening(self.system))
        await self._reconnected()

    async def _reconnected(self) -> None:
        await until(lambda: self.station.connected and self.charger.outbox.is_empty)
        # It does not boot, and is greeted when the time for that is over.
        self.elapse(HASTE.reconnect_s)
        await self.settled()

    async def dies(self) -> None:
        """Have the central system die: from now on the charger is on its own."""
        self.alive = False
        await self.system.stop()

    def _watch(self, evse_id: int) -> Watch:
        return self.watches.setdefault(evse_id, Watch())


async def _listening(system: CentralSystem) -> str:
    port = await system.start("127.0.0.1", 0)
    return f"ws://127.0.0.1:{port}"


@asynccontextmanager
async def on_stage(
    timers: Timers,
    behaviour: Behaviour | None = None,
    *,
    connectors: int = 1,
    info: StationInfo | None = None,
    memory: Memory | None = None,
    settings: StationSettings | None = None,
) -> AsyncIterator[Stage]:
    """Connect a charger to a central system, and wait until it has been set up.

    Args:
        timers: are put ahead whenever the charger leaves a call unanswered.
        behaviour: what is odd about it.
        connectors: how many it has.
        info: who it says it is.
        memory: what was known of it before.
        settings: what its owner has decided.
    """
    clock = Clock()
    system = CentralSystem(clock=clock, timeouts=HASTE)
    station = system.adopt(
        IDENTITY, settings or StationSettings(safe_current_a=SAFE_A), memory
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(system.stop)
        charger = await stack.enter_async_context(
            powered(
                await _listening(system),
                IDENTITY,
                behaviour or Behaviour(),
                info or StationInfo("Nobody", "Knows"),
                connectors=connectors,
                clock=clock,
            )
        )
        stage = Stage(system, station, charger, clock, timers.elapse)
        stack.push_async_callback(lambda: stage.system.stop())
        charger.on_silence = lambda: stage.elapse(
            stage.station.capabilities.call_timeout_s
        )
        charger.elapse = timers.elapse
        for connector in charger.connectors.values():
            connector.energy_wh = LIFE_WH
        await until(lambda: charger.boots)
        await stage.settled()
        yield stage
