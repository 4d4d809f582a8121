"""Sensors of what was charged from the sun, the battery and the grid, and of what that cost.

Keys and units must stay as they are: unique ids and long-term statistics hang on them.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, UnitOfEnergy
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..chargers.charger import Charger
from ..const import CONF_BATTERY_POWER, DOMAIN
from ..csms.model import Evse
from ..hub import Hub, OcppConfigEntry
from ..sessions.recorder import Bookkeeper
from ..surplus.accounts.accounts import Account
from .base import EvseEntity, async_add_for_chargers, async_add_when_known


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """How a sensor reads its value from an account."""

    value_fn: Callable[[Account], float | None]


@dataclass(frozen=True, kw_only=True)
class _Energy(AccountSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.ENERGY
    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING
    native_unit_of_measurement: str | None = UnitOfEnergy.WATT_HOUR
    suggested_unit_of_measurement: str | None = UnitOfEnergy.KILO_WATT_HOUR
    suggested_display_precision: int | None = 2


@dataclass(frozen=True, kw_only=True)
class _Money(AccountSensorDescription):
    device_class: SensorDeviceClass | None = SensorDeviceClass.MONETARY
    state_class: SensorStateClass | None = SensorStateClass.TOTAL
    suggested_display_precision: int | None = 2


def _cost(account: Account) -> float | None:
    return _rounded(account.known_cost)


def _savings(account: Account) -> float | None:
    return _rounded(account.known_savings)


def _share(account: Account) -> float | None:
    percent = account.solar_share_percent
    return None if percent is None else round(percent, 1)


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 4)


BATTERY_ENERGY = _Energy(
    key="battery_energy",
    translation_key="battery_energy",
    value_fn=lambda account: account.battery_wh,
)
ENERGIES = (
    _Energy(
        key="solar_energy",
        translation_key="solar_energy",
        value_fn=lambda account: account.sun_wh,
    ),
    _Energy(
        key="grid_energy",
        translation_key="grid_energy",
        value_fn=lambda account: account.grid_wh,
    ),
    BATTERY_ENERGY,
)
MONEY = (
    _Money(key="cost", translation_key="cost", value_fn=_cost),
    _Money(key="savings", translation_key="savings", value_fn=_savings),
)
SESSION = (
    AccountSensorDescription(
        key="solar_share",
        translation_key="solar_share",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=_share,
    ),
    *(
        replace(
            energy,
            key=f"session_{energy.key}",
            translation_key=f"session_{energy.key}",
            entity_registry_enabled_default=False,
        )
        for energy in ENERGIES
    ),
)
SESSION_MONEY = (
    _Money(key="session_cost", translation_key="session_cost", value_fn=_cost),
    _Money(
        key="session_savings",
        translation_key="session_savings",
        entity_registry_enabled_default=False,
        value_fn=_savings,
    ),
)


@callback
def async_add_account_sensors(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the site's account and of all chargers'; those of money as soon as there is a price."""
    hub = entry.runtime_data
    async_add_entities(SiteAccountSensor(hub, each) for each in _wanted(hub, ENERGIES))
    _async_add_when_priced(entry, lambda: async_add_entities(_site_money(hass, hub)))

    def energies(charger: Charger) -> Iterator[EvseEntity]:
        for evse_id in charger.evse_ids:
            for total in _wanted(hub, ENERGIES):
                yield TotalSensor(hub.bookkeeper, charger, evse_id, total)
            for session in SESSION:
                yield SessionSensor(hub.bookkeeper, charger, evse_id, session)

    def money(charger: Charger, evse_id: int) -> Iterator[EvseEntity]:
        for total in _in_currency(hass, MONEY):
            yield TotalSensor(hub.bookkeeper, charger, evse_id, total)
        for session in _in_currency(hass, SESSION_MONEY):
            yield SessionSensor(hub.bookkeeper, charger, evse_id, session)

    async_add_for_chargers(entry, async_add_entities, energies)
    async_add_when_known(entry, async_add_entities, money)


def _site_money(hass: HomeAssistant, hub: Hub) -> Iterator[SensorEntity]:
    for description in _in_currency(hass, MONEY):
        yield SiteAccountSensor(hub, description)


@callback
def _async_add_when_priced(entry: OcppConfigEntry, add: CALLBACK_TYPE) -> None:
    """Call `add` once something that was charged had a price."""
    keeper = entry.runtime_data.bookkeeper

    @callback
    def check() -> None:
        if keeper.total.priced_wh > 0:
            stop()
            add()

    stop = keeper.async_subscribe_site(check)
    entry.async_on_unload(stop)
    check()


def _wanted(
    hub: Hub, descriptions: tuple[AccountSensorDescription, ...]
) -> Iterator[AccountSensorDescription]:
    """Yield the descriptions; that of the battery is for those who have one."""
    has_battery = CONF_BATTERY_POWER in hub.entry.options
    for each in descriptions:
        enabled = each is not BATTERY_ENERGY or has_battery
        yield replace(each, entity_registry_enabled_default=enabled)


def _in_currency(
    hass: HomeAssistant, descriptions: tuple[AccountSensorDescription, ...]
) -> Iterator[AccountSensorDescription]:
    for each in descriptions:
        if each.device_class is SensorDeviceClass.MONETARY:
            each = replace(each, native_unit_of_measurement=hass.config.currency)
        yield each


class AccountSensor(EvseEntity, SensorEntity):
    """A sensor of an account of one connector."""

    entity_description: AccountSensorDescription

    def __init__(
        self,
        keeper: Bookkeeper,
        charger: Charger,
        evse_id: int,
        description: AccountSensorDescription,
    ) -> None:
        """Initialize with who keeps the books."""
        super().__init__(charger, evse_id, description)
        self._keeper = keeper
        self._key = charger.evse_identifier(evse_id)

    @property
    @abstractmethod
    def account(self) -> Account | None:
        """The account; None before there is any."""

    @property
    @override
    def available(self) -> bool:
        """The books are ours, not the charger's."""
        return True

    @property
    @override
    def known(self) -> bool:
        """Whether there is something to show."""
        return self._value() is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the books."""
        self._show()
        self.async_on_remove(
            self._keeper.async_subscribe(self._key, self._async_on_change)
        )

    @callback
    def _async_on_change(self) -> None:
        before = (self._attr_native_value, self.last_reset)
        self._show()
        if (self._attr_native_value, self.last_reset) != before:
            self.async_write_ha_state()

    def _show(self) -> None:
        self._attr_native_value = self._value()

    def _value(self) -> float | None:
        account = self.account
        return None if account is None else self.entity_description.value_fn(account)


class TotalSensor(AccountSensor):
    """A sensor of all that was ever charged at a connector."""

    @property
    @override
    def account(self) -> Account | None:
        """What was entered since there are books."""
        book = self._keeper.book_of(self._key)
        return None if book.counted_wh is None else book.total


class SessionSensor(AccountSensor):
    """A sensor of the session that runs, or of the last one."""

    @property
    @override
    def account(self) -> Account | None:
        """What was entered for the session."""
        transaction = self.evse.transaction
        if transaction is None:
            return None
        return self._keeper.book_of(self._key).account_of(transaction.id)

    @override
    def _show(self) -> None:
        super()._show()
        if self.state_class is SensorStateClass.TOTAL:
            self._attr_last_reset = _began_at(self.evse)


class SiteAccountSensor(SensorEntity):
    """A sensor of all that was ever charged at a site."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description: AccountSensorDescription

    def __init__(self, hub: Hub, description: AccountSensorDescription) -> None:
        """Initialize."""
        self._keeper = hub.bookkeeper
        self.entity_description = description
        self._attr_unique_id = f"{hub.entry.entry_id}-{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, hub.entry.entry_id)})

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the books."""
        self._show()
        self.async_on_remove(self._keeper.async_subscribe_site(self._async_on_change))

    @callback
    def _async_on_change(self) -> None:
        before = self._attr_native_value
        self._show()
        if self._attr_native_value != before:
            self.async_write_ha_state()

    def _show(self) -> None:
        value_fn = self.entity_description.value_fn
        self._attr_native_value = value_fn(self._keeper.total)


def _began_at(evse: Evse) -> datetime | None:
    return None if evse.transaction is None else evse.transaction.started_at
