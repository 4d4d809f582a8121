"""A vehicle as its owner has set it up: its battery, its departures, and what it is recognized by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from ..const import (
    CONF_BATTERY_CAPACITY,
    CONF_CALENDAR,
    CONF_CHARGE_LIMIT,
    CONF_CHARGING,
    CONF_CHARGING_ENTITY,
    CONF_DEPARTURES,
    CONF_EVCCID,
    CONF_ID_TAG,
    CONF_ID_TAGS,
    CONF_IDENTIFICATION,
    CONF_LOCATION_ENTITY,
    CONF_MAX_CURRENT,
    CONF_MIN_CURRENT,
    CONF_MINIMUM_CHARGE,
    CONF_PHASES,
    CONF_PLUGGED_IN_ENTITY,
    CONF_SOC_ENTITY,
    CONF_TAGS,
    CONF_TARGET,
    CONF_TARGETS,
    CONF_USUAL_CHARGERS,
    CONF_VEHICLE_NAME,
    SUBENTRY_TAG,
    SUBENTRY_VEHICLE,
)
from .vehicle_mark import vehicle_mark

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; every part of it may be unknown.

    Attributes:
        name: its name.
        soc_entity: the entity for its state of charge.
        capacity_wh: the capacity of its battery.
        limit_percent: the state of charge that it is never charged beyond.
        floor_percent: the state of charge below which it also charges from the grid in some modes.
        min_current_a: the least current at which it charges.
        max_current_a: the greatest current that it takes.
        phases: the phases that it charges on.
        calendar: a calendar; each of its events begins with a departure.
        weekly: the times of departure by the day of the week, Monday being 0.
        target_percent: the state of charge that it needs at a departure.
        targets: the same by the day of the week, where it differs.
        plugged_in_entity: the entity that tells that it is plugged in.
        charging_entity: the entity that tells that it charges.
        location_entity: the tracker or person that tells that it is at home.
        id_tags: the tags that it is charged with.
        evccid: its mark: the hardware address of its charge controller, or its identification number.
        usual_chargers: the identities of the chargers that it usually uses.
    """

    name: str | None = None
    soc_entity: str | None = None
    capacity_wh: float | None = None
    limit_percent: float | None = None
    floor_percent: float | None = None
    min_current_a: float | None = None
    max_current_a: float | None = None
    phases: int | None = None
    calendar: str | None = None
    weekly: Mapping[int, time] = field(default_factory=dict)
    target_percent: float | None = None
    targets: Mapping[int, float] = field(default_factory=dict)
    plugged_in_entity: str | None = None
    charging_entity: str | None = None
    location_entity: str | None = None
    id_tags: frozenset[str] = frozenset()
    evccid: str | None = None
    usual_chargers: frozenset[str] = frozenset()

    def target_at(self, departure: datetime | None) -> float | None:
        """Return the state of charge that is needed at a departure, in local time."""
        if departure is None:
            return self.target_percent
        return self.targets.get(departure.weekday(), self.target_percent)


NO_VEHICLE = Vehicle()


def vehicles_of(entry: ConfigEntry) -> dict[str, Vehicle]:
    """Return the vehicles that are set up, by the ids of their subentries."""
    tags = entry.get_subentries_of_type(SUBENTRY_TAG)
    return {
        subentry.subentry_id: vehicle_of(subentry, tags)
        for subentry in entry.get_subentries_of_type(SUBENTRY_VEHICLE)
    }


def vehicle_of(subentry: ConfigSubentry, tags: list[ConfigSubentry]) -> Vehicle:
    """Return the vehicle of a subentry; `tags` are the subentries of all tags."""
    data = subentry.data
    charging = _section(data, CONF_CHARGING)
    marks = _section(data, CONF_IDENTIFICATION)
    departures = _section(data, CONF_DEPARTURES)
    targets = _section(data, CONF_TARGETS)
    capacity_kwh, phases = (
        _number(data, CONF_BATTERY_CAPACITY),
        charging.get(CONF_PHASES),
    )
    evccid = _text(marks, CONF_EVCCID)
    return Vehicle(
        name=subentry.title,
        soc_entity=_text(data, CONF_SOC_ENTITY),
        capacity_wh=None if capacity_kwh is None else capacity_kwh * 1000,
        limit_percent=_number(data, CONF_CHARGE_LIMIT),
        floor_percent=_number(data, CONF_MINIMUM_CHARGE),
        min_current_a=_number(charging, CONF_MIN_CURRENT),
        max_current_a=_number(charging, CONF_MAX_CURRENT),
        phases=int(phases) if isinstance(phases, str | int) else None,
        calendar=_text(departures, CONF_CALENDAR),
        weekly={
            number: time.fromisoformat(at)
            for number, weekday in enumerate(WEEKDAYS)
            if (at := _text(departures, weekday)) is not None
        },
        target_percent=_number(targets, CONF_TARGET),
        targets={
            number: percent
            for number, weekday in enumerate(WEEKDAYS)
            if (percent := _number(targets, weekday)) is not None
        },
        plugged_in_entity=_text(marks, CONF_PLUGGED_IN_ENTITY),
        charging_entity=_text(marks, CONF_CHARGING_ENTITY),
        location_entity=_text(marks, CONF_LOCATION_ENTITY),
        id_tags=frozenset(_id_tags(subentry.title, marks, tags)),
        evccid=None if evccid is None else vehicle_mark(evccid),
        usual_chargers=frozenset(_texts(marks, CONF_USUAL_CHARGERS)),
    )


def _id_tags(
    name: str, marks: Mapping[str, object], tags: list[ConfigSubentry]
) -> Iterator[str]:
    """Yield the tags of a vehicle: its own, those that it refers to, and those that name it."""
    yield from _texts(marks, CONF_ID_TAGS)
    referred = set(_texts(marks, CONF_TAGS))
    for tag in tags:
        named = _text(tag.data, CONF_VEHICLE_NAME)
        names_it = named is not None and named.casefold() == name.casefold()
        if names_it or tag.subentry_id in referred:
            yield tag.data[CONF_ID_TAG]


def _section(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    section = data.get(key)
    return section if isinstance(section, Mapping) else {}


def _text(data: Mapping[str, object], key: str) -> str | None:
    text = data.get(key)
    return (text.strip() or None) if isinstance(text, str) else None


def _texts(data: Mapping[str, object], key: str) -> Iterator[str]:
    texts = data.get(key)
    for text in texts if isinstance(texts, list | tuple) else ():
        if isinstance(text, str) and text.strip():
            yield text.strip()


def _number(data: Mapping[str, object], key: str) -> float | None:
    number = data.get(key)
    return float(number) if isinstance(number, int | float) else None
