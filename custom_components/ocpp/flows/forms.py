"""The forms of the config flows: their fields, and what is wrong with what was filled in."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    DateSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)

from ..config.battery_hold import are_valid, hold_actions
from ..config.security import access_of
from ..const import (
    CONF_AUTO_ADOPT,
    CONF_BATTERY_HOLD,
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_BLOCKED,
    CONF_CHARGERS,
    CONF_CONNECTORS,
    CONF_DATA_VENDORS,
    CONF_EXPIRES_ON,
    CONF_FEED_IN_ENTITIES,
    CONF_FORECAST_ENTITIES,
    CONF_FREE_VEND,
    CONF_GRID_CURRENTS,
    CONF_GRID_CURRENTS_INVERTED,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOLD_ACTIONS,
    CONF_HOME_ASSISTANT_TAGS,
    CONF_HOUSE_INCLUDES_CARS,
    CONF_HOUSE_POWER,
    CONF_ID_TAG,
    CONF_IDENTITY,
    CONF_LAST_RESORT,
    CONF_LOCAL_LIST,
    CONF_MAX_CURRENT,
    CONF_PARENT,
    CONF_PHASE_SWITCH,
    CONF_PHASES,
    CONF_PRICE_ENTITIES,
    CONF_PV_POWER,
    CONF_RELEASE_ACTIONS,
    CONF_SAFE_CURRENT,
    CONF_SECURITY_PROFILE,
    CONF_SITE_LIMIT,
    CONF_TARIFF,
    CONF_TRAITS,
    CONF_VEHICLE,
    CONF_VEHICLE_NAME,
    DEFAULT_MAX_CURRENT_A,
    DEFAULT_PHASES,
    DEFAULT_SAFE_CURRENT_A,
    SUBENTRY_CHARGER,
)
from ..csms.devices.capabilities import MIN_CURRENT_A
from ..csms.errors import HandshakeRefusedError
from ..csms.model import LastResort
from ..csms.server.handshake import identity
from ..hub import OcppConfigEntry
from .capabilities import TRAITS
from .phase_switch import PHASE_SWITCH, phase_switch_errors
from .security import SECURITY
from .selectors import CURRENT_SENSOR, exists
from .tariff import TARIFF
from .vehicle import VEHICLE

type Input = dict[str, Any]
type Errors = dict[str, str]

MAX_CURRENT_A = 80
MAX_ID_TAG_LENGTH = 20

_POWER = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.POWER)
)
_SOC = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.BATTERY)
)
_LIMIT = EntitySelector(
    EntitySelectorConfig(domain=["input_number", "number", "sensor"])
)
_AMPERES = NumberSelector(
    NumberSelectorConfig(
        min=0,
        max=MAX_CURRENT_A,
        step=1,
        unit_of_measurement="A",
        mode=NumberSelectorMode.BOX,
    )
)
_CONNECTORS = NumberSelector(
    NumberSelectorConfig(min=1, max=16, step=1, mode=NumberSelectorMode.BOX)
)

BATTERY_HOLD = probatio.Schema(
    {
        probatio.Optional(CONF_HOLD_ACTIONS): ActionSelector(),
        probatio.Optional(CONF_RELEASE_ACTIONS): ActionSelector(),
    }
)
SOURCES = probatio.Schema(
    {
        probatio.Optional(CONF_GRID_POWER): _POWER,
        probatio.Required(CONF_GRID_POWER_INVERTED, default=False): BooleanSelector(),
        probatio.Optional(CONF_GRID_IMPORT): _POWER,
        probatio.Optional(CONF_GRID_EXPORT): _POWER,
        probatio.Optional(CONF_PV_POWER): _POWER,
        probatio.Optional(CONF_HOUSE_POWER): _POWER,
        probatio.Required(CONF_HOUSE_INCLUDES_CARS, default=True): BooleanSelector(),
        probatio.Optional(CONF_BATTERY_POWER): _POWER,
        probatio.Required(
            CONF_BATTERY_POWER_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_BATTERY_SOC): _SOC,
        probatio.Required(CONF_TARIFF, default={}): section(
            TARIFF, {"collapsed": True}
        ),
        **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_GRID_CURRENTS},
        probatio.Required(
            CONF_GRID_CURRENTS_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_SITE_LIMIT): _LIMIT,
    }
)
OPTIONS = SOURCES.extend(
    {
        probatio.Required(CONF_BATTERY_HOLD, default={}): section(
            BATTERY_HOLD, {"collapsed": True}
        ),
        probatio.Required(CONF_AUTO_ADOPT, default=False): BooleanSelector(),
        probatio.Required(CONF_FREE_VEND, default=True): BooleanSelector(),
        probatio.Required(CONF_HOME_ASSISTANT_TAGS, default=False): BooleanSelector(),
        probatio.Required(CONF_LOCAL_LIST, default=False): BooleanSelector(),
        probatio.Optional(CONF_DATA_VENDORS, default=[]): SelectSelector(
            SelectSelectorConfig(options=[], multiple=True, custom_value=True)
        ),
    }
)
CHARGER = probatio.Schema(
    {
        probatio.Required(CONF_NAME): TextSelector(),
        probatio.Required(CONF_MAX_CURRENT, default=DEFAULT_MAX_CURRENT_A): _AMPERES,
        probatio.Required(CONF_PHASES, default=str(DEFAULT_PHASES)): SelectSelector(
            SelectSelectorConfig(options=["1", "3"], translation_key="phases")
        ),
        probatio.Required(CONF_SAFE_CURRENT, default=DEFAULT_SAFE_CURRENT_A): _AMPERES,
    }
)
EXISTING_CHARGER = CHARGER.extend(
    {
        **SECURITY,
        probatio.Required(
            CONF_LAST_RESORT, default=LastResort.NOTHING.value
        ): SelectSelector(
            SelectSelectorConfig(
                options=[resort.value for resort in LastResort],
                translation_key="last_resort",
            )
        ),
        probatio.Required(CONF_VEHICLE, default={}): section(
            VEHICLE, {"collapsed": True}
        ),
        probatio.Required(CONF_PHASE_SWITCH, default={}): section(
            PHASE_SWITCH, {"collapsed": True}
        ),
        probatio.Required(CONF_TRAITS, default={}): section(
            TRAITS, {"collapsed": True}
        ),
    }
)
NEW_CHARGER = probatio.Schema(
    {probatio.Required(CONF_IDENTITY): TextSelector()}
).extend(
    {
        **CHARGER.schema,
        probatio.Required(CONF_CONNECTORS, default=1): _CONNECTORS,
        **SECURITY,
    }
)


def tag_form(entry: OcppConfigEntry) -> probatio.Schema:
    """Return the form for a tag; it can be for some of the chargers that are set up."""
    chargers = [
        SelectOptionDict(value=subentry.unique_id, label=subentry.title)
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id is not None
    ]
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            probatio.Required(CONF_ID_TAG): TextSelector(),
            probatio.Required(CONF_BLOCKED, default=False): BooleanSelector(),
            probatio.Optional(CONF_EXPIRES_ON): DateSelector(),
            probatio.Optional(CONF_PARENT): TextSelector(),
            probatio.Optional(CONF_VEHICLE_NAME): TextSelector(),
            probatio.Optional(CONF_CHARGERS, default=[]): SelectSelector(
                SelectSelectorConfig(options=chargers, multiple=True)
            ),
        }
    )


def tag_errors(user_input: Input) -> Errors:
    """Return what is wrong with a tag: OCPP 1.6 has room for 20 characters."""
    errors: Errors = {}
    if not user_input[CONF_NAME].strip():
        errors[CONF_NAME] = "name_missing"
    for field in (CONF_ID_TAG, CONF_PARENT):
        id_tag = user_input.get(field)
        if id_tag is not None and not 1 <= len(id_tag.strip()) <= MAX_ID_TAG_LENGTH:
            errors[field] = "invalid_tag"
    return errors


def tag_data(user_input: Input) -> tuple[str, Input]:
    """Return a tag's name and the data of its subentry from the tag form."""
    data = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in user_input.items()
        if key != CONF_NAME
    }
    return user_input[CONF_NAME].strip(), data


def source_errors(hass: HomeAssistant, user_input: Input) -> Errors:
    """Return what is wrong with the energy sources."""
    fields = [field for field in user_input if isinstance(user_input[field], str)]
    unknown = [field for field in fields if not exists(hass, user_input[field])]
    if unknown:
        return dict.fromkeys(unknown, "unknown_entity")
    tariff = user_input.get(CONF_TARIFF, {})
    for field in (CONF_PRICE_ENTITIES, CONF_FEED_IN_ENTITIES, CONF_FORECAST_ENTITIES):
        if not all(exists(hass, entity_id) for entity_id in tariff.get(field, ())):
            return {CONF_TARIFF: "unknown_entity"}
    metered = CONF_GRID_POWER in user_input or CONF_GRID_EXPORT in user_input
    computed = CONF_PV_POWER in user_input and CONF_HOUSE_POWER in user_input
    if not metered and not computed:
        return {"base": "grid_needed"}
    currents = [field for field in CONF_GRID_CURRENTS if field in user_input]
    if currents and len(currents) not in (1, 3):
        return {"base": "currents_incomplete"}
    return _hold_errors(user_input)


def _hold_errors(user_input: Input) -> Errors:
    hold, release = hold_actions(user_input.get(CONF_BATTERY_HOLD, {}))
    if bool(hold) != bool(release):
        return {CONF_BATTERY_HOLD: "both_needed"}
    if not are_valid(hold) or not are_valid(release):
        return {CONF_BATTERY_HOLD: "invalid_actions"}
    return {}


def charger_data(user_input: Input) -> tuple[str, Input]:
    """Return a charger's name and the data of its subentry from the charger form."""
    data: Input = {
        CONF_MAX_CURRENT: user_input[CONF_MAX_CURRENT],
        CONF_SAFE_CURRENT: user_input[CONF_SAFE_CURRENT],
        CONF_PHASES: int(user_input[CONF_PHASES]),
    }
    for given in (CONF_LAST_RESORT, CONF_VEHICLE, CONF_PHASE_SWITCH, CONF_TRAITS):
        if given in user_input:
            data[given] = user_input[given]
    if CONF_CONNECTORS in user_input:
        data[CONF_CONNECTORS] = int(user_input[CONF_CONNECTORS])
    return user_input[CONF_NAME].strip(), data


def charger_input(name: str, data: Mapping[str, Any]) -> Input:
    """Return the values of the charger form from a name and the data of a subentry."""
    shown = {
        CONF_NAME: name,
        **data,
        CONF_SECURITY_PROFILE: str(access_of(data).profile.value),
    }
    if CONF_PHASES in shown:
        shown[CONF_PHASES] = str(shown[CONF_PHASES])
    return shown


def charger_errors(
    entry: OcppConfigEntry, user_input: Input, charger_identity: str | None = None
) -> Errors:
    """Return what is wrong with a charger's settings; it may keep its own name."""
    errors: Errors = {}
    name, data = charger_data(user_input)
    if not name:
        errors[CONF_NAME] = "name_missing"
    elif _is_taken(entry, name, charger_identity):
        errors[CONF_NAME] = "name_taken"
    safe_a = data[CONF_SAFE_CURRENT]
    if data[CONF_MAX_CURRENT] < MIN_CURRENT_A:
        errors[CONF_MAX_CURRENT] = "below_minimum"
    elif 0 < safe_a < MIN_CURRENT_A:
        errors[CONF_SAFE_CURRENT] = "below_minimum"
    elif safe_a > data[CONF_MAX_CURRENT]:
        errors[CONF_SAFE_CURRENT] = "above_maximum"
    return errors | phase_switch_errors(data)


def _is_taken(entry: OcppConfigEntry, name: str, charger_identity: str | None) -> bool:
    return any(
        subentry.title.casefold() == name.casefold()
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
        if subentry.unique_id != charger_identity
    )


def identity_errors(charger_identity: str) -> Errors:
    """Return what is wrong with an identity: it must be one that a URL can end with."""
    try:
        valid = identity(f"/{charger_identity.replace('%', '%25')}") == charger_identity
    except HandshakeRefusedError:
        valid = False
    return {} if valid else {CONF_IDENTITY: "invalid_identity"}
