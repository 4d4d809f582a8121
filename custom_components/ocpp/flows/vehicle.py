"""The form and the flow for a vehicle."""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
    TimeSelector,
)

from ..config.vehicle import WEEKDAYS
from ..config.vehicle_mark import vehicle_mark
from ..const import (
    CONF_BATTERY_CAPACITY,
    CONF_CALENDAR,
    CONF_CHARGE_LIMIT,
    CONF_CHARGING,
    CONF_CHARGING_ENTITY,
    CONF_DEPARTURES,
    CONF_EVCCID,
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
    SUBENTRY_CHARGER,
    SUBENTRY_TAG,
    SUBENTRY_VEHICLE,
)
from ..csms.devices.capabilities import MIN_CURRENT_A
from ..csms.versions import MAX_TOKEN_LENGTH
from ..vehicles.identification import RESERVED_NAMES
from .base import Errors, Input
from .names import unique_name_errors
from .parts import FlowInParts, Part
from .selectors import TEXTS, box, clearable_choice, some_of

_PERCENT = box(0, 100, "%")
_CURRENT = box(0, 80, "A")
_SWITCHED = EntitySelector(
    EntitySelectorConfig(domain=["binary_sensor", "input_boolean", "sensor", "switch"])
)

BATTERY = probatio.Schema(
    {
        probatio.Required(CONF_NAME): TextSelector(),
        probatio.Optional(CONF_SOC_ENTITY): EntitySelector(
            EntitySelectorConfig(
                domain=["sensor", "number", "input_number"],
                device_class=SensorDeviceClass.BATTERY,
            )
        ),
        probatio.Optional(CONF_BATTERY_CAPACITY): box(1, 1000, "kWh", 0.1),
        probatio.Optional(CONF_CHARGE_LIMIT): _PERCENT,
        probatio.Optional(CONF_MINIMUM_CHARGE): _PERCENT,
    }
)
CHARGING = probatio.Schema(
    {
        probatio.Optional(CONF_MIN_CURRENT): _CURRENT,
        probatio.Optional(CONF_MAX_CURRENT): _CURRENT,
        probatio.Optional(CONF_PHASES): clearable_choice(("1", "2", "3"), "phases"),
    }
)
DEPARTURES = probatio.Schema(
    {
        probatio.Optional(CONF_CALENDAR): EntitySelector(
            EntitySelectorConfig(domain="calendar")
        ),
        **{probatio.Optional(weekday): TimeSelector() for weekday in WEEKDAYS},
    }
)
TARGETS = probatio.Schema(
    {
        probatio.Optional(CONF_TARGET): _PERCENT,
        **{probatio.Optional(weekday): _PERCENT for weekday in WEEKDAYS},
    }
)


class VehicleFlow(FlowInParts):
    """Adds a vehicle, or changes one."""

    @override
    def form(self) -> probatio.Schema:
        return BATTERY

    @property
    @override
    def parts(self) -> Mapping[str, Part]:
        return {
            "battery": Part(BATTERY),
            CONF_IDENTIFICATION: Part(
                _identification(self._get_entry()), CONF_IDENTIFICATION
            ),
            CONF_DEPARTURES: Part(DEPARTURES, CONF_DEPARTURES),
            CONF_TARGETS: Part(TARGETS, CONF_TARGETS),
            CONF_CHARGING: Part(CHARGING, CONF_CHARGING),
        }

    async def async_step_battery(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the name and the battery."""
        return await self.async_ask_part("battery", user_input)

    async def async_step_identification(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for what the vehicle is recognized by."""
        return await self.async_ask_part(CONF_IDENTIFICATION, user_input)

    async def async_step_departures(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the weekly departures."""
        return await self.async_ask_part(CONF_DEPARTURES, user_input)

    async def async_step_targets(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the states of charge that are needed at departures."""
        return await self.async_ask_part(CONF_TARGETS, user_input)

    async def async_step_charging(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the limits of the vehicle itself."""
        return await self.async_ask_part(CONF_CHARGING, user_input)

    @override
    def suggested(self) -> Mapping[str, Any] | None:
        subentry = self.subentry
        if subentry is None:
            return None
        return {CONF_NAME: subentry.title, **subentry.data}

    @override
    def errors(self, user_input: Input) -> Errors:
        own_id = None if self.subentry is None else self.subentry.subentry_id
        errors = unique_name_errors(
            self._get_entry(), SUBENTRY_VEHICLE, user_input, own_id
        )
        if user_input[CONF_NAME].strip().casefold() in RESERVED_NAMES:
            errors[CONF_NAME] = "name_reserved"
        return errors | _current_errors(user_input) | _mark_errors(user_input)

    @override
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        data = {key: value for key, value in user_input.items() if key != CONF_NAME}
        return self.save(user_input[CONF_NAME].strip(), data)


def _identification(entry: ConfigEntry) -> probatio.Schema:
    """Return the section for what a vehicle is recognized by."""
    tags = {
        subentry.subentry_id: subentry.title
        for subentry in entry.get_subentries_of_type(SUBENTRY_TAG)
    }
    chargers = {
        subentry.unique_id: subentry.title
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id is not None
    }
    return probatio.Schema(
        {
            probatio.Optional(CONF_PLUGGED_IN_ENTITY): _SWITCHED,
            probatio.Optional(CONF_CHARGING_ENTITY): _SWITCHED,
            probatio.Optional(CONF_LOCATION_ENTITY): EntitySelector(
                EntitySelectorConfig(
                    domain=["device_tracker", "person", "binary_sensor"]
                )
            ),
            probatio.Optional(CONF_TAGS): some_of(tags),
            probatio.Optional(CONF_ID_TAGS): TEXTS,
            probatio.Optional(CONF_EVCCID): TextSelector(),
            probatio.Optional(CONF_USUAL_CHARGERS): some_of(chargers),
        }
    )


def _current_errors(user_input: Input) -> Errors:
    """Return an error in the currents, which belong together."""
    charging = user_input.get(CONF_CHARGING, {})
    least_a = charging.get(CONF_MIN_CURRENT)
    most_a = charging.get(CONF_MAX_CURRENT)
    if any(each is not None and each < MIN_CURRENT_A for each in (least_a, most_a)):
        return {"base": "below_minimum"}
    if least_a is not None and most_a is not None and least_a > most_a:
        return {"base": "above_maximum"}
    return {}


def _mark_errors(user_input: Input) -> Errors:
    marks = user_input.get(CONF_IDENTIFICATION, {})
    id_tags = [id_tag.strip() for id_tag in marks.get(CONF_ID_TAGS, ())]
    if not all(1 <= len(id_tag) <= MAX_TOKEN_LENGTH for id_tag in id_tags):
        return {"base": "invalid_tag"}
    evccid = marks.get(CONF_EVCCID, "").strip()
    if evccid and vehicle_mark(evccid) is None:
        return {"base": "invalid_evccid"}
    return {}
