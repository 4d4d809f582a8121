"""What happens after a charger has connected or booted: learn what it is, have it report what is needed.

Gentle and in order: one reading of its settings, only the writings that make a difference, and no command
that would change what the owner has set. A refusal is no failure; the charger then keeps its own way, and is not
asked for the same again. What makes a charger reboot is not done again either.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging

from .errors import CallFailedError, CallTimeoutError, RejectedError
from .model import Registration
from .provisioning import READ_ALL, READ_NEEDED, Setting, write_step
from .station import ChargingStation

_LOGGER = logging.getLogger(__name__)

SUSPICIOUS = timedelta(minutes=1)
"""A charger that boots so soon after a step may have done so because of it."""

ENOUGH_REBOOTS = 2
"""How often it must do so before the step is taken for the reason."""


class Commissioner:
    """Sets up one charger, as often as it connects or boots."""

    def __init__(self, station: ChargingStation, clock: Callable[[], datetime]) -> None:
        """Initialize; nothing is asked of the charger yet."""
        self._station = station
        self._clock = clock
        self._running: asyncio.Task[object] | None = None
        self._last_step: tuple[str, datetime] | None = None
        self._reboots: dict[str, int] = {}

    def note_boot(self) -> None:
        """Take note that the charger has booted, perhaps because of what was done to it last."""
        last, self._last_step = self._last_step, None
        if last is None or self._clock() - last[1] > SUSPICIOUS:
            return
        step = last[0]
        self._reboots[step] = self._reboots.get(step, 0) + 1
        if self._reboots[step] >= ENOUGH_REBOOTS:
            known = self._station.provisioned
            self._station.provisioned = replace(known, harmful=known.harmful | {step})
            _LOGGER.warning(
                "Charger %s reboots when it is told to %s: this is left out from now on",
                self._station.identity,
                step,
            )

    async def commission(self) -> None:
        """Learn from a charger and, once it is adopted, set it up; whatever was being done before is given up.

        Raises:
            NotConnectedError: when the connection is lost.
        """
        if self._running is not None:
            self._running.cancel()
        self._running = asyncio.current_task()
        try:
            await self._commission()
        finally:
            if self._running is asyncio.current_task():
                self._running = None

    async def _commission(self) -> None:
        station = self._station
        settings = await self._read_settings()
        version = station.version
        station.learn(version.traits(settings), version.evse_count(settings) or 1)
        if station.snapshot.registration is not Registration.ACCEPTED:
            return
        wanted = version.wanted_settings(settings, station.capabilities)
        for key, values in wanted.items():
            await self._write_setting(settings[key], values)
        for evse_id in sorted(station.snapshot.evses):
            await self._tolerating(station.trigger("StatusNotification", evse_id))
            if station.snapshot.evse(evse_id).running_transaction is not None:
                await self._tolerating(station.trigger("MeterValues", evse_id))
            await station.limits.ensure_safe_default(evse_id)
        await self._tolerating(station.limits.uphold())

    async def _read_settings(self) -> Mapping[str, Setting]:
        """Read all settings the first time, if the charger stands it, and what is needed of them from then on."""
        station = self._station
        known, needed = station.provisioned, station.version.needed_settings
        if not known.complete and station.capabilities.reads_all_settings:
            settings = await self._step(READ_ALL, lambda: station.get_settings())
            if settings:
                station.provisioned = replace(station.provisioned, complete=True)
                return settings
        return (
            await self._step(READ_NEEDED, lambda: station.get_settings(*needed)) or {}
        )

    async def _write_setting(self, setting: Setting, values: Sequence[str]) -> None:
        """Write the best value that the charger takes, unless it has it."""
        station, key = self._station, setting.key
        while (value := station.provisioned.best(key, values)) not in (
            None,
            setting.value,
        ):
            try:
                await self._attempt(
                    write_step(key), lambda: station.change_setting(key, value)
                )
            except (RejectedError, CallFailedError) as err:
                _LOGGER.info("Charger %s: %s", station.identity, err)
                station.provisioned = station.provisioned.refusing(key, value)
                continue
            return

    async def _step[T](
        self, step: str, command: Callable[[], Awaitable[T]]
    ) -> T | None:
        return await self._tolerating(self._attempt(step, command))

    async def _attempt[T](
        self, step: str, command: Callable[[], Awaitable[T]]
    ) -> T | None:
        """Carry out a step, unless it is known to do harm."""
        if step in self._station.provisioned.harmful:
            return None
        self._last_step = step, self._clock()
        return await command()

    async def _tolerating[T](self, command: Awaitable[T]) -> T | None:
        try:
            return await command
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            _LOGGER.info("Charger %s: %s", self._station.identity, err)
            return None
