"""Tests of the turns of connections."""

import asyncio
from collections import Counter
import time

import pytest

from custom_components.ocpp.csms.server.turns import MOST_TURNS, SLICE_S, Lane, Turns


class Rounds:
    """Counts the rounds of the event loop."""

    def __init__(self) -> None:
        """Begin with the first."""
        self.number = 0
        self._handle = asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self.number += 1
        self._handle = asyncio.get_running_loop().call_soon(self._next)

    def stop(self) -> None:
        """Count no more."""
        self._handle.cancel()


def work_for(seconds: float) -> None:
    """Keep the event loop busy."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        pass


async def play(
    lanes: list[Lane], *seconds: float, turns: Turns | None = None
) -> list[tuple[int, Lane]]:
    """Have workers of those lanes take a turn at the same moment; returns the round in which each had it.

    Each works for as long as is said in `seconds`, the last one of which holds for all others.
    """
    turns, rounds, had = turns or Turns(), Rounds(), []

    async def worker(number: int, lane: Lane) -> None:
        await turns.take(lane)
        had.append((rounds.number, lane))
        work_for(seconds[min(number, len(seconds) - 1)])

    await asyncio.gather(*(worker(*item) for item in enumerate(lanes)))
    rounds.stop()
    return had


async def test_a_turn_is_free_when_nobody_else_is_there() -> None:
    """Nobody waits for a round of the event loop that is not needed."""
    turns = Turns()
    first = turns.take(Lane.STRANGERS)
    with pytest.raises(StopIteration):
        first.send(None)


async def test_long_work_leaves_the_rest_of_the_round_to_others() -> None:
    """No two turns that take a slice each are in one round."""
    had = await play([Lane.ADOPTED] * 6, 1.5 * SLICE_S)
    assert len(had) == 6
    assert max(Counter(number for number, _ in had).values()) == 1


async def test_short_work_shares_a_round() -> None:
    """Turns that take no time need few rounds."""
    had = await play([Lane.ADOPTED] * 4 * MOST_TURNS, 0)
    assert len(had) == 4 * MOST_TURNS
    assert len({number for number, _ in had}) < MOST_TURNS / 2


async def test_rounds_get_shorter_where_the_work_gets_longer() -> None:
    """After short work, the number of turns in a round goes down with the time that each takes."""
    short, long = 4 * MOST_TURNS, 2 * MOST_TURNS
    lanes = [Lane.ADOPTED] * (short + long)
    had = await play(lanes, *[SLICE_S / MOST_TURNS] * short, SLICE_S)
    assert len({number for number, _ in had[short:]}) > 6


async def test_the_work_of_before_says_nothing_of_what_comes_next() -> None:
    """After a while without work, rounds begin with few turns."""
    turns = Turns()
    # More than what fits into a slice: else nobody would have to wait, and nothing be learned.
    await play([Lane.ADOPTED] * 4 * MOST_TURNS, SLICE_S / MOST_TURNS, turns=turns)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    had = await play([Lane.ADOPTED] * 6, 1.5 * SLICE_S, turns=turns)
    assert max(Counter(number for number, _ in had).values()) == 1


async def test_whoever_comes_last_waits_for_all_others() -> None:
    """A turn that begins a round is not taken from those who wait."""
    turns, had = Turns(), list[int]()

    async def worker(number: int) -> None:
        await turns.take(Lane.ADOPTED)
        had.append(number)
        work_for(0 if number else 1.5 * SLICE_S)

    tasks = [asyncio.create_task(worker(number)) for number in range(20)]
    await tasks[1]
    assert len(had) < 20
    await worker(20)
    assert had == list(range(21))


async def test_strangers_wait_for_the_adopted_but_not_for_ever() -> None:
    """While both wait, strangers get one turn a round."""
    lanes = [Lane.STRANGERS] * 8 + [Lane.ADOPTED] * 8
    had = await play(lanes, 1.5 * SLICE_S)
    assert Counter(lane for _, lane in had) == Counter(lanes)
    last_adopted = max(number for number, lane in had if lane is Lane.ADOPTED)
    until_then = [number for number, lane in had[1:] if lane is Lane.STRANGERS]
    assert max(Counter(until_then).values()) == 1
    assert max(until_then) <= last_adopted + 1


async def test_a_lost_connection_takes_no_turn() -> None:
    """A turn that was cancelled while it waited keeps nobody waiting."""
    turns = Turns()

    async def busy() -> None:
        await turns.take(Lane.ADOPTED)
        work_for(1.5 * SLICE_S)

    first = asyncio.create_task(busy())
    waiting = [asyncio.create_task(turns.take(Lane.ADOPTED)) for _ in range(3)]
    await first
    waiting[0].cancel()
    waiting[1].cancel()
    async with asyncio.timeout(5):
        await waiting[2]
    assert waiting[0].cancelled()
