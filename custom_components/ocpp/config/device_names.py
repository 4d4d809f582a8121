"""The names of devices, which follow those of what they stand for."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN, SUBENTRY_CHARGER, SUBENTRY_CIRCUIT, SUBENTRY_VEHICLE


@callback
def async_name_devices(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Rename the devices of what was renamed; a name that the user has given to the device itself stays."""
    devices = dr.async_get(hass)
    for identifier, name in _names(entry):
        device = devices.async_get_device_by_identifier(
            (DOMAIN, identifier), entry.entry_id
        )
        if device is not None and device.name != name:
            devices.async_update_device(device.id, name=name)


def _names(entry: ConfigEntry) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of devices with their names."""
    yield entry.entry_id, entry.title
    for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER):
        yield subentry.unique_id or subentry.subentry_id, subentry.title
    for kind in (SUBENTRY_CIRCUIT, SUBENTRY_VEHICLE):
        for subentry in entry.get_subentries_of_type(kind):
            yield subentry.subentry_id, subentry.title
