"""The hold of the home battery, by actions of the user's that keep it from discharging into cars."""

import asyncio
from collections.abc import Coroutine, Mapping
import logging
from typing import Any

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..config.battery_hold import Actions, hold_actions
from ..const import CONF_BATTERY_HOLD, DOMAIN
from .settings import SiteSettingsStore

_LOGGER = logging.getLogger(__name__)

RETRY_S = 60.0
"""The time without another attempt after a failure."""
STOP_S = 10.0
"""The time that running actions have to finish when the site stops."""


class BatteryHold:
    """Runs the actions that hold the battery, and those that release it."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, settings: SiteSettingsStore
    ) -> None:
        """Initialize without any actions."""
        self._hass = hass
        self._entry = entry
        self._settings = settings
        self._hold: Actions = []
        self._release: Actions = []
        self._requested = False
        self._task: asyncio.Task[None] | None = None
        self._failed_s: float | None = None

    @property
    def configured(self) -> bool:
        """True if there are actions for both."""
        return bool(self._hold and self._release)

    @callback
    def async_start(self, options: Mapping[str, Any]) -> None:
        """Use the actions that are set up; a battery that is held is released by the former actions."""
        hold, release = hold_actions(options.get(CONF_BATTERY_HOLD, {}))
        if self._settings.battery_held and self._release and release != self._release:
            self._async_begin(self._run(self._release, held=False))
        self._hold, self._release = hold, release
        self._failed_s = None

    @callback
    def async_request(self, held: bool) -> None:
        """Request that the battery be held or released."""
        self._requested = held
        if self._differs:
            self._async_begin(self._follow())

    async def async_stop(self) -> None:
        """Release the battery."""
        self._requested = False
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=STOP_S)
        self._failed_s = None
        await self._follow()

    @callback
    def _async_begin(self, telling: Coroutine[Any, Any, None]) -> None:
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, telling, "ocpp battery hold"
            )
        else:
            telling.close()

    @property
    def _differs(self) -> bool:
        """True if actions have to run now."""
        if not self.configured or self._requested is self._settings.battery_held:
            return False
        return (
            self._failed_s is None or self._hass.loop.time() - self._failed_s > RETRY_S
        )

    async def _follow(self) -> None:
        while self._differs:
            held = self._requested
            await self._run(self._hold if held else self._release, held=held)

    async def _run(self, actions: Actions, *, held: bool) -> None:
        try:
            sequence = await async_validate_actions_config(
                self._hass, cv.SCRIPT_SCHEMA(actions)
            )
            name = "Hold battery" if held else "Release battery"
            script = Script(self._hass, sequence, name, DOMAIN, log_exceptions=False)
            await script.async_run(context=Context())
        except (HomeAssistantError, probatio.Invalid) as err:
            if self._failed_s is None:
                _LOGGER.warning(
                    "The battery cannot be %s: %s", "held" if held else "released", err
                )
            self._failed_s = self._hass.loop.time()
            return
        self._failed_s = None
        self._settings.async_note_held(held)
