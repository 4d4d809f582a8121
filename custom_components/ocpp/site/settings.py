"""The settings of the site, which survive a restart."""

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..csms.observers import Listeners
from ..storage.stored_value import StoredValue
from ..surplus.model import BatteryOrder, BatterySettings, Sharing, SiteSettings
from ..surplus.power.battery import Battery

SAVE_DELAY_S = 1.0


class BatteryChanges(TypedDict, total=False):
    """Changes of the battery's settings."""

    order: BatteryOrder
    charged_percent: float
    charge_w: float | None
    discharge_above_percent: float | None
    discharge_w: float
    hold: bool
    weight: float | None


_DEFAULTS = SiteSettings(battery=BatterySettings(discharge_w=1500.0, hold=True))
"""The defaults; those of the battery have no effect before the owner sets its reserve and the actions that hold it."""


@dataclass(frozen=True, slots=True)
class StoredSiteSettings:
    """The settings of the site, and the last known state of its battery.

    Attributes:
        settings: the settings.
        battery_held: the battery was told last not to discharge.
        battery_charged: the battery counted as charged.
        battery_supplies_cars: cars were allowed to draw from it.
    """

    settings: SiteSettings = _DEFAULTS
    battery_held: bool = False
    battery_charged: bool = False
    battery_supplies_cars: bool = False


class SiteSettingsStore:
    """The store of the settings, and of the state of the battery's hold."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize with the defaults."""
        self._stored = stored_settings(hass, entry_id)
        self._kept = StoredSiteSettings()
        self._listeners = Listeners[()]()

    async def async_load(self) -> None:
        """Restore the settings before the restart."""
        self._kept = await self._stored.async_load() or StoredSiteSettings()

    async def async_save(self) -> None:
        """Save at once."""
        await self._stored.async_save(self._kept)

    @property
    def current(self) -> SiteSettings:
        """The present settings."""
        return self._kept.settings

    @property
    def battery_held(self) -> bool:
        """True if the battery was held last."""
        return self._kept.battery_held

    @callback
    def async_note_held(self, held: bool) -> None:
        """Note that the battery was held or released."""
        self._async_replace(replace(self._kept, battery_held=held))

    @property
    def battery(self) -> Battery:
        """The battery as it was last known to be."""
        return Battery(self._kept.battery_charged, self._kept.battery_supplies_cars)

    @callback
    def async_note_battery(self, battery: Battery) -> None:
        """Note the state of the battery, which is not told again at once after a restart."""
        noted = replace(
            self._kept,
            battery_charged=battery.charged,
            battery_supplies_cars=battery.supplies_cars,
        )
        if noted != self._kept:
            self._async_replace(noted)

    @callback
    def async_share(self, sharing: Sharing) -> None:
        """Change the way in which chargers share the surplus."""
        self._async_change(replace(self.current, sharing=sharing))

    @callback
    def async_leave(self, watts: float) -> None:
        """Change the export that cars leave to others."""
        self._async_change(replace(self.current, leave_w=watts))

    @callback
    def async_change_battery(self, **changes: Unpack[BatteryChanges]) -> None:
        """Change the settings of the battery."""
        battery = replace(self.current.battery, **changes)
        self._async_change(replace(self.current, battery=battery))

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever something else is wanted."""
        return self._listeners.add(listener)

    @callback
    def _async_change(self, settings: SiteSettings) -> None:
        if settings != self.current:
            self._async_replace(replace(self._kept, settings=settings))
            self._listeners.tell()

    @callback
    def _async_replace(self, remembered: StoredSiteSettings) -> None:
        self._kept = remembered
        self._stored.async_save_later(lambda: self._kept, SAVE_DELAY_S)


def stored_settings(
    hass: HomeAssistant, entry_id: str
) -> StoredValue[StoredSiteSettings]:
    """Return the file of the settings."""
    return StoredValue(hass, entry_id, "site", StoredSiteSettings)
