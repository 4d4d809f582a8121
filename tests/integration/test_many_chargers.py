"""Many chargers at one central system: Home Assistant stays responsive."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
import gc
import tracemalloc

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp import pauses
from custom_components.ocpp.site.gathered_events import FEW, GatheredEvents
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from tests.integration.conftest import charger_subentry

CHARGERS = 30
MOST_BYTES = 250_000
"""The most memory of a charger with all of its entities, most of which Home Assistant needs for them."""


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """Many chargers."""
    return [charger_subentry(f"CP{n}", f"Charger {n}") for n in range(CHARGERS)]


@contextmanager
def _turns(hass: HomeAssistant) -> Iterator[list[int]]:
    """Count the states that change in each turn of the event loop."""
    turns = [0]

    @callback
    def count(_: object) -> None:
        turns[-1] += 1

    async def turn() -> None:
        while True:
            await asyncio.sleep(0)
            turns.append(0)

    unsubscribe = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    turning = asyncio.create_task(turn())
    yield turns
    turning.cancel()
    unsubscribe()


@asynccontextmanager
async def _unloaded(hass: HomeAssistant, entry: MockConfigEntry) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await hass.config_entries.async_unload(entry.entry_id)


async def test_others_have_their_turn_while_chargers_come_and_go(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine, each step takes longer than a slice.
    monkeypatch.setattr(pauses, "SLICE_S", 0.0)
    async with _unloaded(hass, entry):
        with _turns(hass) as turns:
            assert await hass.config_entries.async_setup(entry.entry_id)
        states = len(hass.states.async_all())
        assert sum(turns) >= states > 20 * CHARGERS
        # No more at once than the entities of a few chargers.
        assert max(turns) < states / 5
        with _turns(hass) as turns:
            assert await hass.config_entries.async_reload(entry.entry_id)
        assert sum(turns) >= 2 * (states - 10)
        assert max(turns) < states / 5


async def test_garbage_collections_do_not_look_at_what_was_there_before(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    left_alone: list[int] = []

    @callback
    def count(_: object) -> None:
        # Counting takes time, too.
        if len(left_alone) < 3:
            left_alone.append(gc.get_freeze_count())

    unsubscribe = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    async with _unloaded(hass, entry):
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert min(left_alone) > 10_000
        assert gc.get_freeze_count() == 0
    unsubscribe()
    assert gc.get_freeze_count() == 0


async def test_a_charger_takes_little_memory(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with _unloaded(hass, entry):
        # What all of them share is there from the first time.
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)
        gc.collect()
        tracemalloc.start()
        try:
            assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
            gc.collect()
            taken_bytes, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert taken_bytes / CHARGERS < MOST_BYTES


@pytest.mark.parametrize(("places", "steps"), [(FEW, 10), (FEW + 1, 1)])
async def test_the_events_of_many_chargers_lead_to_one_step(
    hass: HomeAssistant, places: int, steps: int
) -> None:
    taken: list[str] = []
    events = GatheredEvents(
        hass, lambda: taken.append("step"), lambda: taken.append("plan")
    )
    events.places = places
    for _ in range(10):
        events.async_note()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    assert taken == ["step"] * steps
    for _ in range(10):
        events.async_note_situation()
        events.async_note()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    assert taken[steps] == "plan"
    assert taken.count("plan") == steps
    events.async_note()
    events.async_stop()
    before = len(taken)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    assert len(taken) == before
