"""Entities that wait for something to show, of chargers that come and go."""

import gc
import weakref

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant


async def test_nothing_waits_for_a_charger_that_was_removed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    (subentry,) = running.subentries.values()
    chargers = running.runtime_data.chargers
    charger = weakref.ref(chargers["CP1"])
    station = weakref.ref(chargers["CP1"].station)
    assert hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
    await hass.async_block_till_done()
    gc.collect()
    assert charger() is None
    assert station() is None
