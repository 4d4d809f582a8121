"""Vehicles out of the settings of chargers, which described one car each in earlier releases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ..config.vehicle import WEEKDAYS
from ..const import (
    CONF_BATTERY_CAPACITY,
    CONF_CALENDAR,
    CONF_DEPARTURES,
    CONF_IDENTIFICATION,
    CONF_SOC_ENTITY,
    CONF_TAKEN_OVER_FROM,
    CONF_USUAL_CHARGERS,
    CONF_VEHICLE,
    CONF_VEHICLE_NAME,
    SUBENTRY_CHARGER,
    SUBENTRY_VEHICLE,
)


@dataclass(frozen=True, slots=True)
class FormerVehicle:
    """A car as it was set up with chargers."""

    settings: Mapping[str, Any]
    chargers: tuple[str, ...]
    first_charger: str

    def title(self, taken: set[str]) -> str:
        """Return a name that no other vehicle has."""
        given = str(self.settings.get(CONF_VEHICLE_NAME, "")).strip()
        name = given or f"{self.first_charger} car"
        number = 1
        unique = name
        while unique.casefold() in taken:
            number += 1
            unique = f"{name} {number}"
        return unique

    @property
    def data(self) -> dict[str, Any]:
        """The data of its subentry."""
        plain = (CONF_SOC_ENTITY, CONF_BATTERY_CAPACITY)
        departures = (CONF_CALENDAR, *WEEKDAYS)
        return {
            **{key: self.settings[key] for key in plain if key in self.settings},
            CONF_DEPARTURES: {
                key: self.settings[key] for key in departures if key in self.settings
            },
            CONF_IDENTIFICATION: {CONF_USUAL_CHARGERS: [*self.chargers]},
            CONF_TAKEN_OVER_FROM: [*self.chargers],
        }


def former_vehicles(chargers: Sequence[ConfigSubentry]) -> list[FormerVehicle]:
    """Return the cars that chargers describe; one that several describe alike is the same car."""
    found: list[FormerVehicle] = []
    for charger in chargers:
        given: Mapping[str, Any] = charger.data.get(CONF_VEHICLE) or {}
        settings = {
            key: value for key, value in given.items() if value not in (None, "")
        }
        if not settings or charger.unique_id is None:
            continue
        for number, other in enumerate(found):
            if _is_same(settings, other.settings):
                found[number] = FormerVehicle(
                    {**other.settings, **settings},
                    (*other.chargers, charger.unique_id),
                    other.first_charger,
                )
                break
        else:
            found.append(FormerVehicle(settings, (charger.unique_id,), charger.title))
    return found


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    common = one.keys() & other.keys()
    tells = {CONF_SOC_ENTITY, CONF_VEHICLE_NAME} & common
    return bool(tells) and all(one[key] == other[key] for key in common)


@callback
def async_take_over_vehicles(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Make vehicles of the cars that are set up with chargers."""
    taken = {
        vehicle.title.casefold()
        for vehicle in entry.get_subentries_of_type(SUBENTRY_VEHICLE)
    }
    chargers = entry.get_subentries_of_type(SUBENTRY_CHARGER)
    for former in former_vehicles(chargers):
        title = former.title(taken)
        taken.add(title.casefold())
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(former.data),
                subentry_type=SUBENTRY_VEHICLE,
                title=title,
                unique_id=None,
            ),
        )
    for charger in chargers:
        if CONF_VEHICLE in charger.data:
            data = {
                key: value for key, value in charger.data.items() if key != CONF_VEHICLE
            }
            hass.config_entries.async_update_subentry(entry, charger, data=data)
