"""The connector that somebody speaks of: by the name of a charger, a vehicle or an area, or the only one that can be meant."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.intent import Intent

from ..dashboard.places import Place, places, running_hubs


class WhichPlaceError(Exception):
    """Nobody can tell which connector is meant; the arguments are the answer's key and figures."""

    def __init__(self, key: str, **figures: str) -> None:
        """Initialize with the answer."""
        super().__init__(key)
        self.key, self.figures = key, figures


def all_places(hass: HomeAssistant) -> list[Place]:
    """Return all connectors of all central systems."""
    return [place for hub in running_hubs(hass, None) for place in places(hub)]


def place_name(place: Place) -> str:
    """Return the name of a connector: that of its charger, with its number if there are several."""
    if place.connector is None:
        return place.charger.name
    return f"{place.charger.name} {place.connector}"


def names(hass: HomeAssistant) -> set[str]:
    """Return all names by which somebody may speak of a connector."""
    vehicles = {
        own.name for hub in running_hubs(hass, None) for own in hub.vehicles.values()
    }
    spoken = {name for place in all_places(hass) for name in _names(hass, place)}
    return spoken | vehicles


def place_of(intent: Intent, name: str | None) -> Place:
    """Return the connector that is meant.

    Without a name it is the one in the room of the speaker, or the only one with a car.

    Raises:
        WhichPlaceError: when there is none, or it could be any of several.
    """
    hass = intent.hass
    found = everything = all_places(hass)
    if not everything:
        raise WhichPlaceError("nothing_set_up")
    if name is not None:
        wanted = name.casefold()
        found = [
            place
            for place in everything
            if any(wanted == each.casefold() for each in _names(hass, place))
        ]
        if not found and name in names(hass):
            raise WhichPlaceError("not_here", car=name)
        if not found:
            raise WhichPlaceError("no_charger", name=name)
    found = _nearby(intent, found) or found
    found = _occupied(found) or found
    if len(found) > 1:
        raise WhichPlaceError("which", names=", ".join(map(place_name, found)))
    return found[0]


def _occupied(found: list[Place]) -> list[Place]:
    return [place for place in found if place.charger.evse(place.evse_id).plugged_in]


def _nearby(intent: Intent, found: list[Place]) -> list[Place]:
    if intent.device_id is None:
        return []
    speaker = dr.async_get(intent.hass).async_get(intent.device_id)
    if speaker is None or speaker.area_id is None:
        return []
    return [p for p in found if _area_id(intent.hass, p) == speaker.area_id]


def _names(hass: HomeAssistant, place: Place) -> Iterator[str]:
    yield place.charger.name
    yield place_name(place)
    if (vehicle := place.charger.vehicle_of(place.evse_id).name) is not None:
        yield vehicle
    area_id = _area_id(hass, place)
    if area_id and (area := ar.async_get(hass).async_get_area(area_id)) is not None:
        yield area.name
        yield from area.aliases


def _area_id(hass: HomeAssistant, place: Place) -> str | None:
    device = dr.async_get(hass).async_get(place.charger.device_id)
    return None if device is None else device.area_id
