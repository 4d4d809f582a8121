"""The discovery of chargers that connect before they are set up."""

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow

from ..const import CONF_AUTO_ADOPT, CONF_IDENTITY, DOMAIN
from ..csms.station import ChargingStation
from ..texts import neutral
from .registry import Chargers

CONF_ENTRY_ID = "entry_id"
CONF_SUGGESTED_NAME = "suggested_name"

MOST_NAME = 50


@callback
def async_discover(
    hass: HomeAssistant,
    entry: ConfigEntry,
    chargers: Chargers,
    station: ChargingStation,
) -> None:
    """Show an unknown charger to the user, or adopt it if all are to be adopted automatically."""
    name = _suggested_name(station)
    if entry.options.get(CONF_AUTO_ADOPT):
        if any(charger.name == name for charger in chargers.values()):
            name = f"{name} {station.identity}"
        chargers.async_set_up(station.identity, name, {})
        return
    discovery_flow.async_create_flow(
        hass,
        DOMAIN,
        {"source": SOURCE_INTEGRATION_DISCOVERY},
        {
            CONF_ENTRY_ID: entry.entry_id,
            CONF_IDENTITY: station.identity,
            CONF_NAME: _introduction(station),
            CONF_SUGGESTED_NAME: name,
        },
        discovery_key=discovery_flow.DiscoveryKey(
            domain=DOMAIN, key=station.identity, version=1
        ),
    )


def _suggested_name(station: ChargingStation) -> str:
    info = station.snapshot.info
    return neutral(info.model if info and info.model else station.identity, MOST_NAME)


def _introduction(station: ChargingStation) -> str:
    """Return a title that distinguishes an unknown charger from others."""
    info = station.snapshot.info
    if info is None:
        return station.identity
    return f"{info.vendor} {info.model} ({station.identity})"
