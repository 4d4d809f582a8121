"""Home Assistant is killed at random moments while sessions come and go and its disk fills up.

    KILLS=20 scripts/test -p no:homeassistant tests/end_to_end/test_full_disk.py
    KILLS=20 KILL_SEED=1 scripts/test -p no:homeassistant tests/end_to_end/test_full_disk.py

The seed is printed when the test fails.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
import os
from pathlib import Path
from random import Random
import sys
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.entities.pace import COUNTED
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.simulator.demo import PLAIN, Demo, Options
from tests.simulator.small_disk import SmallDisk, small_disk
from tests.waiting import LONGEST_S

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("KILL_SEED", time.time_ns() % 1_000_000))
DISK_MB = 64
DURABLE_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A session whose begin and end were acknowledged, by the clock of the test."""

    transaction_id: str
    energy_wh: float
    began_s: float
    ended_s: float

    def is_durable(self, kills_s: Sequence[float]) -> bool:
        """Return whether nothing of it was acknowledged right before Home Assistant was killed."""
        return not any(
            kill_s - DURABLE_AFTER_S <= at_s <= kill_s + DURABLE_AFTER_S
            for kill_s in kills_s
            for at_s in (self.began_s, self.ended_s)
        )


class Driver:
    """A charger with one short session after the other."""

    def __init__(self, charger: SimulatedCharger, random: Random) -> None:
        """Initialize with the charger."""
        self.charger = charger
        self._random = random
        self._start_wh = 0.0
        self._began_s = 0.0
        self._stopping: int | None = None
        self.acknowledged: list[Acknowledged] = []

    @property
    def register_wh(self) -> float:
        """The register of the charger."""
        return self.charger.connectors[1].energy_wh

    async def run(self) -> None:
        """Have sessions until cancelled; what was not acknowledged until then is repeated the next time."""
        connector = self.charger.connectors[1]
        with suppress(ConnectionClosed):
            while True:
                self._start_wh = connector.energy_wh
                await self.charger.start_session()
                self._began_s = time.monotonic()
                connector.energy_wh += self._random.randint(1, 400)
                await self.charger.meter()
                await asyncio.sleep(self._random.random() / 4)
                await self._stop()

    async def finish(self) -> None:
        """End the session that was cut short, if there is one."""
        connector = self.charger.connectors[1]
        if self._stopping is not None:
            connector.transaction_id = self._stopping
        if connector.transaction_id is not None:
            await self._stop()

    async def _stop(self) -> None:
        connector = self.charger.connectors[1]
        self._stopping = connector.transaction_id
        await self.charger.stop_session()
        now_s, energy_wh = time.monotonic(), connector.energy_wh - self._start_wh
        self.acknowledged.append(
            Acknowledged(str(self._stopping), energy_wh, self._began_s, now_s)
        )
        self._stopping = None


@pytest.fixture
def disk(tmp_path: Path) -> Any:
    """A small disk."""
    with small_disk(tmp_path / "disk", DISK_MB) as disk:
        yield disk


@pytest.fixture
async def demo(
    disk: SmallDisk, unused_tcp_port_factory: Callable[[], int]
) -> AsyncIterator[Demo]:
    """A demo whose Home Assistant is on the small disk."""
    options = Options(
        config=disk.folder / "config",
        http_port=unused_tcp_port_factory(),
        ocpp_port=unused_tcp_port_factory(),
    )
    python = os.environ.get("HOME_ASSISTANT_PYTHON", sys.executable)
    demo = Demo.create(options, python)
    yield demo
    disk.free()
    await demo.stop()


async def _saved(file: Path, text: str) -> None:
    """Wait until Home Assistant itself has saved something."""
    async with asyncio.timeout(LONGEST_S):
        while not file.exists() or text not in file.read_text():
            await asyncio.sleep(0.1)


async def _listed(demo: Demo) -> dict[str, float]:
    """Return the energy of all sessions by id, in Wh."""
    path = "/api/services/ocpp/get_sessions?return_response"
    answer = await demo.api.post(path, {})
    return {
        str(session["transaction_id"]): session["energy_kwh"] * 1000
        for session in answer["service_response"]["sessions"]
    }


async def _is_told(demo: Demo) -> bool:
    """Return whether the owner is told that nothing can be saved."""
    issues = (await demo.api.command("repairs/list_issues"))["issues"]
    return any(issue["translation_key"] == "storage_unwritable" for issue in issues)


async def _comes_true(demo: Demo, *, told: bool) -> None:
    async with asyncio.timeout(LONGEST_S):
        while await _is_told(demo) is not told:
            await asyncio.sleep(0.2)


async def _register_is_right(demo: Demo, driver: Driver) -> None:
    """Wait until the total is what the register shows; in a session, its last digits are shown within a minute."""
    shown = None
    try:
        async with asyncio.timeout(LONGEST_S + COUNTED.every_s):
            while shown != driver.register_wh:
                state = await demo.api.state("sensor.charger_energy") or "unknown"
                shown = None if state.isalpha() else round(float(state) * 1000, 3)
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"{shown} Wh are counted, not {driver.register_wh} (seed {SEED})")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _cut_the_power(
    demo: Demo, disk: SmallDisk, driver: Driver, random: Random
) -> float:
    """Fill the disk at some moment, kill Home Assistant at a later one, start it again, and return when it was killed."""
    running = asyncio.create_task(driver.run())
    await asyncio.sleep(random.uniform(0.5, 2.0))
    await asyncio.to_thread(disk.fill)
    await asyncio.sleep(random.uniform(0.0, 6.0))
    if random.random() < 0.3:
        # It gets room for a moment, and loses it again.
        disk.free()
        await asyncio.sleep(random.random())
        await asyncio.to_thread(disk.fill)
    # Closing that takes a while, in which sessions go on.
    await demo.api.__aexit__()
    killed_s = time.monotonic()
    await demo.home_assistant.kill()
    await _ended(running)
    disk.free()
    await demo.start_again()
    return killed_s


async def _nothing_is_lost(
    demo: Demo, driver: Driver, kills_s: Sequence[float]
) -> None:
    """Check all sessions so far, and the total."""
    await driver.charger.meter()
    await driver.finish()
    listed = await _listed(demo)
    lost = [
        (session, listed.get(session.transaction_id))
        for session in driver.acknowledged
        if session.is_durable(kills_s)
        and listed.get(session.transaction_id) != pytest.approx(session.energy_wh)
    ]
    assert lost == [], f"seed {SEED}"
    await _register_is_right(demo, driver)


@pytest.mark.timeout(300 + 120 * KILLS)
async def test_no_session_is_lost_on_a_full_disk(demo: Demo, disk: SmallDisk) -> None:
    random = Random(SEED)
    await demo.start_home_assistant()
    await demo.set_up_integration()
    bay = await demo.connect_charger()
    await demo.adopt(bay)
    storage = demo.options.config / ".storage"
    await _saved(storage / "core.config_entries", PLAIN.identity)
    await _saved(storage / "auth", "refresh_tokens")
    driver = Driver(bay.charger, random)
    url, kills_s = f"ws://127.0.0.1:{demo.options.ocpp_port}", list[float]()
    async with AsyncExitStack() as stack:
        for _ in range(KILLS):
            kills_s.append(await _cut_the_power(demo, disk, driver, random))
            await stack.enter_async_context(reconnected(bay.charger, url))
            await _nothing_is_lost(demo, driver, kills_s)
        assert len(driver.acknowledged) > KILLS

        # The owner is told for as long as it lasts.
        await asyncio.to_thread(disk.fill)
        running = asyncio.create_task(driver.run())
        await _comes_true(demo, told=True)
        disk.free()
        await _comes_true(demo, told=False)
        await _ended(running)
