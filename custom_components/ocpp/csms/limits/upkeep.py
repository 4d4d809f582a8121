"""Upkeep of limits: those that a charger should obey are compared with those that it has accepted, and sent."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
import logging
from typing import Protocol

from ..devices.capabilities import Purpose
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..model import Evse, Limit, Snapshot
from .charging_profile import Electrics, feasible
from .compliance import InForce, ProfileCompliance
from .pausing import SessionCommands, StoppingPauses, without_ended_pause
from .profile_sender import ProfileCommands, ProfileSender
from .station_maximum import lowest_limit
from .supervision import Supervisor
from .transaction_grace import TransactionGrace
from .unmet import UnmetLimits

_LOGGER = logging.getLogger(__name__)


class Commands(ProfileCommands, SessionCommands, Protocol):
    """The commands that upkeep needs."""

    async def clear_profiles(
        self, evse_id: int | None, purpose: Purpose | None = None
    ) -> None:
        """Clear the charging profiles of an EVSE, or of all; those for one purpose, or for any."""


class Station(Protocol):
    """The charger, as upkeep needs it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of the charger."""

    @property
    def commands(self) -> Commands:
        """The commands that it can be given."""

    def change_evse(self, evse: Evse) -> None:
        """Replace an EVSE in the snapshot."""


class Upkeep:
    """Upkeep of the limits of one charger; whoever changes those of an EVSE holds its lock."""

    def __init__(
        self,
        identity: str,
        station: Station,
        compliance: ProfileCompliance,
        clock: Callable[[], datetime],
        transaction_grace_s: float,
    ) -> None:
        """Initialize with the charger, and the record of its answers."""
        self._identity = identity
        self._station = station
        self._compliance = compliance
        self._clock = clock
        self._electrics = Electrics()
        self._sender = ProfileSender(
            identity, station.commands, compliance, clock, self._station_maximum
        )
        self._pauses = StoppingPauses(station, compliance, clock)
        self._supervisor = Supervisor(identity, compliance)
        self._unmet = UnmetLimits()
        self._grace = TransactionGrace(clock, transaction_grace_s)
        self._maximum_lock = asyncio.Lock()

    @property
    def electrics(self) -> Electrics:
        """The charger's wiring."""
        return self._electrics

    @electrics.setter
    def electrics(self, electrics: Electrics) -> None:
        self._electrics = self._sender.electrics = electrics

    def stops_for(self, limit: Limit) -> bool:
        """Return whether a session is stopped to bring a limit about."""
        return self._pauses.stops_for(limit)

    def is_pending(self, evse: Evse) -> bool:
        """Return whether an EVSE's limit is to be sent."""
        if evse.limit is None or not evse.limitable:
            return False
        now, running = self._clock(), evse.running_transaction is not None
        if self._pauses.stops_for(evse.limit):
            return running and not self._compliance.refused_lately(evse, now)
        if evse.stopped_for_pause is not None and not running:
            return not self._compliance.refused_lately(evse, now)
        return self._compliance.pending(evse, self._attainable(evse, evse.limit), now)

    def note_sessions(self) -> None:
        """Take note of sessions that are new: the charger is given time to take in their ids."""
        for evse in self._station.snapshot.evses.values():
            self._grace.note(evse)

    def verify(self) -> None:
        """Compare the cars' draw with their limits; a limit that is ignored becomes pending again."""
        for evse in self._station.snapshot.evses.values():
            verified = replace(
                self._supervisor.inspect(
                    without_ended_pause(evse), self._electrics.safe_current_a
                ),
                refuses_limits=self._is_refused(evse),
            )
            if verified != evse:
                self._station.change_evse(verified)

    def _is_refused(self, evse: Evse) -> bool:
        """Return whether the charger does not take the limit of a session."""
        now, running = self._clock(), evse.running_transaction
        waits = self.is_pending(evse) or self._compliance.refused_lately(evse, now)
        if running is None or not evse.limitable or not waits:
            self._unmet.end(evse.id)
            return False
        in_force = self._compliance.in_force(evse.id, running)
        accepted_at = None if in_force is None else in_force.accepted_at
        return self._unmet.is_refused(evse.id, accepted_at, now)

    async def apply(self, evse: Evse, limit: Limit) -> None:
        """Bring a limit into force, with the safe default beneath it.

        Raises:
            RejectedError, CallFailedError: when the charger takes it in none of the known variants.
        """
        transaction, stopped = evse.running_transaction, evse.stopped_for_pause
        if self._pauses.stops_for(limit):
            await self._pauses.pause(evse, limit)
        elif stopped is not None and transaction is None:
            if self._compliance.takes_defaults:
                await self._sender.send(evse.id, limit, None)
            await self._pauses.resume(evse, limit, stopped)
        elif self._compliance.takes_limits(transaction):
            in_force = await self._bring_into_force(evse, limit)
            if in_force.variant.purpose is Purpose.TX:
                await self.ensure_safe_default(evse.id)

    async def ensure_safe_default(self, evse_id: int) -> None:
        """Have an EVSE fall back to the safe current where nothing else limits it."""
        safe = Limit(self._electrics.safe_current_a)
        safe = feasible(safe, self._compliance.capabilities)
        standing = self._compliance.standing(evse_id)
        if not self._compliance.takes_defaults or (
            standing is not None and standing.limit == safe
        ):
            return
        if not self._compliance.took_over(evse_id):
            await self._clear_defaults(evse_id)
        try:
            await self._sender.send(evse_id, safe, None)
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            _LOGGER.warning(
                "Charger %s takes no safe default limit: %s", self._identity, err
            )

    async def _bring_into_force(self, evse: Evse, limit: Limit) -> InForce:
        transaction = evse.running_transaction
        await self._grace.wait(evse)
        async with self._lock_of_maximum(evse):
            in_force = self._compliance.in_force(evse.id, transaction)
            attainable = self._attainable(evse, limit)
            now = self._clock()
            if in_force and not self._compliance.pending(evse, attainable, now):
                return in_force
            in_force = await self._sender.send(evse.id, limit, transaction)
        self._supervise(in_force)
        return in_force

    def _supervise(self, in_force: InForce) -> None:
        """Have the cars supervised that a limit holds for: all of them, where it is a maximum of the charger."""
        for evse in self._station.snapshot.evses.values():
            transaction = evse.running_transaction
            if transaction is not None and in_force is self._compliance.in_force(
                evse.id, transaction
            ):
                self._supervisor.note_accepted(evse.id, in_force)

    async def _clear_defaults(self, evse_id: int) -> None:
        """Clear what an earlier system left: on a higher level, it would stand above ours."""
        with suppress(RejectedError, CallFailedError):
            await self._station.commands.clear_profiles(evse_id, Purpose.TX_DEFAULT)

    # A maximum of the charger as a whole.

    def _attainable(self, evse: Evse, limit: Limit) -> Limit:
        """Return the limit that the charger can hold an EVSE to: no higher than others, where it has but one for all."""
        in_force = self._compliance.in_force(evse.id, evse.running_transaction)
        purpose = None if in_force is None else in_force.variant.purpose
        if purpose is Purpose.CHARGE_POINT_MAX:
            return self._station_maximum(evse.id, limit)
        return feasible(limit, self._compliance.capabilities)

    def _station_maximum(self, evse_id: int, limit: Limit) -> Limit:
        evses = self._station.snapshot.evses.values()
        return lowest_limit(
            limit,
            [evse for evse in evses if evse.id != evse_id],
            self._compliance.capabilities,
            self._electrics.safe_current_a,
        )

    def _lock_of_maximum(self, evse: Evse) -> AbstractAsyncContextManager[None]:
        """Return the lock under which the charger's maximum is sent, so that EVSEs that share it send it once."""
        if self._compliance.takes_maximum(evse.running_transaction):
            return self._maximum_lock
        return nullcontext()
