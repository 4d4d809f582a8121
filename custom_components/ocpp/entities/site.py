"""Entities for the settings of the site, on the device of the central system."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfPower
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..hub import OcppConfigEntry
from ..site.settings import BatteryChanges, SiteSettingsStore
from ..site.site import Site
from ..surplus.model import BatteryOrder, BatterySettings, Sharing, SiteSettings
from .adding import async_add_for_site_when_known
from .base import HubEntity

ALL = 100.0
"""The percentage that means "never"."""
MOST_W = 20_000.0
"""The power that means "no limit"."""


@dataclass(frozen=True, kw_only=True)
class SettingSelectDescription(SelectEntityDescription):
    """A select that shows and changes a setting of the site."""

    value_fn: Callable[[SiteSettings], str]
    select_fn: Callable[[SiteSettingsStore, str], None]


@dataclass(frozen=True, kw_only=True)
class BatteryNumberDescription(NumberEntityDescription):
    """A number that shows and changes a setting of the battery."""

    value_fn: Callable[[BatterySettings], float]
    change_fn: Callable[[float], BatteryChanges]


def _percentage(
    key: str,
    value_fn: Callable[[BatterySettings], float],
    change_fn: Callable[[float], BatteryChanges],
) -> BatteryNumberDescription:
    return BatteryNumberDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=0,
        native_max_value=ALL,
        native_step=1,
        mode=NumberMode.SLIDER,
        value_fn=value_fn,
        change_fn=change_fn,
    )


def _power(
    key: str,
    value_fn: Callable[[BatterySettings], float],
    change_fn: Callable[[float], BatteryChanges],
) -> BatteryNumberDescription:
    return BatteryNumberDescription(
        key=key,
        translation_key=key,
        device_class=NumberDeviceClass.POWER,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfPower.WATT,
        native_min_value=0,
        native_max_value=MOST_W,
        native_step=100,
        mode=NumberMode.BOX,
        value_fn=value_fn,
        change_fn=change_fn,
    )


LEAVE = NumberEntityDescription(
    key="leave_at_grid",
    translation_key="leave_at_grid",
    device_class=NumberDeviceClass.POWER,
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=UnitOfPower.WATT,
    native_min_value=-MOST_W,
    native_max_value=MOST_W,
    native_step=10,
    mode=NumberMode.BOX,
)
SHARING = SettingSelectDescription(
    key="sharing",
    translation_key="sharing",
    entity_category=EntityCategory.CONFIG,
    options=[sharing.value for sharing in Sharing],
    value_fn=lambda settings: settings.sharing.value,
    select_fn=lambda settings, option: settings.async_share(Sharing(option)),
)
BATTERY_ORDER = SettingSelectDescription(
    key="battery_order",
    translation_key="battery_order",
    entity_category=EntityCategory.CONFIG,
    options=[order.value for order in BatteryOrder],
    value_fn=lambda settings: settings.battery.order.value,
    select_fn=lambda settings, option: settings.async_change_battery(
        order=BatteryOrder(option)
    ),
)
BATTERY_NUMBERS = (
    _percentage(
        "battery_charged",
        lambda battery: battery.charged_percent,
        lambda percent: {"charged_percent": percent},
    ),
    _power(
        "battery_charging_power",
        lambda battery: MOST_W if battery.charge_w is None else battery.charge_w,
        lambda watts: {"charge_w": None if watts >= MOST_W else watts},
    ),
    _percentage(
        "battery_reserve",
        lambda battery: (
            ALL
            if battery.discharge_above_percent is None
            else battery.discharge_above_percent
        ),
        lambda percent: {
            "discharge_above_percent": None if percent >= ALL else percent
        },
    ),
    _power(
        "battery_discharging_power",
        lambda battery: battery.discharge_w,
        lambda watts: {"discharge_w": watts},
    ),
    _percentage(
        "battery_weight",
        lambda battery: ALL if battery.weight is None else 100 * battery.weight,
        lambda percent: {"weight": None if percent >= ALL else percent / 100},
    ),
)
BATTERY_HOLD = SwitchEntityDescription(
    key="battery_hold",
    translation_key="battery_hold",
    entity_category=EntityCategory.CONFIG,
)


@callback
def async_add_site_numbers(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers of the site."""
    hub = entry.runtime_data
    numbers = [BatteryNumber(hub, description) for description in BATTERY_NUMBERS]
    _async_add_settings(entry, async_add_entities, [LeaveNumber(hub, LEAVE), *numbers])


@callback
def async_add_site_selects(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects of the site."""
    hub = entry.runtime_data
    selects = [SharingSelect(hub, SHARING), BatterySelect(hub, BATTERY_ORDER)]
    _async_add_settings(entry, async_add_entities, selects)


@callback
def async_add_site_switches(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches of the site."""
    hold = BatteryHoldSwitch(entry.runtime_data, BATTERY_HOLD)
    _async_add_settings(entry, async_add_entities, [hold])


@callback
def _async_add_settings(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities: Iterable[SettingEntity],
) -> None:
    """Add settings as soon as there is something that they apply to."""
    hub = entry.runtime_data
    async_add_for_site_when_known(
        entry,
        async_add_entities,
        entities,
        lambda check: (
            hub.site.async_subscribe_sources(check),
            hub.chargers.async_subscribe_adopted(lambda _: check()),
        ),
    )


class SettingEntity(HubEntity):
    """A setting of the site."""

    @property
    def site(self) -> Site:
        """The site."""
        return self.hub.site

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the settings."""
        self.async_on_remove(
            self.site.settings.async_subscribe(self.async_write_ha_state)
        )


class BatteryEntity(SettingEntity):
    """A setting of the battery."""

    @override
    def is_known(self) -> bool:
        return self.available

    @property
    @override
    def available(self) -> bool:
        """True if there is a battery."""
        return bool(self.site.sources.batteries)

    @property
    def battery(self) -> BatterySettings:
        """The settings of the battery."""
        return self.site.settings.current.battery

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the settings, and the choice of the battery's entity."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.site.async_subscribe_sources(self.async_write_ha_state)
        )


class SettingSelect(SettingEntity, SelectEntity):
    """A setting with several options."""

    entity_description: SettingSelectDescription

    @property
    @override
    def current_option(self) -> str:
        """The option that is chosen."""
        return self.entity_description.value_fn(self.site.settings.current)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose an option."""
        self.entity_description.select_fn(self.site.settings, option)


class SharingSelect(SettingSelect):
    """The way in which the cars share the surplus."""

    @override
    def is_known(self) -> bool:
        return self.hub.chargers.connectors > 1


class LeaveNumber(SettingEntity, NumberEntity):
    """The export that cars leave to others; negative for the import that they may cause."""

    @override
    def is_known(self) -> bool:
        return self.site.sources.tell_grid

    @property
    @override
    def native_value(self) -> float:
        """The present value."""
        return self.site.settings.current.leave_w

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the setting."""
        self.site.settings.async_leave(value)


class BatterySelect(BatteryEntity, SettingSelect):
    """A setting of the battery with several options."""


class BatteryNumber(BatteryEntity, NumberEntity):
    """A setting of the battery that is a number."""

    entity_description: BatteryNumberDescription

    @property
    @override
    def native_value(self) -> float:
        """The present value."""
        return self.entity_description.value_fn(self.battery)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the setting."""
        changes = self.entity_description.change_fn(value)
        self.site.settings.async_change_battery(**changes)


class BatteryHoldSwitch(BatteryEntity, SwitchEntity):
    """The hold of the battery: on if it must not discharge into cars that charge from the grid."""

    @property
    @override
    def available(self) -> bool:
        """True if there are actions that hold the battery."""
        return super().available and self.site.hold.configured

    @property
    @override
    def is_on(self) -> bool:
        """True if the battery is to be held."""
        return self.battery.hold

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Have the battery held."""
        self.site.settings.async_change_battery(hold=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the battery discharge."""
        self.site.settings.async_change_battery(hold=False)
