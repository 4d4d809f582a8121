"""Upkeep of limits: those that a charger should obey are compared with those that it has accepted, and sent."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Protocol, override

from ..devices.capabilities import Purpose
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..model import Evse, Limit, Snapshot
from . import supervision
from .charging_profile import WHOLE_STATION, Electrics, Profile, feasible
from .compliance import ProfileCompliance
from .in_force import InForce
from .patience.transaction_grace import TransactionGrace
from .patience.unmet import UnmetLimits
from .pausing.stopping import SessionCommands, StoppingPauses
from .profile_sender import ProfileCommands, ProfileSender
from .safety import check
from .safety.check import SafeCurrentCheck
from .safety.safe_current import SafeCurrent
from .safety.session_ends import SessionEnds
from .station_maximum import lowest_limit
from .supervision import Supervisor


class Commands(ProfileCommands, SessionCommands, Protocol):
    """The commands that upkeep needs."""


class Learned(check.Learned, supervision.Learned, Protocol):
    """The lessons of the charger's behaviour, as upkeep needs them."""


class Station(check.Station, supervision.Station, Protocol):
    """The charger, as upkeep needs it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of the charger."""

    @property
    @override
    def commands(self) -> Commands:
        """The commands that it can be given."""

    @property
    @override
    def learned(self) -> Learned:
        """The lessons of its behaviour."""

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
        ends = SessionEnds(clock)
        self._safe_current = SafeCurrent(
            identity, compliance, self._sender, lambda: station.snapshot, ends, clock
        )
        self._check = SafeCurrentCheck(
            identity, station, compliance, self._safe_current, ends, clock
        )
        self._pauses = StoppingPauses(station, compliance, clock)
        self._supervisor = Supervisor(identity, station, compliance, clock)
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
        """Return whether an EVSE's limit is to be sent, or the safe current checked or put back beneath it."""
        is_due = self._safe_current.is_due(evse) or self._check.is_due(evse)
        return is_due or self._awaits_limit(evse)

    def _awaits_limit(self, evse: Evse) -> bool:
        """Return whether an EVSE's limit is to be sent."""
        if evse.limit is None or not evse.limitable:
            return False
        now, running = self._clock(), evse.running_transaction is not None
        if self._pauses.stops_for(evse.limit):
            return running and not self._compliance.refused_lately(evse, now)
        if evse.stopped_for_pause is not None and not running:
            return self._pauses.may_resume(evse)
        return self._compliance.pending(evse, self._attainable(evse, evse.limit), now)

    def note_sessions(self) -> None:
        """Take note of sessions that are new: the charger is given time to take in their ids."""
        for evse in self._station.snapshot.evses.values():
            self._grace.note(evse)

    def ask_again(self) -> None:
        """Offer the safe current to a charger that has refused it: it may have rebooted."""
        self._safe_current.ask_again()
        self.search_again()

    def search_again(self) -> None:
        """Try all variants again with the next limit, whatever was refused before."""
        self._sender.searches.begin_anew()

    def acquit(self) -> None:
        """Take back that limits are ignored or refused."""
        for evse in self._station.snapshot.evses.values():
            self._supervisor.acquit(evse.id)
            self._unmet.end(evse.id)
            if evse.ignores_limits or evse.refuses_limits:
                self._station.change_evse(
                    replace(evse, ignores_limits=False, refuses_limits=False)
                )

    def note_connection(self) -> None:
        """Take note of a new connection, before which the charger may have lost what it keeps."""
        self._check.note_connection()

    def verify(self) -> None:
        """Compare the cars' draw with their limits; a limit that is ignored becomes pending again."""
        for evse in self._station.snapshot.evses.values():
            self._check.note(evse)
            verified = replace(
                self._supervisor.inspect(
                    self._pauses.without_ended(evse), self._electrics
                ),
                refuses_limits=self._is_refused(evse),
            )
            if verified != evse:
                self._station.change_evse(verified)

    def is_reading_due(self, evse: Evse) -> bool:
        """Return whether an EVSE's meter must be read now, to prove its limit; each such instant is named once."""
        return self._supervisor.is_reading_due(evse)

    def _is_refused(self, evse: Evse) -> bool:
        """Return whether the charger does not take the limit of a session."""
        now, running = self._clock(), evse.running_transaction
        waits = self._awaits_limit(evse) or self._compliance.refused_lately(evse, now)
        if running is None or not evse.limitable or not waits:
            self._unmet.end(evse.id)
            return False
        in_force = self._compliance.in_force(evse.id, running)
        accepted_at = None if in_force is None else in_force.accepted_at
        return self._unmet.is_refused(evse.id, accepted_at, now)

    async def uphold(self, evse: Evse) -> None:
        """Send an EVSE's limit if it is to be sent, and put the safe current back beneath it.

        Raises:
            RejectedError, CallFailedError: when the charger takes the limit in none of the known variants.
        """
        if self._check.is_due(evse):
            await self._check.check(evse.id)
        if self._safe_current.is_due(evse):
            await self.ensure_safe_default(evse.id)
        if evse.limit is not None and self._awaits_limit(evse):
            await self.apply(evse, evse.limit)

    async def apply(self, evse: Evse, limit: Limit) -> None:
        """Bring a limit into force, with the safe default beneath it.

        Raises:
            RejectedError, CallFailedError: when the charger takes it in none of the known variants.
        """
        transaction, stopped = evse.running_transaction, evse.stopped_for_pause
        if self._pauses.stops_for(limit):
            await self._pauses.pause(evse, limit)
        elif stopped is not None and transaction is None:
            if not self._pauses.may_resume(evse):
                return
            if self._compliance.takes_advance_limits:
                await self._sender.send(evse.id, limit, None)
            await self._pauses.resume(evse, limit, stopped)
        elif self._compliance.takes_limits(transaction):
            in_force = await self._bring_into_force(evse, limit)
            if in_force.variant.purpose is Purpose.TX or in_force.variant.lies_above:
                await self._safe_current.ensure(evse.id)
            if in_force.variant.purpose is Purpose.TX:
                self._check.note_limited(evse.id)
        elif transaction is None:
            await self._send_ahead(evse, limit)

    def profile_at_start(self, evse: Evse) -> Profile | None:
        """Return the profile with the limit of a session that is to be started, if there is a limit."""
        if (
            evse.limit is None
            or not evse.limitable
            or self._pauses.stops_for(evse.limit)
        ):
            return None
        return self._sender.profile_at_start(evse.id, evse.limit)

    async def make_way(self, evse_ids: Iterable[int], purpose: Purpose | None) -> None:
        """Clear what would overrule a profile that somebody else is about to set, or cap it."""
        deposits = self._sender.deposits
        for evse_id in evse_ids:
            transaction = self._station.snapshot.evse(evse_id).running_transaction
            for in_the_way in deposits.in_the_way(evse_id, purpose, transaction):
                await deposits.clear(evse_id, in_the_way)
        if self._compliance.holds_maximum:
            await deposits.clear(WHOLE_STATION, Purpose.CHARGE_POINT_MAX)

    async def _send_ahead(self, evse: Evse, limit: Limit) -> None:
        """Let a session begin with its limit if it begins soon: it is sent above the safe current, and ends by itself.

        Raises:
            RejectedError, CallFailedError: when the charger does not even take the safe current.
        """
        variants = self._compliance.variants_above(evse.id)
        if not variants:
            return
        self._check.note_limited_above(evse.id)
        try:
            await self._sender.send_ahead(evse.id, limit, variants)
        except RejectedError, CallFailedError, CallTimeoutError:
            await self._safe_current.send(evse.id)

    async def ensure_safe_default(self, evse_id: int) -> None:
        """Have an EVSE fall back to the safe current where nothing else limits it."""
        shared = self._compliance.limits_by_maximum
        async with self._maximum_lock if shared else nullcontext():
            await self._safe_current.ensure(evse_id)
        self._check.note_sent(evse_id)

    async def _bring_into_force(self, evse: Evse, limit: Limit) -> InForce:
        transaction = evse.running_transaction
        await self._grace.wait(evse)
        async with self._lock_of_maximum(evse):
            in_force = self._compliance.in_force(evse.id, transaction)
            attainable = self._attainable(evse, limit)
            now = self._clock()
            if in_force and not self._compliance.pending(evse, attainable, now):
                return in_force
            with self._supervisor.sending(evse.id):
                in_force = await self._sender.send(evse.id, limit, transaction)
            if transaction is not None and self._is_capped(evse, in_force):
                await self._sender.deposits.clear(
                    WHOLE_STATION, Purpose.CHARGE_POINT_MAX
                )
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

    # A maximum of the charger as a whole.

    def _is_capped(self, evse: Evse, in_force: InForce) -> bool:
        """Return whether a maximum of an earlier session holds back a limit that is set in another way now."""
        if in_force.variant.purpose is Purpose.CHARGE_POINT_MAX:
            return False
        others = self._station.snapshot.evses.values()
        return self._compliance.may_hold_maximum and not any(
            self._compliance.takes_maximum(other.running_transaction)
            for other in others
            if other.id != evse.id
        )

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
