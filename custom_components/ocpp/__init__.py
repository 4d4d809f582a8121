"""OCPP chargers that charge from the sun."""

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PORT, EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .assist.sentences import Sentences
from .automation.announcements import async_announce_events
from .automation.session_events import async_follow_sessions
from .config.renamed_entities import async_follow_renames
from .config.stale_devices import is_stale
from .const import (
    CONF_CERTIFICATE,
    CONF_TLS_PORT,
    DOMAIN,
    MINOR_VERSION,
    SUBENTRY_CHARGER,
)
from .dashboard.cards import async_setup_cards
from .dashboard.commands import async_setup_commands
from .files.firmware import async_setup_firmware
from .files.uploads import async_setup_uploads
from .hub import Hub, OcppConfigEntry
from .migration.backup import stored_backup
from .migration.issues import async_forget_issues, async_show_yaml
from .migration.moving import async_move_in, is_old
from .migration.stand_in import async_stop_stand_in
from .migration.yaml_tags import YAML_TAGS, read_yaml
from .pauses import older_garbage_left_alone
from .planning.forecast_inputs import stored_expectation, stored_forecasts
from .repairs.storage import async_forget_damage
from .server.certificate_authority import AuthorityStorage
from .services import async_setup_services
from .sessions.database import SessionDatabase
from .sessions.journal import journal_file
from .site.external_limits import stored_limit
from .site.meter_checks import stored_checks
from .site.settings import stored_settings
from .storage.privacy import async_make_private
from .storage.store import async_remove_stored
from .vehicles.migration import async_take_over_vehicles
from .vehicles.stored import stored_vehicles

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.DATETIME,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]

CONFIG_SCHEMA = probatio.Schema(
    # The community integration's tags; what cannot be read there must not stop anything.
    {probatio.Optional(DOMAIN): object},
    extra=probatio.ALLOW_EXTRA,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions and the dashboard, and let chargers transfer files."""
    if DOMAIN in config:
        hass.data[YAML_TAGS] = read_yaml(config[DOMAIN])
        async_show_yaml(hass)
    async_setup_services(hass)
    async_setup_commands(hass)
    await async_setup_cards(hass)
    async_setup_uploads(hass)
    async_setup_firmware(hass)
    async_follow_sessions(hass)
    Sentences(hass).async_start()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: OcppConfigEntry) -> bool:
    """Start a central system; its entities exist before the first charger connects."""
    await async_make_private(hass, entry.entry_id)
    hub = entry.runtime_data = Hub(hass, entry)
    with older_garbage_left_alone():
        await hub.async_load()
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    try:
        await hub.ports.async_open()
    except ConfigEntryError, ConfigEntryNotReady:
        hub.async_stop_adding()
        await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
        await hub.async_stop()
        raise

    async def stop(_: Event) -> None:
        await hub.async_stop()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.async_on_unload(async_announce_events(hass, hub))
    entry.async_on_unload(async_follow_renames(hass, entry))
    # Not a reload: setting up one charger must not drop the connections of the others.
    entry.async_on_unload(entry.add_update_listener(_UpdateListener(entry)))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: OcppConfigEntry) -> bool:
    """Stop a central system."""
    entry.runtime_data.async_stop_adding()
    with older_garbage_left_alone():
        if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
            return False
    await entry.runtime_data.async_stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove everything that was stored for a central system."""
    chargers = entry.get_subentries_of_type(SUBENTRY_CHARGER)
    await async_remove_stored(
        hass, entry.entry_id, [str(subentry.unique_id) for subentry in chargers]
    )
    await SessionDatabase(hass, entry.entry_id).async_remove()
    journal = journal_file(hass, entry.entry_id)
    await hass.async_add_executor_job(journal.remove)
    await AuthorityStorage(hass, entry.entry_id).async_remove()
    for stored in (
        stored_expectation,
        stored_forecasts,
        stored_settings,
        stored_limit,
        stored_vehicles,
        stored_checks,
        stored_backup,
    ):
        await stored(hass, entry.entry_id).async_remove()
    async_forget_damage(hass, entry.entry_id)
    await async_stop_stand_in(hass, entry.entry_id)
    async_forget_issues(hass, entry.entry_id)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: OcppConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let an owner remove a device that stands for nothing any more."""
    return is_stale(entry, device)


async def async_migrate_entry(hass: HomeAssistant, entry: OcppConfigEntry) -> bool:
    """Migrate an entry of an earlier release, or of the community integration."""
    if is_old(entry):
        return await async_move_in(hass, entry)
    data = dict(entry.data)
    if entry.minor_version < 2 and CONF_CERTIFICATE in data:
        # There was only one port; with a certificate, it was encrypted.
        data[CONF_TLS_PORT] = data.pop(CONF_PORT)
    if entry.minor_version < 3:
        # Each charger described the car that used it.
        async_take_over_vehicles(hass, entry)
    if entry.minor_version < MINOR_VERSION:
        hass.config_entries.async_update_entry(
            entry, data=data, minor_version=MINOR_VERSION
        )
    return True


class _UpdateListener:
    """A listener for changes of a config entry; only a change of the ports needs a reload."""

    def __init__(self, entry: OcppConfigEntry) -> None:
        self._data = dict(entry.data)
        self._options = dict(entry.options)

    async def __call__(self, hass: HomeAssistant, entry: OcppConfigEntry) -> None:
        if dict(entry.data) != self._data:
            hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        hub = entry.runtime_data
        hub.async_sync()
        await hub.ports.async_check()
        if dict(entry.options) != self._options:
            self._options = dict(entry.options)
            hub.site.async_start(entry.options)
