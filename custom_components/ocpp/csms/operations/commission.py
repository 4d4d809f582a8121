"""Commissioning of a charger that has connected or booted: it is identified, set up, and asked for its state.

Its settings are read once, and written only where that makes a difference; nothing that the owner has set is changed.
A refusal is no failure; the charger then keeps its setting and is not asked for the same again. A step that makes it
reboot is left out for a while.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
import logging

from ..devices.capabilities import Traits, combine
from ..devices.settings import READ_ALL, READ_NEEDED, Setting, Settings, write_step
from ..devices.variables import VariableId
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..evses.status import CHARGING
from ..model import Address, Registration, Trigger
from ..ocppj.violations import Fault
from ..station import ChargingStation
from ..versions import DEFAULT_DIALECT
from .reboots import RebootEvidence
from .wait_for import comes_true

_LOGGER = logging.getLogger(__name__)


class Commissioner:
    """The commissioning of one charger, repeated each time that it connects or boots."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing is asked of the charger yet."""
        self._station = station
        self._running: asyncio.Task[object] | None = None
        self._evidence = RebootEvidence(station)

    def note_boot(self) -> None:
        """Take note that the charger announces itself; perhaps a step made it reboot."""
        self._evidence.note_connection(booted=True)
        known, connected_at = (
            self._station.provisioned,
            self._station.snapshot.connected_at,
        )
        since = known.awaits_restart_since
        if since is not None and connected_at is not None and connected_at > since:
            self._station.provisioned = replace(known, awaits_restart_since=None)
        self._show_restart()

    def _show_restart(self) -> None:
        """Show whether the charger must be restarted for its settings to take effect."""
        station = self._station
        awaits = station.provisioned.awaits_restart_since is not None
        if station.snapshot.awaits_restart is not awaits:
            station.change(replace(station.snapshot, awaits_restart=awaits))

    async def commission(self) -> None:
        """Identify a charger and, once it is adopted, set it up; a commissioning that still runs is given up.

        Raises:
            NotConnectedError: when the connection is lost.
        """
        if self._running is not None:
            self._running.cancel()
        self._running = asyncio.current_task()
        self._evidence.note_connection(booted=False)
        try:
            await self._commission()
        finally:
            if self._running is asyncio.current_task():
                self._running = None

    def _note_version(self) -> None:
        """Start anew with a charger that speaks another version: settings and limits have other names there."""
        station = self._station
        name = station.version.name
        if (station.provisioned.version or DEFAULT_DIALECT.name) != name:
            station.forget_learned()
        station.provisioned = replace(station.provisioned, version=name)

    async def _commission(self) -> None:
        station = self._station
        self._note_version()
        settings = await self._read_settings()
        version = station.version
        bounds = version.settings.bounds_in(settings)
        station.provisioned = station.provisioned.bounded_by(bounds)
        for variable in version.settings.unusable(settings):
            name, value = str(variable), settings[variable].value
            shown = version.disclosure.setting(name, value)
            station.faults.note(Fault.UNUSABLE_SETTING, f"{name}: {shown}")
        if settings or not station.snapshot.evses:
            told = combine([version.settings.traits(settings), self._own_tag(settings)])
            station.learn(told, version.settings.evse_count(settings) or 1)
        if station.snapshot.registration is not Registration.ACCEPTED:
            return
        wanted = version.settings.wanted(settings, station.capabilities)
        for variable, values in wanted.items():
            await self._write_setting(settings[variable], values)
        self._show_restart()
        evse_ids = sorted(station.snapshot.evses)
        for evse_id in evse_ids:
            await self._ask_for_status(evse_id)
        for evse_id in evse_ids:
            await self._ask_for_session(evse_id)
            await station.limits.ensure_safe_default(evse_id)
        await self._tolerating(station.limits.uphold())

    async def _read_settings(self) -> Settings:
        """Read all settings the first time, if the charger stands it, and what is needed of them from then on."""
        station = self._station
        capabilities = station.capabilities
        if not station.provisioned.complete and capabilities.reads_all_settings:
            settings = await self._step(
                READ_ALL, lambda: station.commands.get_settings()
            )
            if settings:
                station.provisioned = replace(station.provisioned, complete=True)
                return settings
        messages = station.version.settings
        own = (*capabilities.settings, *capabilities.id_token_setting)
        needed = dict.fromkeys((*messages.needed, *filter(messages.has, own)))
        if not station.provisioned.complete and station.provisioned.most_read is None:
            await self._note_bounds()
        return await self._read(*needed)

    async def _note_bounds(self) -> None:
        """Learn how many settings the charger can be asked for before several are named."""
        station = self._station
        messages = station.version.settings
        if messages.bounds:
            bounds = messages.bounds_in(await self._read(*messages.bounds))
            station.provisioned = station.provisioned.bounded_by(bounds)

    async def _read(self, *variables: VariableId) -> Settings:
        ask = partial(self._station.commands.get_settings, *variables)
        return await self._step(READ_NEEDED, ask) or {}

    def _own_tag(self, settings: Settings) -> Traits:
        """Return what a charger says of the only id token that it starts sessions for."""
        for variable in self._station.capabilities.id_token_setting:
            setting = settings.get(variable)
            if setting is not None and setting.value:
                return Traits.of(id_token=setting.value)
        return Traits()

    async def _write_setting(self, setting: Setting, values: Sequence[str]) -> None:
        """Write the best value that the charger takes, unless it has it."""
        station, variable = self._station, setting.id
        station.provisioned = station.provisioned.seeing(setting)
        if self._evidence.is_left_out(write_step(variable)):
            # It was neither taken nor refused.
            return
        for value in station.provisioned.improvements(setting, values):
            change = partial(station.commands.change_setting, setting.written_id, value)
            try:
                if await self._attempt(write_step(variable), change):
                    known = station.provisioned
                    station.provisioned = replace(
                        known, awaits_restart_since=station.now
                    )
            except CallTimeoutError as err:
                _LOGGER.info("Charger %s: %s", station.identity, err)
                return
            except (RejectedError, CallFailedError) as err:
                _LOGGER.info("Charger %s: %s", station.identity, err)
                station.provisioned = station.provisioned.refusing(variable, value)
            else:
                station.provisioned = station.provisioned.taking(variable, value)
                return

    async def _ask_for_status(self, evse_id: int) -> None:
        if self._evidence.has_booted:
            await self._ask_for(Trigger.STATUS, evse_id)
        else:
            # It reports of its own accord after a boot alone: without this, the status would stay unknown.
            for address in self._connectors_of(evse_id):
                ask = self._station.commands.trigger(Trigger.STATUS, address)
                await self._tolerating(ask)
        timeout_s = self._station.timeouts.tell_s
        await comes_true(
            self._station, evse_id, lambda evse: evse.status_at is not None, timeout_s
        )

    def _connectors_of(self, evse_id: int) -> list[Address]:
        """Return the connectors of an EVSE to ask about; one alone needs no name."""
        known = self._station.snapshot.evse(evse_id).connector_ids
        if len(known) <= 1:
            return [Address(evse_id)]
        return [Address(evse_id, connector_id) for connector_id in known]

    async def _ask_for_session(self, evse_id: int) -> None:
        """Have the charger name the session that goes on, so that it is known here."""
        evse = self._station.snapshot.evse(evse_id)
        if evse.running_transaction is not None or evse.status in CHARGING:
            await self._ask_for(Trigger.SESSION, evse_id)

    async def _ask_for(self, message: Trigger, evse_id: int) -> None:
        ask = partial(self._station.commands.trigger, message, Address(evse_id))
        name = self._station.version.triggers.names[message]
        await self._step(f"send {name}", ask)

    async def _step[T](
        self, step: str, command: Callable[[], Awaitable[T]]
    ) -> T | None:
        return await self._tolerating(self._attempt(step, command))

    async def _attempt[T](
        self, step: str, command: Callable[[], Awaitable[T]]
    ) -> T | None:
        """Carry out a step, unless it is left out because the charger reboots."""
        if self._evidence.is_left_out(step):
            return None
        self._evidence.note_sent(step)
        try:
            result = await command()
        except RejectedError, CallFailedError:
            self._evidence.note_answered(step)
            raise
        self._evidence.note_answered(step)
        return result

    async def _tolerating[T](self, command: Awaitable[T]) -> T | None:
        try:
            return await command
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            _LOGGER.info("Charger %s: %s", self._station.identity, err)
            return None
