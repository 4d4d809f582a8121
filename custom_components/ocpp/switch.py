"""Switches: sessions and the availability of connectors, and the hold of the battery."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers.charger import Charger
from .csms.errors import NoTransactionError
from .csms.evses.status import ConnectorStatus
from .csms.model import STATION, Address, Availability, Evse
from .csms.operations import stop_transaction as stopping
from .csms.operations.start_transaction import start
from .entities.adding import async_add_for_chargers
from .entities.base import MeasuringEntity
from .entities.site import async_add_site_switches
from .errors import translated_errors
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0

CHARGE_CONTROL = SwitchEntityDescription(
    key="charge_control",
    translation_key="charge_control",
)
AVAILABILITY = SwitchEntityDescription(
    key="availability",
    translation_key="availability",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of the site and of all chargers."""
    await async_add_for_chargers(entry, async_add_entities, _switches)
    async_add_site_switches(entry, async_add_entities)


def _switches(charger: Charger) -> Iterator[SwitchEntity]:
    for evse_id in charger.evse_ids:
        yield ChargeControl(charger, evse_id, CHARGE_CONTROL)
        yield AvailabilitySwitch(charger, evse_id, AVAILABILITY)


class ChargeControl(MeasuringEntity[bool], SwitchEntity):
    """The session at a connector; it can be started and stopped.

    A session that the charger pauses instead of ending it counts as stopped.
    """

    @override
    def measure(self, evse: Evse) -> bool:
        return (
            evse.running_transaction is not None and evse.paused_instead_of_stop is None
        )

    @override
    def show(self, value: bool | None) -> None:
        self._attr_is_on = value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start a session, unless one runs already."""
        with translated_errors(self.charger):
            await start(self.charger.station, self.evse_id)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop the session, if there is one."""
        with translated_errors(self.charger), suppress(NoTransactionError):
            await stopping.stop(self.charger.station, self.evse_id)


class AvailabilitySwitch(MeasuringEntity[bool], SwitchEntity):
    """The availability of a connector; it changes only after a running session."""

    @override
    def measure(self, evse: Evse) -> bool | None:
        if evse.status is None:
            return None
        return evse.status is not ConnectorStatus.UNAVAILABLE

    @override
    def show(self, value: bool | None) -> None:
        self._attr_is_on = value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Put the connector into service."""
        await self._async_change(Availability.OPERATIVE)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Take the connector out of service, after a running session."""
        await self._async_change(Availability.INOPERATIVE)

    async def _async_change(self, availability: Availability) -> None:
        # With one connector, the charger as a whole is meant.
        whole = len(self.charger.evse_ids) == 1
        with translated_errors(self.charger):
            await self.charger.station.commands.change_availability(
                STATION if whole else Address(self.evse_id), availability
            )
