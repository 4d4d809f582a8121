"""Buttons that reboot a charger, release a cable, or have forgotten what was learned of a charger."""

from collections.abc import Iterator, Mapping
from typing import override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers.charger import Charger
from .csms.model import Address, ResetKind
from .entities.base import ChargerEntity, EvseEntity, async_add_for_chargers
from .errors import translated_errors
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0

RESET = ButtonEntityDescription(
    key="reset",
    translation_key="reset",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
UNLOCK = ButtonEntityDescription(
    key="unlock",
    translation_key="unlock",
    entity_category=EntityCategory.CONFIG,
)
FORGET = ButtonEntityDescription(
    key="forget_learned",
    translation_key="forget_learned",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of all chargers."""
    await async_add_for_chargers(entry, async_add_entities, _buttons)


def _buttons(charger: Charger) -> Iterator[ButtonEntity]:
    yield ResetButton(charger, RESET)
    yield ForgetButton(charger, FORGET)
    for evse_id in charger.evse_ids:
        yield UnlockButton(charger, evse_id, UNLOCK)


class ResetButton(ChargerEntity, ButtonEntity):
    """Reboots the charger after it has stopped its sessions in order."""

    @override
    async def async_press(self) -> None:
        """Reboot it."""
        with translated_errors(self.charger):
            await self.charger.station.commands.reset(ResetKind.SOFT)


class ForgetButton(ChargerEntity, ButtonEntity):
    """Has everything forgotten that was concluded from the charger's behaviour, which its attributes show."""

    known_offline = True

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, list[str]]:
        """The steps that are left out because it reboots, and the kinds of limits that it ignores or refuses."""
        station = self.charger.station
        learned = station.limits.learned_compliance
        return {
            "left_out_steps": sorted(station.provisioned.left_out(station.now)),
            "ignored_limits": sorted({each.purpose for each in learned.ignored}),
            "refused_limits": sorted({each.purpose for each in learned.refused}),
            "refused_settings": sorted(station.provisioned.refused),
        }

    @override
    async def async_press(self) -> None:
        """Forget it."""
        self.charger.station.forget_learned()
        self.async_write_ha_state()


class UnlockButton(EvseEntity, ButtonEntity):
    """Releases the cable."""

    @override
    async def async_press(self) -> None:
        """Release it."""
        with translated_errors(self.charger):
            await self.charger.station.commands.unlock(Address(self.evse_id))
