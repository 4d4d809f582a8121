"""Limits from outside: from an action, or from an entity that is followed."""

from collections.abc import Callable
from dataclasses import replace
import math

from homeassistant.components.input_number import DOMAIN as INPUT_NUMBER
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.util import dt as dt_util

from ..following import EntityFollower
from ..quantities import amperes_of, is_current, watts_of
from ..storage.stored_value import StoredValue
from ..surplus.circuits.circuits import SiteLimit


def stored_limit(hass: HomeAssistant, entry_id: str) -> StoredValue[SiteLimit]:
    """Return the file of the limit that an action has set."""
    return StoredValue(hass, entry_id, "site_limit", SiteLimit)


HELD_S = 7200.0
"""The time for which plans expect a limit at least that an entity shows."""


class SiteLimits:
    """The limits from outside; one that an action has set survives a restart."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        on_change: Callable[[], None],
    ) -> None:
        """Initialize without any."""
        self._hass = hass
        self._stored = stored_limit(hass, entry_id)
        self._on_change = on_change
        self._set: SiteLimit | None = None
        self._followed: SiteLimit | None = None
        self._shown_since_s: float | None = None
        self._follower = EntityFollower(hass, self._async_on_change)

    @property
    def all(self) -> tuple[SiteLimit, ...]:
        """All limits, including those that have expired."""
        followed = self._followed and replace(
            self._followed, expected_until_s=self._expected_until_s()
        )
        return tuple(limit for limit in (self._set, followed) if limit)

    def _expected_until_s(self) -> float | None:
        """Return the expected end of the limit that an entity shows; None for one that its owner sets.

        It is expected to last once more for as long as it has lasted, in steps, so that plans change at few instants only.
        """
        if self._shown_since_s is None:
            return None
        lasted_s = max(HELD_S, dt_util.utcnow().timestamp() - self._shown_since_s)
        doublings = math.ceil(math.log2(lasted_s / HELD_S))
        return self._shown_since_s + math.ldexp(HELD_S, doublings + 1)

    async def async_load(self) -> None:
        """Restore the limit that was set before the restart."""
        self._set = await self._stored.async_load()

    async def async_set(self, limit: SiteLimit | None) -> None:
        """Replace the limit that was set before; None removes it."""
        self._set = limit
        self._on_change()
        await self._stored.async_save(limit)

    @callback
    def async_follow(self, entity_id: str | None) -> None:
        """Take over the limit that an entity of the user's shows."""
        if self._follower.async_follow([entity_id]):
            self._followed = None
            self._read()

    @callback
    def async_stop(self) -> None:
        """Follow no entity any more."""
        self._follower.async_stop()

    @callback
    def _async_on_change(self) -> None:
        self._read()
        self._on_change()

    def _read(self) -> None:
        """Take over what the entity shows; its last limit holds while it is unavailable."""
        for entity_id in self._follower.entity_ids:
            state = self._hass.states.get(entity_id)
            if state is not None and state.state != STATE_UNAVAILABLE:
                limit = _limit(state)
                if limit != self._followed:
                    owned = state.domain == INPUT_NUMBER
                    since_s = None if owned else state.last_changed.timestamp()
                    self._followed, self._shown_since_s = limit, since_s


def _limit(state: State) -> SiteLimit | None:
    """Return the limit that a state shows: a current by its unit, or else a power; None if it shows neither."""
    if is_current(state):
        amps = amperes_of(state)
        return None if amps is None else SiteLimit(current_a=max(0.0, amps))
    watts = watts_of(state)
    return None if watts is None else SiteLimit(power_w=max(0.0, watts))
