"""OCPP chargers that charge from the sun."""

import errno
import ssl

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import CONF_CERTIFICATE, CONF_PRIVATE_KEY, DOMAIN
from .csms.encryption import CertificateFiles, server_context
from .hub import Hub, OcppConfigEntry
from .services import async_setup_services
from .site import Sources
from .storage import Storage

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: OcppConfigEntry) -> bool:
    """Start a central system; its entities exist before the first charger connects."""
    tls = await _async_tls(hass, entry)
    hub = entry.runtime_data = Hub(hass, entry)
    await hub.async_load()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    try:
        await hub.central_system.start(
            entry.data[CONF_HOST], entry.data[CONF_PORT], tls
        )
    except OSError as err:
        await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
        await hub.async_stop()
        raise _bind_error(entry, err) from err

    async def stop(_: Event) -> None:
        await hub.async_stop()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    # Not a reload: setting up one charger must not drop the connections of the others.
    entry.async_on_unload(entry.add_update_listener(_UpdateListener(entry)))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: OcppConfigEntry) -> bool:
    """Stop a central system."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.async_stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was remembered of its chargers."""
    await Storage(hass, entry.entry_id, dict).async_remove()


class _UpdateListener:
    """Follows changes of a config entry: only those of the listening port need a restart."""

    def __init__(self, entry: OcppConfigEntry) -> None:
        self._data = dict(entry.data)
        self._options = dict(entry.options)

    async def __call__(self, hass: HomeAssistant, entry: OcppConfigEntry) -> None:
        if dict(entry.data) != self._data:
            hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        hub = entry.runtime_data
        hub.async_sync()
        if dict(entry.options) != self._options:
            self._options = dict(entry.options)
            hub.site.async_start(Sources.of(entry.options))


async def _async_tls(
    hass: HomeAssistant, entry: OcppConfigEntry
) -> ssl.SSLContext | None:
    certificate = entry.data.get(CONF_CERTIFICATE)
    if certificate is None:
        return None
    try:
        return await hass.async_add_executor_job(
            server_context,
            [CertificateFiles(certificate, entry.data[CONF_PRIVATE_KEY])],
        )
    except OSError as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_certificate",
            translation_placeholders={"path": certificate, "reason": str(err)},
        ) from err


def _bind_error(
    entry: OcppConfigEntry, err: OSError
) -> ConfigEntryError | ConfigEntryNotReady:
    # A port that is in use may be free again by itself; one that is forbidden will not.
    in_use = err.errno == errno.EADDRINUSE
    return (ConfigEntryNotReady if in_use else ConfigEntryError)(
        translation_domain=DOMAIN,
        translation_key="port_in_use" if in_use else "cannot_listen",
        translation_placeholders={
            "host": entry.data[CONF_HOST],
            "port": str(entry.data[CONF_PORT]),
            "reason": err.strerror or str(err),
        },
    )
