"""Sensors of the energy from sun, battery and grid, and of its cost.

Keys and units must stay as they are: unique ids and long-term statistics depend on them.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..chargers.charger import Charger
from ..hub import OcppConfigEntry
from ..sessions.recorder import SessionRecorder
from ..surplus.accounts.accounts import Account
from .adding import async_add_for_connectors_when_known, async_add_for_site_when_known
from .base import EvseEntity, HubEntity
from .described import DescribedSensor
from .energy import EnergyDescription
from .pace import PacedEntity


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A sensor of one amount of an account."""

    value_fn: Callable[[Account], float | None]
    is_rare: bool = False
    """True if most owners never have any of it, who need no sensor that shows zero for good."""


@dataclass(frozen=True, kw_only=True)
class _Energy(EnergyDescription, AccountSensorDescription):
    pass


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
    is_rare=True,
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


async def async_add_account_sensors(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of all chargers' accounts, and of their sum, each as soon as there is some of it."""
    hub = entry.runtime_data
    amounts = (*ENERGIES, *_in_currency(hass, MONEY))
    async_add_for_site_when_known(
        entry,
        async_add_entities,
        [SiteAccountSensor(hub, amount) for amount in amounts],
        lambda check: (
            hub.recorder.async_subscribe_site(check),
            hub.chargers.async_subscribe_adopted(lambda _: check()),
        ),
    )
    totals = tuple(map(_disabled, amounts))
    session_amounts = (*SESSION, *_in_currency(hass, SESSION_MONEY))

    def accounts(charger: Charger, evse_id: int) -> Iterator[EvseEntity]:
        for total in totals:
            yield TotalSensor(hub.recorder, charger, evse_id, total)
        for amount in session_amounts:
            yield SessionSensor(hub.recorder, charger, evse_id, amount)

    await async_add_for_connectors_when_known(entry, async_add_entities, accounts)


def _disabled(description: AccountSensorDescription) -> AccountSensorDescription:
    """Return the description of a sensor that few owners need for each charger."""
    return replace(description, entity_registry_enabled_default=False)


def _in_currency(
    hass: HomeAssistant, descriptions: tuple[AccountSensorDescription, ...]
) -> Iterator[AccountSensorDescription]:
    for each in descriptions:
        if each.device_class is SensorDeviceClass.MONETARY:
            each = replace(each, native_unit_of_measurement=hass.config.currency)
        yield each


class AccountSensor(PacedEntity, DescribedSensor):
    """A sensor of an account."""

    entity_description: AccountSensorDescription

    @property
    @abstractmethod
    def account(self) -> Account | None:
        """The account; None before there is one."""

    @property
    @override
    def native_value(self) -> float | None:
        """The amount."""
        account = self.account
        return None if account is None else self.entity_description.value_fn(account)

    @override
    def is_known(self) -> bool:
        amount = self.native_value
        return bool(amount) if self.entity_description.is_rare else amount is not None

    @property
    @override
    def shown(self) -> object:
        return self.native_value, self.last_reset


class SiteAccountSensor(HubEntity, AccountSensor):
    """A sensor of the account of all sessions at a site; with a single connector, that has the same."""

    @override
    def is_known(self) -> bool:
        return self.hub.chargers.connectors > 1 and super().is_known()

    @property
    @override
    def account(self) -> Account:
        """The account of the site."""
        return self.hub.recorder.total

    @property
    @override
    def cannot_wait(self) -> bool:
        """True once no session runs."""
        return not self.hub.chargers.in_session

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the account."""
        self.async_follow(self.hub.recorder.async_subscribe_site)


class EvseAccountSensor(EvseEntity, AccountSensor):
    """A sensor of an account of one connector."""

    known_offline = True

    def __init__(
        self,
        recorder: SessionRecorder,
        charger: Charger,
        evse_id: int,
        description: AccountSensorDescription,
    ) -> None:
        """Initialize with the recorder that keeps the account."""
        super().__init__(charger, evse_id, description)
        self._recorder = recorder

    @property
    @override
    def cannot_wait(self) -> bool:
        """True once the session has ended."""
        return self.evse.running_transaction is None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the account."""
        self.async_follow(partial(self._recorder.async_subscribe, self.identifier))


class TotalSensor(EvseAccountSensor):
    """A sensor of the account of all sessions at a connector."""

    @property
    @override
    def account(self) -> Account | None:
        """The account of all sessions."""
        ledger = self._recorder.ledger_of(self.identifier)
        return None if ledger.counted_wh is None else ledger.total


class SessionSensor(EvseAccountSensor):
    """A sensor of the account of the present or the last session."""

    @property
    @override
    def account(self) -> Account | None:
        """The account of the session."""
        transaction = self.evse.transaction
        if transaction is None:
            return None
        return self._recorder.ledger_of(self.identifier).account_of(transaction.id)

    @property
    @override
    def last_reset(self) -> datetime | None:
        """The start of the session, for amounts that start anew with it."""
        transaction = self.evse.transaction
        if transaction is None or self.state_class is not SensorStateClass.TOTAL:
            return None
        return transaction.started_at
