"""Limits of one charger: requested, cleared, and kept in force.

The requested limits stand in the snapshot (`Evse.limit`), those that the charger has accepted in `ProfileCompliance`;
`Upkeep` sends the difference.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, override

from ..devices.capabilities import Capabilities, Purpose
from ..errors import TooManyPeriodsError
from ..model import Evse, Limit, PausedInsteadOfStop
from ..ocppj.framing import Payload
from . import upkeep
from .charging_profile import (
    WHOLE_STATION,
    BelowMinimum,
    Electrics,
    Profile,
    check,
    feasible,
    offering_safely,
)
from .compliance import ProfileCompliance
from .evse_locks import EvseLocks
from .in_force import InForce
from .learned_compliance import LearnedCompliance
from .upkeep import Upkeep


class Commands(upkeep.Commands, Protocol):
    """The commands that limits need."""

    async def set_external_profile(self, evse_id: int, profile: Payload) -> None:
        """Set a charging profile that somebody else composed, as it is."""

    def purpose_of(self, profile: Payload) -> Purpose | None:
        """Return the purpose of such a profile; None if it is unknown."""

    def period_count(self, profile: Payload) -> int:
        """Return the number of periods in its longest schedule."""


class Station(upkeep.Station, Protocol):
    """The charger, as limits need it."""

    @property
    @override
    def commands(self) -> Commands:
        """The commands that it can be given."""

    def note_evse(self, evse: Evse) -> None:
        """Replace an EVSE in the snapshot; observers are told after what can be sent now."""

    def ensure_connected(self) -> None:
        """Raise `NotConnectedError` unless it can be given a command."""


class Limiter:
    """The limits of the cars at one charger."""

    def __init__(
        self,
        identity: str,
        station: Station,
        clock: Callable[[], datetime],
        transaction_grace_s: float,
        learned_compliance: LearnedCompliance,
    ) -> None:
        """Initialize with the charger, and what was learned of it."""
        self._station = station
        self._compliance = ProfileCompliance(Capabilities(), learned_compliance, clock)
        self._upkeep = Upkeep(
            identity, station, self._compliance, clock, transaction_grace_s
        )
        self._locks = EvseLocks()

    def configure(self, capabilities: Capabilities, electrics: Electrics) -> None:
        """Take over what the charger can do, and how it is wired."""
        if capabilities != self._compliance.capabilities:
            self._compliance.adapt(capabilities)
            self._upkeep.search_again()
        self._upkeep.electrics = offering_safely(electrics, capabilities)

    @property
    def learned_compliance(self) -> LearnedCompliance:
        """The part of the charger's compliance that is worth remembering."""
        return self._compliance.learned_compliance

    def forget(self) -> None:
        """Assume nothing of the charger's memory: it may have rebooted, or been told otherwise."""
        self._compliance.forget()
        self._upkeep.ask_again()

    def forget_sessions(self) -> None:
        """Assume that limits of sessions are lost, but not the defaults, which chargers keep in flash."""
        self._compliance.forget_sessions()
        self._upkeep.note_connection()

    def unlearn(self) -> None:
        """Forget what was learned, as after a change of firmware."""
        self._compliance.unlearn()
        self._upkeep.ask_again()

    def acquit(self) -> None:
        """Take back that limits are ignored or refused; it shows anew whether they are."""
        self._upkeep.acquit()

    def in_force(self, evse_id: int) -> InForce | None:
        """Return the limit that the charger holds an EVSE to, if known."""
        transaction = self._station.snapshot.evse(evse_id).running_transaction
        return self._compliance.in_force(evse_id, transaction)

    # Requests.

    async def set(
        self,
        evse_id: int,
        limit: Limit,
        below: BelowMinimum = BelowMinimum.PAUSE,
    ) -> InForce | None:
        """Limit an EVSE, now and in later sessions, until another limit is set.

        A limit that is in force already is not sent again; one for a session that was to be stopped waits. Returns the
        limit that the charger holds the EVSE to then, which is a lower one where another EVSE shares it; None where it
        holds it to none, or the session was stopped since it cannot pause.

        Args:
            evse_id: the EVSE.
            limit: the most that a car may draw there.
            below: what becomes of a limit that is lower than the charger can offer.

        Raises:
            InvalidLimitError: when the limit means nothing; nothing was sent.
            RejectedError, CallFailedError: when the charger takes it in none of the known variants.
        """
        check(limit)
        if below is BelowMinimum.MINIMUM:
            limit = feasible(limit, self._compliance.capabilities, below)
        self._station.ensure_connected()
        async with self._locks.one(evse_id):
            evse = self._station.snapshot.evse(evse_id)
            if evse.paused_instead_of_stop is not None:
                waiting = PausedInsteadOfStop(limit)
                self._station.change_evse(replace(evse, paused_instead_of_stop=waiting))
                return self.in_force(evse_id)
            evse = replace(evse, limit=limit, external_profile=False)
            self._station.note_evse(evse)
            self._compliance.ask_again(evse_id)
            await self._upkeep.apply(evse, limit)
        return None if self._upkeep.stops_for(limit) else self.in_force(evse_id)

    async def set_external_profile(
        self, evse_id: int, charging_profile: Payload
    ) -> None:
        """Set a charging profile as it is; our own limits keep out of its way until the session ends.

        Raises:
            TooManyPeriodsError: when it has more periods than the charger says it takes; nothing was sent.
            RejectedError, CallFailedError: when the charger refuses it; our own limits are then put back.
        """
        given = self._station.commands.period_count(charging_profile)
        if given > (most := self._compliance.capabilities.schedule_periods):
            raise TooManyPeriodsError(given, most)
        affected = [evse.id for evse in self._evses(evse_id)]
        async with self._locks.several(affected):
            commands = self._station.commands
            purpose = commands.purpose_of(charging_profile)
            await self._upkeep.make_way(affected, purpose)
            await commands.set_external_profile(evse_id, charging_profile)
            self.note_external_profile(evse_id)

    def note_external_profile(self, evse_id: int) -> None:
        """Take note that somebody else has set a charging profile; EVSE 0 is the whole charger."""
        # It may have replaced any profile of ours, and lie above them.
        self._compliance.forget()
        for evse in self._evses(evse_id):
            self._compliance.taken_over.discard(evse.id)
            self._station.change_evse(replace(evse, limit=None, external_profile=True))

    def release_external_profile(self, evse_id: int) -> None:
        """Let our own limits replace a profile that somebody else composed."""
        evse = self._station.snapshot.evse(evse_id)
        self._station.change_evse(replace(evse, external_profile=False))

    async def clear(self, evse_id: int | None = None) -> None:
        """Clear all charging profiles of an EVSE, or of the whole charger.

        A maximum of the charger as a whole stays while another EVSE has a limit.
        """
        affected = [evse.id for evse in self._evses(evse_id or WHOLE_STATION)]
        async with self._locks.several(affected):
            await self._station.commands.clear_profiles(evse_id)
            for id_ in affected:
                self._compliance.forget_evse(id_)
                evse = self._station.snapshot.evse(id_)
                self._station.change_evse(
                    replace(evse, limit=None, external_profile=False)
                )
        limited = any(evse.limit is not None for evse in self._evses())
        if evse_id and self._compliance.may_hold_maximum and not limited:
            await self._station.commands.clear_profiles(
                WHOLE_STATION, Purpose.CHARGE_POINT_MAX
            )
            self._compliance.note_cleared(WHOLE_STATION, Purpose.CHARGE_POINT_MAX)

    def profile_at_start(self, evse_id: int) -> Profile | None:
        """Return the profile with the limit of a session that is to be started, if there is a limit."""
        return self._upkeep.profile_at_start(self._station.snapshot.evse(evse_id))

    # Upkeep.

    @property
    def pending(self) -> bool:
        """True if `uphold` has something to do."""
        return any(self._upkeep.is_pending(evse) for evse in self._evses())

    async def uphold(self) -> None:
        """Send the limits that should be in force but are not, and renew those that will run out.

        Raises:
            RejectedError, CallFailedError: when the charger refuses one; the others were sent nevertheless.
        """
        self._upkeep.note_sessions()
        pending = [evse.id for evse in self._evses() if self._upkeep.is_pending(evse)]
        results = await asyncio.gather(
            *(self._uphold(evse_id) for evse_id in pending), return_exceptions=True
        )
        for failure in filter(None, results):
            raise failure

    async def tell_again(self, evse_id: int) -> None:
        """Send the limit of a session again, to a car that waits for it; where there is none, the safe current.

        Raises:
            RejectedError, CallFailedError: when the charger takes it in none of the known variants.
        """
        async with self._locks.one(evse_id):
            evse = self._station.snapshot.evse(evse_id)
            if evse.running_transaction is None or not evse.limitable:
                return
            self._compliance.note_cleared(evse_id, Purpose.TX)
            safe = Limit(self._upkeep.electrics.safe_current_a)
            await self._upkeep.apply(evse, evse.limit or safe)

    async def _uphold(self, evse_id: int) -> None:
        async with self._locks.one(evse_id):
            evse = self._station.snapshot.evse(evse_id)
            await self._upkeep.uphold(evse)

    async def ensure_safe_default(self, evse_id: int) -> None:
        """Have an EVSE without a limit of its own fall back to the safe one."""
        async with self._locks.one(evse_id):
            if self._station.snapshot.evse(evse_id).limit is None:
                await self._upkeep.ensure_safe_default(evse_id)

    def verify(self) -> None:
        """Compare the cars' draw with their limits; a limit that is ignored becomes pending again."""
        self._upkeep.verify()

    def readings_due(self) -> list[int]:
        """Return the EVSEs whose meter must be read now, to prove their limits; each such instant is named once."""
        return [evse.id for evse in self._evses() if self._upkeep.is_reading_due(evse)]

    def _evses(self, evse_id: int = WHOLE_STATION) -> list[Evse]:
        """Return the EVSE of that number; 0 stands for all of them."""
        evses = self._station.snapshot.evses.values()
        return [evse for evse in evses if evse_id in (WHOLE_STATION, evse.id)]
