"""Fixtures of moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.migration.stand_in import async_stop_stand_in
from homeassistant.core import HomeAssistant


@pytest.fixture(autouse=True)
async def home_folder(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Path]:
    """A configuration folder of its own; what a test has set up is unloaded."""
    hass.config.config_dir = str(tmp_path)
    yield tmp_path
    for entry in hass.config_entries.async_entries(DOMAIN):
        await async_stop_stand_in(hass, entry.entry_id)
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)
