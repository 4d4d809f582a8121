"""A charger that was just adopted, and what is still to be done for it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ...chargers.charger import Charger
from ...config.energy_sources import measuring_grid
from ...csms.model import Registration
from ...csms.observers import Unsubscribe
from ...csms.pki.security_profiles import new_password
from ...hub import Hub
from ...surplus.modes import FULL_POWER_MODE
from ..security import password_required_once_used
from ..station_commands import async_write_password

SETTLES_WITHIN_S = 20.0
"""The time that a charger has to report its connectors once it is accepted."""


@dataclass(frozen=True, slots=True)
class AdoptedCharger:
    """A charger that was just adopted; with `needs_password` it is to be given one that nobody needs to know."""

    entry_id: str
    identity: str
    name: str
    area_id: str | None
    needs_password: bool

    def hub(self, hass: HomeAssistant) -> Hub | None:
        """Return its central system, while that runs."""
        entry = hass.config_entries.async_get_entry(self.entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        hub: Hub = entry.runtime_data
        return hub

    def charger(self, hass: HomeAssistant) -> Charger | None:
        """Return the charger itself, while its central system runs."""
        hub = self.hub(hass)
        return None if hub is None else hub.chargers.get(self.identity)


async def async_settle(hass: HomeAssistant, adopted: AdoptedCharger) -> None:
    """Do for an adopted charger what its owner need not wait for: its mode, its status, its password and its area."""
    hub, charger = adopted.hub(hass), adopted.charger(hass)
    if hub is None or charger is None:
        return
    if not measuring_grid(hub.entry.options):
        # Without a meter, nobody knows of the sun.
        for evse_id in charger.evse_ids:
            charger.async_set_mode(evse_id, FULL_POWER_MODE)
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLES_WITHIN_S):
            await _status_known(charger)
    if adopted.needs_password:
        await _async_protect(hub, charger)
    # Not before its entities exist: the area would become part of their ids.
    dr.async_get(hass).async_update_device(charger.device_id, area_id=adopted.area_id)


async def _status_known(charger: Charger) -> None:
    """Wait until a charger has been accepted and has reported on its connectors."""
    changed = asyncio.Event()
    while not _is_settled(charger):
        changed.clear()
        following = follow(charger, lambda _: changed.set())
        try:
            await changed.wait()
        finally:
            for stop_following in following:
                stop_following()


def follow(
    charger: Charger, listener: Callable[[object], None]
) -> Sequence[Unsubscribe]:
    """Call `listener` whenever a charger changes, or one of its connectors."""
    station = charger.station
    return (
        station.subscribe(listener),
        *(station.subscribe_evse(evse_id, listener) for evse_id in charger.evse_ids),
    )


def _is_settled(charger: Charger) -> bool:
    accepted = charger.station.snapshot.registration is Registration.ACCEPTED
    return accepted and all(
        charger.evse(evse_id).status is not None for evse_id in charger.evse_ids
    )


async def _async_protect(hub: Hub, charger: Charger) -> None:
    """Give a charger a password; one that takes none stays as it is."""
    password = new_password()
    if not await async_write_password(charger.station, password):
        hub.chargers.async_change(charger, password_required_once_used(password))
