"""Keeps the limits of one charger in force.

What is wanted stands in the snapshot (`Evse.limit`); what the charger was told, in `ProfileCompliance`. The limiter has
the difference told, holds it against what the car draws, and stops sessions that cannot be paused.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
import logging
from typing import Protocol

from ..devices.capabilities import Capabilities, PauseBy, Purpose
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..model import (
    Availability,
    Evse,
    Limit,
    PausedInsteadOfStop,
    Snapshot,
    StoppedForPause,
)
from ..ocppj.framing import Payload
from ..transactions.status import ConnectorStatus
from .charging_profile import BelowMinimum, Electrics, check, feasible
from .compliance import InForce, LearnedCompliance, ProfileCompliance
from .profile_sender import ProfileSender, Remote
from .verification import Watch, allow, look

_LOGGER = logging.getLogger(__name__)

_HALTING = frozenset({PauseBy.STOP_TRANSACTION, PauseBy.INOPERATIVE})


class SessionCommands(Protocol):
    """The commands that stop a session for a pause, and start it again."""

    async def start_transaction(
        self, evse_id: int, id_token: str | None = None
    ) -> None:
        """Ask it to start a session."""

    async def stop_transaction(self, evse_id: int) -> None:
        """Ask it to stop the session."""

    async def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> None:
        """Put an EVSE into or out of service."""


class Station(Remote, Protocol):
    """The charger, as the limiter needs it."""

    @property
    def snapshot(self) -> Snapshot:
        """What is known of it."""

    def change_evse(self, evse: Evse) -> None:
        """Replace what is known of an EVSE."""

    def ensure_connected(self) -> None:
        """Raise `NotConnectedError` unless it can be asked for something."""

    @property
    def commands(self) -> SessionCommands:
        """The commands that it can be given."""


class Limiter:
    """What the cars at one charger may draw."""

    def __init__(
        self,
        identity: str,
        station: Station,
        clock: Callable[[], datetime],
        transaction_grace_s: float,
        learned_compliance: LearnedCompliance,
    ) -> None:
        """Initialize with the charger, and what was learned of it."""
        self._identity = identity
        self._station = station
        self._clock = clock
        self._transaction_grace_s = transaction_grace_s
        self._compliance = ProfileCompliance(Capabilities(), learned_compliance)
        self._sender = ProfileSender(identity, station, self._compliance, clock)
        self._lock = asyncio.Lock()
        self._watches: dict[int, Watch] = {}
        self._latest_transaction_id: str | None = None

    def configure(self, capabilities: Capabilities, electrics: Electrics) -> None:
        """Take over what the charger can do, and how it is wired."""
        if capabilities != self._compliance.capabilities:
            # What is in force was told in another variant.
            self._compliance.forget()
            self._compliance.capabilities = capabilities
        self._sender.electrics = electrics

    @property
    def learned_compliance(self) -> LearnedCompliance:
        """What was learned of the charger and is worth remembering."""
        return self._compliance.learned_compliance

    def forget(self) -> None:
        """Assume nothing of the charger's memory: it may have rebooted, or been told otherwise."""
        self._compliance.forget()

    def forget_sessions(self) -> None:
        """Assume that limits of sessions are lost, but not the defaults, which chargers keep in flash."""
        self._compliance.forget_sessions()

    def unlearn(self) -> None:
        """Forget what was learned, as after a change of firmware."""
        self._compliance.unlearn()

    def in_force(self, evse_id: int) -> InForce | None:
        """Return the limit that the charger holds an EVSE to, as far as it is known."""
        transaction = self._station.snapshot.evse(evse_id).running_transaction
        return self._compliance.in_force(evse_id, transaction)

    # What is wanted.

    async def set(
        self,
        evse_id: int,
        limit: Limit,
        below: BelowMinimum = BelowMinimum.PAUSE,
    ) -> InForce | None:
        """Limit an EVSE, now and in later sessions, until another limit is set.

        A limit that is in force already is not sent again; one for a session that was to be stopped waits. Returns what the charger holds the EVSE to then; None where
        its session was stopped, since it cannot pause.

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
        async with self._lock:
            evse = self._station.snapshot.evse(evse_id)
            if evse.paused_instead_of_stop is not None:
                self._station.change_evse(
                    replace(evse, paused_instead_of_stop=PausedInsteadOfStop(limit))
                )
                return self.in_force(evse_id)
            evse = replace(evse, limit=limit, external_profile=False)
            self._station.change_evse(evse)
            self._compliance.ask_again(evse_id)
            await self._apply(evse, limit)
        return None if self._halts(limit) else self.in_force(evse_id)

    async def set_external_profile(
        self, evse_id: int, charging_profile: Payload
    ) -> None:
        """Set a charging profile as it is; our own limits keep out of its way until the session ends."""
        async with self._lock:
            await self._station.request(
                lambda version: version.profiles.set_external(evse_id, charging_profile)
            )
            self.note_external_profile(evse_id)

    def note_external_profile(self, evse_id: int) -> None:
        """Take note that somebody else has set a charging profile; EVSE 0 is the whole charger."""
        # It may have replaced any profile of ours.
        self._compliance.forget()
        for evse in self._affected(evse_id):
            self._station.change_evse(replace(evse, limit=None, external_profile=True))

    def release_external_profile(self, evse_id: int) -> None:
        """Let our own limits replace a profile that somebody else composed."""
        evse = self._station.snapshot.evse(evse_id)
        self._station.change_evse(replace(evse, external_profile=False))

    async def clear(self, evse_id: int | None = None) -> None:
        """Clear all charging profiles of an EVSE, or of the whole charger."""
        async with self._lock:
            await self._station.request(
                lambda version: version.profiles.clear(evse_id, None)
            )
            self._compliance.forget()
            for evse in self._affected(evse_id or 0):
                self._station.change_evse(
                    replace(evse, limit=None, external_profile=False)
                )

    # What happens by itself.

    @property
    def pending(self) -> bool:
        """Whether `uphold` has something to do."""
        return bool(self._pending())

    async def uphold(self) -> None:
        """Send the limits that should be in force but are not, and renew those that will run out."""
        async with self._lock:
            for evse in self._pending():
                if evse.limit is not None:
                    await self._apply(evse, evse.limit)

    async def ensure_safe_default(self, evse_id: int) -> None:
        """Have an EVSE without a limit of its own fall back to the safe one."""
        async with self._lock:
            if self._station.snapshot.evse(evse_id).limit is None:
                await self._ensure_safe_default(evse_id)

    def verify(self) -> None:
        """PausedInsteadOfStop what the cars draw against what they may; a limit that is ignored becomes pending again."""
        for evse in self._station.snapshot.evses.values():
            if (verified := self._verified(evse)) != evse:
                self._station.change_evse(verified)

    def _pending(self) -> list[Evse]:
        now = self._clock()
        evses = self._station.snapshot.evses.values()
        return [evse for evse in evses if self._is_pending(evse, now)]

    def _is_pending(self, evse: Evse, now: datetime) -> bool:
        if evse.limit is None or not evse.limitable:
            return False
        running = evse.running_transaction is not None
        if self._halts(evse.limit):
            return running and not self._compliance.refused_lately(evse, now)
        if evse.stopped_for_pause is not None and not running:
            return not self._compliance.refused_lately(evse, now)
        return self._compliance.pending(evse, now)

    def _verified(self, evse: Evse) -> Evse:
        """Return the EVSE with what its meter says of its compliance; a variant that it ignores is not used again."""
        if evse.stopped_for_pause is not None and _is_over(
            evse.stopped_for_pause, evse
        ):
            evse = replace(evse, stopped_for_pause=None)
        transaction = evse.running_transaction
        if transaction is None:
            self._watches.pop(evse.id, None)
            return replace(evse, ignores_limits=False)
        in_force = self._compliance.in_force(evse.id, transaction)
        if in_force is None or evse.external_profile:
            self._watches.pop(evse.id, None)
            return evse
        default_a = self._sender.electrics.safe_current_a
        watch = look(self._watches.get(evse.id, Watch()), evse, default_a)
        if not watch.ignored or evse.ignores_limits:
            self._watches[evse.id] = watch
            return evse
        del self._watches[evse.id]
        hopeless = self._compliance.is_ignored(in_force.variant)
        self._compliance.found_ignored(evse.id, in_force.variant)
        _LOGGER.warning(
            "Charger %s has accepted %g A as %s (%s), but the car draws %s A, of %s A offered",
            self._identity,
            in_force.limit.current_a,
            in_force.variant.purpose,
            in_force.variant.kind,
            evse.meter.current_a,
            evse.meter.offered_current_a,
        )
        return replace(evse, ignores_limits=hopeless)

    # How it is done.

    async def _apply(self, evse: Evse, limit: Limit) -> None:
        """Bring a limit into force, with the safe default beneath it."""
        if self._halts(limit):
            await self._halt(evse, limit)
        elif evse.stopped_for_pause is not None and evse.running_transaction is None:
            await self._resume(evse, limit, evse.stopped_for_pause)
        elif evse.running_transaction is None or self._obeys_in_session:
            in_force = await self._bring_into_force(evse, limit)
            if in_force.variant.purpose is Purpose.TX:
                await self._ensure_safe_default(evse.id)

    @property
    def _obeys_in_session(self) -> bool:
        return self._compliance.capabilities.obeys_in_session

    async def _bring_into_force(self, evse: Evse, limit: Limit) -> InForce:
        transaction = evse.running_transaction
        if transaction is not None and transaction.id != self._latest_transaction_id:
            self._latest_transaction_id = transaction.id
            await asyncio.sleep(self._transaction_grace_s)
        in_force = self._compliance.in_force(evse.id, transaction)
        if in_force is not None and not self._compliance.pending(evse, self._clock()):
            return in_force
        in_force = await self._sender.send(evse.id, limit, transaction)
        if transaction is not None:
            watch = self._watches.get(evse.id, Watch())
            allowed_a = in_force.limit.current_a
            self._watches[evse.id] = allow(watch, allowed_a, self._clock())
        return in_force

    async def _ensure_safe_default(self, evse_id: int) -> None:
        wanted = Limit(self._sender.electrics.safe_current_a)
        safe = feasible(wanted, self._compliance.capabilities)
        standing = self._compliance.standing(evse_id)
        if not self._compliance.variants(None) or (
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

    async def _clear_defaults(self, evse_id: int) -> None:
        """Clear what an earlier system left: on a higher level, it would stand above ours."""
        with suppress(RejectedError, CallFailedError):
            await self._station.request(
                lambda version: version.profiles.clear(evse_id, Purpose.TX_DEFAULT)
            )

    # Pauses of chargers that cannot pause.

    def _halts(self, limit: Limit) -> bool:
        """Whether a limit means that the session ends."""
        capabilities = self._compliance.capabilities
        if capabilities.pause_by not in _HALTING:
            return False
        return feasible(limit, capabilities).current_a == 0

    @property
    def _leaves_service(self) -> bool:
        """Whether a connector is put out of service for a pause."""
        capabilities = self._compliance.capabilities
        return (
            capabilities.pause_by is PauseBy.INOPERATIVE
            and capabilities.change_availability
        )

    async def _halt(self, evse: Evse, limit: Limit) -> None:
        transaction = evse.running_transaction
        if transaction is None:
            return
        with self._minding_refusal(evse.id, limit):
            if self._leaves_service:
                # Else it would start the next session by itself.
                await self._station.commands.change_availability(
                    evse.id, Availability.INOPERATIVE
                )
            await self._station.commands.stop_transaction(evse.id)
        self._note_halt(evse.id, StoppedForPause(transaction.id, transaction.id_token))

    async def _resume(self, evse: Evse, limit: Limit, halt: StoppedForPause) -> None:
        if self._compliance.variants(None):
            await self._sender.send(evse.id, limit, None)
        with self._minding_refusal(evse.id, limit):
            if self._leaves_service:
                await self._station.commands.change_availability(
                    evse.id, Availability.OPERATIVE
                )
            await self._station.commands.start_transaction(evse.id, halt.id_token)
        self._note_halt(evse.id, None)

    @contextmanager
    def _minding_refusal(self, evse_id: int, limit: Limit) -> Iterator[None]:
        """Leave a charger that refuses alone for a while."""
        try:
            yield
        except RejectedError, CallFailedError:
            self._compliance.refused(evse_id, limit, self._clock())
            raise

    def _note_halt(self, evse_id: int, halt: StoppedForPause | None) -> None:
        evse = self._station.snapshot.evse(evse_id)
        self._station.change_evse(replace(evse, stopped_for_pause=halt))

    def _affected(self, evse_id: int) -> list[Evse]:
        """Return the EVSE of that number; 0 stands for all of them."""
        evses: Iterable[Evse] = self._station.snapshot.evses.values()
        return [evse for evse in evses if evse_id in (0, evse.id)]


def _is_over(halt: StoppedForPause, evse: Evse) -> bool:
    """Whether the car has left, or charges again."""
    transaction = evse.running_transaction
    if transaction is not None:
        return transaction.id != halt.transaction_id
    return evse.status is ConnectorStatus.AVAILABLE
