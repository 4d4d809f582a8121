"""Devices that nothing stands behind any more, such as those of connectors that a charger does not have."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import device_registry as dr

from ..const import CONF_CONNECTORS, DOMAIN, SUBENTRY_CHARGER


def is_stale(entry: ConfigEntry, device: dr.AnyDeviceEntry) -> bool:
    """Return whether a device stands for nothing that is set up, so that it may be removed."""
    live = set(_identifiers(entry))
    return not any(
        domain == DOMAIN and identifier in live
        for domain, identifier in device.identifiers
    )


def _identifiers(entry: ConfigEntry) -> Iterator[str]:
    """Yield the identifiers of all devices of a central system."""
    yield entry.entry_id
    yield from entry.subentries
    for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER):
        yield (identity := str(subentry.unique_id))
        connectors = int(subentry.data.get(CONF_CONNECTORS, 1))
        if connectors > 1:
            yield from (f"{identity}/{number + 1}" for number in range(connectors))
