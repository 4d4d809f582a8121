"""The storm: one phase after the other, each with a line of the table."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import socket
from statistics import quantiles
import sys
from typing import Any

from tests.fuzz.dialects import DIALECTS
from tests.fuzz.fuzzer import Fuzzer

from .chargers import Chargers
from .house import fuzzer_identities, identities
from .measures import Measures
from .strangers import Strangers, fuzz

OTHERS = 2
"""The adopted chargers besides those that charge: one to be taken over, and one that sends heartbeats."""
FUZZERS = 4


@dataclass(frozen=True, slots=True)
class Options:
    """The size of a storm."""

    chargers: int = 50
    rounds: int = 2
    period_s: float = 10.0
    hostile_s: float = 10.0
    frames: int = 10_000
    seed: int = 1
    restart: bool = True
    """True to measure a start as it is once all entities exist."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase as it is shown."""

    name: str
    measures: Measures
    heartbeats_ms: Sequence[float]
    losses: Mapping[str, int]


@dataclass(slots=True)
class Report:
    """Everything that was measured."""

    options: Options
    empty_mb: float = 0.0
    phases: list[Phase] = field(default_factory=list)
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def losses(self) -> Mapping[str, int]:
        """Everything that was lost in any phase."""
        return {
            f"{phase.name}: {what}": number
            for phase in self.phases
            for what, number in phase.losses.items()
        }

    def table(self) -> str:
        """Return the table."""
        heads = "phase | wall | CPU | longest block | of that GC | heartbeat p50 | p99 | max | memory | per charger | lost"
        return "\n".join(
            [
                f"{self.options.chargers} chargers; empty: {self.empty_mb:.0f} MB",
                f"| {heads} |",
                f"|{' --- |' * (heads.count('|') + 1)}",
                *(self._row(phase) for phase in self.phases),
                f"strangers: {_listed(self.outcomes)}",
            ]
        )

    def _row(self, phase: Phase) -> str:
        taken = phase.measures
        grown_mb = taken.memory_mb - self.empty_mb
        chargers = self.options.chargers + OTHERS
        cells = [
            phase.name,
            f"{taken.wall_s:.1f} s",
            f"{taken.cpu_s:.1f} s",
            f"{taken.block_ms:.0f} ms",
            f"{taken.gc_ms:.0f} ms",
            *_percentiles(phase.heartbeats_ms),
            f"{taken.memory_mb:.0f} MB",
            f"{1000 * grown_mb / chargers:.0f} kB",
            _listed(phase.losses),
        ]
        return f"| {' | '.join(cells)} |"


def _percentiles(values_ms: Sequence[float]) -> list[str]:
    if len(values_ms) < 2:
        return ["", "", ""]
    cuts = quantiles(values_ms, n=100, method="inclusive")
    return [f"{value:.1f} ms" for value in (cuts[49], cuts[98], max(values_ms))]


def _listed(counts: Mapping[str, int]) -> str:
    listed = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return listed or "nothing"


class _Partner:
    """A process that answers each line with a line of JSON."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ask(self, line: str) -> Any:
        """Send a line, and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return await self.answer()

    async def answer(self) -> Any:
        """Return the next answer."""
        assert self._process.stdout is not None
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def _partner(module: str, *arguments: object) -> AsyncIterator[_Partner]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.storm.{module}", *map(str, arguments)),
        stdin=PIPE,
        stdout=PIPE,
        limit=2**24,
    )
    try:
        yield _Partner(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def storm(options: Options, folder: Path) -> Report:
    """Play all phases, and return what was measured."""
    ports = [_free_port() for _ in range(3)]
    house = (folder, *ports, options.chargers + OTHERS, FUZZERS)
    if options.restart:
        async with _partner("house", *house) as first:
            await first.answer()
            await first.ask("start")
            await first.ask("end")
    url, fuzzers_url = (f"ws://127.0.0.1:{port}" for port in ports[:2])
    async with _partner("house", *house) as second:
        return await _Storm(options, url, fuzzers_url, second).play()


class _Storm:
    """One storm at a house that has no chargers yet."""

    def __init__(
        self, options: Options, url: str, fuzzers_url: str, house: _Partner
    ) -> None:
        self._options = options
        self._url = url
        self._fuzzers_url = fuzzers_url
        self._house = house
        self._neighbour: _Partner | None = None
        names = identities(options.chargers + OTHERS)
        own = names[: options.chargers]
        self._quiet = names[options.chargers + 1]
        self._chargers = Chargers(url, own)
        self._strangers = Strangers(url, names[options.chargers])
        self._report = Report(options)

    async def play(self) -> Report:
        """Play all phases."""
        opened = Measures(**await self._house.answer())
        self._report.empty_mb = opened.memory_mb
        await self._phase("start", asyncio.sleep(0), "start")
        async with _partner("neighbour", self._url, self._quiet) as self._neighbour:
            await self._phases_of_chargers()
            await self._phases_of_strangers()
        self._neighbour = None
        await self._phase("reload", asyncio.sleep(0), "reload")
        await self._phase("reconnect", self._chargers.back())
        await self._chargers.stop()
        await self._phase("leave", asyncio.sleep(1))
        await self._phase("unload", asyncio.sleep(0), "unload")
        await self._house.ask("end")
        return self._report

    async def _phases_of_chargers(self) -> None:
        chargers, options = self._chargers, self._options
        metering = (options.rounds, options.period_s)
        await self._phase("connect", chargers.connect())
        await self._phase("sessions", chargers.begin_sessions())
        await self._phase("meter values", chargers.meter(*metering))
        await self._phase("flap", chargers.flap())
        chargers.set_clocks(10)
        await self._phase("wrong clocks", chargers.meter(*metering))
        chargers.set_clocks(0)

    async def _phases_of_strangers(self) -> None:
        options, dialect = self._options, DIALECTS[0]
        await self._phase("strangers", self._strangers.storm(options.hostile_s))
        self._report.outcomes = self._strangers.outcomes
        await self._phase("add fuzzers", asyncio.sleep(0), "add fuzzers")
        fuzzers = [
            Fuzzer(self._fuzzers_url, options.seed + number, dialect, identity)
            for number, identity in enumerate(fuzzer_identities(FUZZERS))
        ]
        await self._phase("fuzzers", fuzz(fuzzers, options.frames))
        await self._phase("after that", self._chargers.meter(1, options.period_s))

    async def _phase(
        self, name: str, work: Awaitable[object], command: str = "measure"
    ) -> None:
        """Do something, and add its line to the table."""
        self._chargers.lost.clear()
        await self._house.ask("measure")
        if self._neighbour is not None:
            await self._neighbour.ask("begin")
        await work
        latencies = [] if self._neighbour is None else await self._neighbour.ask("end")
        measures = Measures(**await self._house.ask(command))
        if name in ("meter values", "flap", "wrong clocks", "after that"):
            self._chargers.compare(await self._house.ask("energy"))
        losses = dict(self._chargers.lost)
        self._report.phases.append(Phase(name, measures, latencies, losses))
