"""A central system without entities, which serves chargers while their entry could not be moved in."""

import asyncio
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_PORT, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..config.charger import ChargerConfig
from ..const import (
    CONF_CERTIFICATE,
    CONF_MAX_CURRENT,
    CONF_PRIVATE_KEY,
    CONF_SAFE_CURRENT,
    CONF_TLS_PORT,
    SUBENTRY_CHARGER,
)
from ..csms.central_system import CentralSystem
from ..csms.model import Registration
from ..csms.server.tls import CertificateFiles, server_context
from .new_entry import MovedCharger, moved_entry
from .old_entry import OldSystem
from .yaml_tags import YamlTags

_STAND_INS: HassKey[dict[str, CentralSystem]] = HassKey("ocpp_stand_ins")


async def async_stand_in(hass: HomeAssistant, entry_id: str, old: OldSystem) -> None:
    """Serve the chargers of an old entry on its port, at their maximum current, until Home Assistant stops.

    Raises:
        OSError, UnusableCertificateError: when the port cannot be opened.
    """
    moved = moved_entry(old, {}, {}, YamlTags())
    nameless = any(charger.identity is None for charger in old.chargers)
    strangers = Registration.ACCEPTED if nameless else Registration.PENDING
    central_system = CentralSystem(unknown_chargers=strangers)
    for charger in moved.chargers:
        central_system.adopt(charger.identity, _config(charger).station)
    host, data = moved.data[CONF_HOST], moved.data
    if CONF_TLS_PORT in data:
        files = CertificateFiles(data[CONF_CERTIFICATE], data[CONF_PRIVATE_KEY])
        context = await asyncio.to_thread(server_context, [files])
        await central_system.start(host, data[CONF_TLS_PORT], context)
    else:
        await central_system.start(host, data[CONF_PORT], None)
    hass.data.setdefault(_STAND_INS, {})[entry_id] = central_system

    async def stop(_: Event) -> None:
        await async_stop_stand_in(hass, entry_id)

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop)


async def async_stop_stand_in(hass: HomeAssistant, entry_id: str) -> None:
    """Stop serving the chargers of an entry, if that is done."""
    central_system = hass.data.get(_STAND_INS, {}).pop(entry_id, None)
    if central_system is not None:
        await central_system.stop()


def _config(charger: MovedCharger) -> ChargerConfig:
    """Return the configuration of a charger that nobody limits."""
    data = {**charger.data, CONF_SAFE_CURRENT: charger.data[CONF_MAX_CURRENT]}
    return ChargerConfig.of(
        ConfigSubentry(
            data=MappingProxyType(data),
            subentry_type=SUBENTRY_CHARGER,
            title=charger.name,
            unique_id=charger.identity,
        ),
        {},
    )
