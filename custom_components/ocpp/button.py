"""Buttons that check the meters, reboot a charger, release a cable, or have forgotten what was learned of a charger."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers.charger import Charger
from .config.accepted import CONF_ACCEPTED
from .csms.errors import RejectedError
from .csms.events import Event, MemoryChanged
from .csms.evses.status import ConnectorStatus
from .csms.limits.least_draw import LearnedLeast
from .csms.model import Address, ResetKind
from .entities.adding import async_add_for_chargers, async_add_for_site_when_known
from .entities.base import ChargerEntity, EvseEntity
from .entities.meter_check import CHECK_METERS, CheckMetersButton
from .errors import translated_errors
from .hub import Hub, OcppConfigEntry

PARALLEL_UPDATES = 0

HARD_RESET = ButtonEntityDescription(
    key="hard_reset",
    translation_key="hard_reset",
    device_class=ButtonDeviceClass.RESTART,
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.CONFIG,
)
RESET = ButtonEntityDescription(
    key="reset",
    translation_key="reset",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
UNLOCK = ButtonEntityDescription(
    key="unlock",
    translation_key="unlock",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.CONFIG,
)
FORGET = ButtonEntityDescription(
    key="forget_learned",
    translation_key="forget_learned",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of the site and of all chargers."""
    hub = entry.runtime_data
    async_add_for_site_when_known(
        entry,
        async_add_entities,
        [CheckMetersButton(hub, CHECK_METERS)],
        lambda check: (hub.site.async_subscribe_sources(check),),
    )
    await async_add_for_chargers(
        entry, async_add_entities, lambda charger: _buttons(hub, charger)
    )


def _buttons(hub: Hub, charger: Charger) -> Iterator[ButtonEntity]:
    yield ResetButton(charger, RESET, ResetKind.SOFT)
    yield ResetButton(charger, HARD_RESET, ResetKind.HARD)
    yield ForgetButton(hub, charger, FORGET)
    for evse_id in charger.evse_ids:
        yield UnlockButton(charger, evse_id, UNLOCK)


class ResetButton(ChargerEntity, ButtonEntity):
    """Reboots the charger: after it has stopped its sessions in order, or as if its power had gone."""

    def __init__(
        self, charger: Charger, description: ButtonEntityDescription, kind: ResetKind
    ) -> None:
        """Initialize."""
        super().__init__(charger, description)
        self._kind = kind

    @override
    async def async_press(self) -> None:
        """Reboot it."""
        with translated_errors(self.charger):
            await self.charger.station.commands.reset(self._kind)


class ForgetButton(ChargerEntity, ButtonEntity):
    """Has everything forgotten that was concluded from the charger's behaviour, which its attributes show."""

    known_offline = True

    def __init__(
        self, hub: Hub, charger: Charger, description: ButtonEntityDescription
    ) -> None:
        """Initialize."""
        super().__init__(charger, description)
        self._chargers = hub.chargers

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is learned."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.charger.station.subscribe_events(self._async_on_event)
        )

    @callback
    def _async_on_event(self, event: Event) -> None:
        if isinstance(event, MemoryChanged):
            self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, list[str] | float]:
        """The steps that are left out because it reboots, the kinds of limits that it ignores, and more."""
        station = self.charger.station
        learned = station.limits.learned_compliance
        return {
            "left_out_steps": sorted(station.provisioned.left_out(station.now)),
            "ignored_limits": sorted(
                {each.purpose for each in learned.ignored_at(station.now)}
            ),
            "refused_limits": sorted({each.purpose for each in learned.refused}),
            "refused_settings": sorted(station.provisioned.refused),
            "answer_delay": station.learned.delay.delay_s(station.now) or 0.0,
            "loses_safe_current": station.learned.keeping.drops_at(station.now),
            "least_currents": _shown(station.learned.least, station.now),
        }

    @override
    async def async_press(self) -> None:
        """Forget it, and which of the charger's faults its owner has accepted."""
        if self.charger.config.accepted:
            self._chargers.async_change(self.charger, {CONF_ACCEPTED: []})
        self.charger.station.forget_learned()
        self.async_write_ha_state()


def _shown(learned: LearnedLeast, now: datetime) -> list[str]:
    """Return the least draws with their connectors, and the times at which they were learned."""
    return [
        f"{least.current_a:g} A ({evse_id}, {least.finding.since.isoformat(timespec='seconds')})"
        for evse_id, least in sorted(learned.at(now).items())
    ]


class UnlockButton(EvseEntity, ButtonEntity):
    """Releases the cable."""

    @override
    async def async_press(self) -> None:
        """Release it; one that is not plugged in needs no releasing."""
        with translated_errors(self.charger):
            try:
                await self.charger.station.commands.unlock(Address(self.evse_id))
            except RejectedError:
                if self.evse.status is not ConnectorStatus.AVAILABLE:
                    raise
