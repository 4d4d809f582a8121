"""The ids of sessions are unique: across the chargers of a house, and across restarts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.memory import Memory
from custom_components.ocpp.csms.numbering import NumbersOfOne, UniqueNumbers
from tests.simulator.charger import SimulatedCharger, simulated_charger

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUSE = ("CP1", "CP2", "CP3")


@asynccontextmanager
async def _house(
    now: datetime, memories: Mapping[str, Memory]
) -> AsyncIterator[CentralSystem]:
    """A central system whose clock stands still, with what it remembers of its chargers."""
    system = CentralSystem(clock=lambda: now)
    for identity in HOUSE:
        system.adopt(identity, memory=memories.get(identity))
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


async def _start_at_once(system: CentralSystem, id_tag: str = "TAG") -> list[int]:
    """Have all chargers start a session in the same instant, and return the ids that they are given."""
    url = f"ws://127.0.0.1:{system.port}"

    async with AsyncExitStack() as stack:
        chargers: list[SimulatedCharger] = [
            await stack.enter_async_context(simulated_charger(url, identity))
            for identity in HOUSE
        ]
        for charger in chargers:
            await charger.boot()
            await charger.plug_in()
        starts = (charger.start_session(id_tag) for charger in chargers)
        return await asyncio.gather(*starts)


async def test_sessions_that_start_at_once_have_different_ids() -> None:
    async with _house(NOW, {}) as system:
        ids = await _start_at_once(system)
    assert len(set(ids)) == len(HOUSE)


async def test_ids_are_not_given_again_after_a_restart() -> None:
    async with _house(NOW, {}) as system:
        ids = await _start_at_once(system)
        memories = {
            identity: station.memory for identity, station in system.stations.items()
        }
    async with _house(NOW + timedelta(seconds=1), memories) as system:
        # With the tag from before, it would be the session from before that is told again.
        ids += await _start_at_once(system, "OTHER")
    assert len(set(ids)) == 2 * len(HOUSE)


@given(
    st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=50),
    st.integers(),
)
def test_any_clock_gives_different_numbers_of_31_bits(
    moments: list[datetime], remembered: int
) -> None:
    instants = iter(moments)
    numbers = UniqueNumbers(lambda: next(instants))
    numbers.keep_above(remembered)
    taken = [numbers.take() for _ in moments]
    assert len(set(taken)) == len(taken)
    assert all(0 < number < 2**31 for number in taken)


def test_numbers_go_on_from_the_last_one() -> None:
    numbers = UniqueNumbers(lambda: NOW)
    numbers.keep_above(2_000_000_000)
    assert numbers.take() == 2_000_000_001


def test_a_number_that_was_handed_out_right_before_a_power_cut_is_not_given_again() -> (
    None
):
    """Several sessions in a second run ahead of the clock, and the last of them were not remembered."""
    before = NumbersOfOne(UniqueNumbers(lambda: NOW), 0)
    remembered = [before.take() for _ in range(20)]
    forgotten = [before.take() for _ in range(5)]
    later = UniqueNumbers(lambda: NOW + timedelta(seconds=1))
    after = NumbersOfOne(later, remembered[-1])
    given = [after.take() for _ in range(20)]
    assert not set(given) & {*remembered, *forgotten}
