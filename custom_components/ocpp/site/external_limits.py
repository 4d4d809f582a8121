"""Limits imposed from outside: by an action, or by an entity that is followed."""

from collections.abc import Callable
from dataclasses import asdict
import logging
import math

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.storage import Store
from homeassistant.util.json import JsonValueType
from homeassistant.util.unit_conversion import ElectricCurrentConverter, PowerConverter

from ..const import DOMAIN
from ..storage.codec import decode
from ..surplus.circuits.circuits import SiteLimit

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION = 1

type _Stored = dict[str, JsonValueType]


def stored_limit(hass: HomeAssistant, entry_id: str) -> Store[_Stored]:
    """Return where the limit that an action has set is kept."""
    key = f"{DOMAIN}.{entry_id}.site_limit"
    return Store[_Stored](hass, STORAGE_VERSION, key)


class SiteLimits:
    """Knows which limits have been imposed; what an action has set survives a restart."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        tell: Callable[[], None],
    ) -> None:
        """Initialize without any."""
        self._hass = hass
        self._store = stored_limit(hass, entry_id)
        self._tell = tell
        self._set: SiteLimit | None = None
        self._followed: SiteLimit | None = None
        self._entity_id: str | None = None
        self._untrack: CALLBACK_TYPE | None = None

    @property
    def all(self) -> tuple[SiteLimit, ...]:
        """The limits that were imposed; some may have ended."""
        return tuple(limit for limit in (self._set, self._followed) if limit)

    async def async_load(self) -> None:
        """Remember what was set before the restart."""
        stored = await self._store.async_load()
        if not stored:
            return
        try:
            self._set = decode(SiteLimit, stored)
        except (LookupError, TypeError, ValueError) as err:
            _LOGGER.error("The site limit that was set cannot be read: %s", err)

    async def async_set(self, limit: SiteLimit | None) -> None:
        """Impose a limit in place of the last one, or none any more."""
        self._set = limit
        self._tell()
        await self._store.async_save({} if limit is None else asdict(limit))

    @callback
    def async_follow(self, entity_id: str | None) -> None:
        """Have an entity of the user's impose a limit."""
        if entity_id == self._entity_id:
            return
        self.async_stop()
        self._entity_id, self._followed = entity_id, None
        if entity_id is not None:
            self._untrack = async_track_state_change_event(
                self._hass, entity_id, self._async_on_change
            )
            self._read(self._hass.states.get(entity_id))

    @callback
    def async_stop(self) -> None:
        """Follow no entity any more."""
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def _async_on_change(self, event: Event[EventStateChangedData]) -> None:
        self._read(event.data["new_state"])
        self._tell()

    def _read(self, state: State | None) -> None:
        """Take over what the entity says; its last word holds while it is away."""
        if state is not None and state.state != STATE_UNAVAILABLE:
            self._followed = _limit(state)


def _limit(state: State) -> SiteLimit | None:
    """Return the limit that a state means, in watts unless it has another unit; None for what is no number."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, UnitOfPower.WATT)
    try:
        value = float(state.state)
        if unit in ElectricCurrentConverter.VALID_UNITS:
            amps = ElectricCurrentConverter.convert(
                value, unit, UnitOfElectricCurrent.AMPERE
            )
            limit = SiteLimit(current_a=max(0.0, amps))
        else:
            watts = PowerConverter.convert(value, unit, UnitOfPower.WATT)
            limit = SiteLimit(power_w=max(0.0, watts))
    except ValueError, HomeAssistantError:
        return None
    return limit if math.isfinite(value) else None
