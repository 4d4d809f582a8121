"""Supervision of one charger: its cars' draw is compared with the limits that it has accepted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Protocol

from ..devices.capabilities import PauseBy
from ..model import Evse, StoppedForPause
from .charging_profile import Electrics
from .compliance import ProfileCompliance
from .draw import Draw, draw_of
from .in_force import InForce
from .least_draw import LearnedLeast, LeastDraws
from .pausing.watch import PauseWatch
from .profile_variants import ProfileVariant
from .proofs import Proofs
from .verification import Watch, allow, look


class Learned(Protocol):
    """The lessons of the charger's behaviour, as its supervisor needs them."""

    @property
    def least(self) -> LearnedLeast:
        """The least draws."""


class Station(Protocol):
    """The charger, as its supervisor needs it."""

    @property
    def learned(self) -> Learned:
        """The lessons of its behaviour."""

    def learn_pausing(self, by: PauseBy) -> None:
        """Pause in another way from now on."""

    def learn_least(self, least: LearnedLeast) -> None:
        """Take over what was learned of the least draws."""


_LOGGER = logging.getLogger(__name__)

TOLD_AFTER = timedelta(seconds=95)
"""The time for which limits are ignored in one way after the other until the owner is told."""


class Supervisor:
    """The supervisor of one charger."""

    def __init__(
        self,
        identity: str,
        station: Station,
        compliance: ProfileCompliance,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize; nothing was seen yet."""
        self._identity = identity
        self._station = station
        self._clock = clock
        self._pauses = PauseWatch(clock)
        self._compliance = compliance
        self._proofs = Proofs()
        self._least_draws = LeastDraws(clock)
        self._being_sent: set[int] = set()
        self._watches: dict[int, Watch] = {}
        self._convicted: dict[int, set[ProfileVariant]] = {}
        self._disobeyed_since: dict[int, datetime] = {}

    @contextmanager
    def sending(self, evse_id: int) -> Iterator[None]:
        """Take note that an EVSE is sent a limit: what it replaces may be cleared before, and holds no less long."""
        self._being_sent.add(evse_id)
        try:
            yield
        finally:
            self._being_sent.discard(evse_id)

    def note_accepted(self, evse_id: int, in_force: InForce) -> None:
        """Take note of a limit that the charger has accepted for the car at an EVSE."""
        watch = self._watches.get(evse_id, Watch())
        current_a, at = in_force.limit.current_a, in_force.accepted_at
        self._watches[evse_id] = allow(watch, current_a, at)
        self._pauses.note_accepted(evse_id, current_a, at)
        self._proofs.note_accepted(evse_id, current_a, at)

    def is_reading_due(self, evse: Evse) -> bool:
        """Return whether an EVSE's meter must be read now, to prove its limit; each such instant is named once."""
        sampled_at = evse.meter.sampled_at
        return self._proofs.is_reading_due(evse.id, sampled_at, self._clock())

    def acquit(self, evse_id: int) -> None:
        """Take back what was found of the limits of an EVSE."""
        self._disobeyed_since.pop(evse_id, None)
        self._restart(evse_id)

    def inspect(self, evse: Evse, electrics: Electrics) -> Evse:
        """Return an EVSE with the verdict of its meter; a variant that it ignores is not used again."""
        transaction = evse.running_transaction
        if transaction is None:
            if evse.stopped_for_pause is not None:
                # It goes on later, and what was found out of it still holds.
                self._restart(evse.id)
                return evse
            self._end(evse.id)
            return self._after_session(replace(evse, ignores_limits=False))
        in_force = self._compliance.in_force(evse.id, transaction)
        if in_force is None and evse.id in self._being_sent:
            return evse
        if in_force is None or evse.external_profile:
            self._restart(evse.id)
            self._pauses.forget(evse.id)
            return evse
        before = self._watches.get(evse.id, Watch())
        draw = draw_of(evse.meter, electrics.phases)
        if self._pauses.goes_on(evse.id, draw, electrics.phases):
            self._learn_to_stop(evse.id, "goes on with a session that is paused")
        watch = look(before, draw, electrics)
        self._watches[evse.id] = watch
        evse = replace(evse, sums_currents=watch.sums_phases)
        if watch.sums_phases and not before.sums_phases:
            return self._acquit(evse)
        if watch.follows and not before.follows:
            self._compliance.found_obeyed(in_force.variant)
        exhausted = evse.ignores_limits and self._compliance.ignores_all(transaction)
        if watch.obeyed and not exhausted:
            self._disobeyed_since.pop(evse.id, None)
            self._learn_least(evse.id, draw, before, watch)
            return replace(evse, ignores_limits=False)
        if not watch.ignored or exhausted:
            return replace(evse, ignores_limits=self._is_to_be_told(evse))
        since = watch.exceeded_since or self._clock()
        self._disobeyed_since.setdefault(evse.id, since)
        self._restart(evse.id)
        self._compliance.found_ignored(evse.id, in_force.variant)
        hopeless = self._compliance.ignores_all(transaction)
        self._convicted.setdefault(evse.id, set()).add(in_force.variant)
        _LOGGER.warning(
            "Charger %s has accepted %g A as %s (%s), but the car draws %s A, of %s A offered",
            self._identity,
            in_force.limit.current_a,
            in_force.variant.purpose,
            in_force.variant.kind,
            evse.meter.current_a,
            evse.meter.offered_current_a,
        )
        return replace(evse, ignores_limits=hopeless or self._is_to_be_told(evse))

    def _learn_least(
        self, evse_id: int, draw: Draw | None, before: Watch, watch: Watch
    ) -> None:
        """Learn from a draw that stays above its limit, although nobody disobeys."""
        settled = watch.settled
        if draw is None or settled is None or settled is before.settled:
            return
        known = self._station.learned.least
        least = self._least_draws.look(known, evse_id, draw, settled)
        if least is not known:
            self._station.learn_least(least)

    def _is_to_be_told(self, evse: Evse) -> bool:
        """Return whether the owner must know that limits are ignored, although there are other ways to try."""
        since = self._disobeyed_since.get(evse.id)
        lasts = since is not None and self._clock() - since >= TOLD_AFTER
        return lasts or evse.ignores_limits

    def _after_session(self, evse: Evse) -> Evse:
        """Return an EVSE without a session: one that a pause has ended is to be started again."""
        ended = evse.transaction
        if ended is None or not self._pauses.has_ended_session(evse):
            return evse
        self._learn_to_stop(evse.id, "ends a session that is paused")
        stopped = StoppedForPause(ended.id, ended.id_token)
        return replace(evse, stopped_for_pause=stopped)

    def _learn_to_stop(self, evse_id: int, why: str) -> None:
        self._pauses.forget(evse_id)
        _LOGGER.warning(
            "Charger %s %s: from now on, sessions are stopped and started again instead",
            self._identity,
            why,
        )
        self._station.learn_pausing(PauseBy.STOP_TRANSACTION)

    def _acquit(self, evse: Evse) -> Evse:
        """Take back what was concluded in this session from a current that is the sum of all phases."""
        for variant in self._convicted.pop(evse.id, ()):
            self._compliance.found_obeyed(variant)
        return replace(evse, ignores_limits=False)

    def _restart(self, evse_id: int) -> None:
        """Begin anew with an EVSE, knowing its meter."""
        self._proofs.forget(evse_id)
        self._least_draws.forget(evse_id)
        watch = self._watches.get(evse_id, Watch())
        self._watches[evse_id] = Watch(
            sums_phases=watch.sums_phases, misstates_offer=watch.misstates_offer
        )

    def _end(self, evse_id: int) -> None:
        self._convicted.pop(evse_id, None)
        self._disobeyed_since.pop(evse_id, None)
        if evse_id in self._watches:
            self._restart(evse_id)
