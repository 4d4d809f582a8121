"""Checks that a charger still has the safe current: after each session, and on each new connection.

An idle EVSE is asked for its plan, which costs no flash. Plans of idle EVSEs tell nothing at many chargers, so one is
believed only once it has shown the safe current; if it then shows more, that is gone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Protocol

from ...errors import CallFailedError, CallTimeoutError, RejectedError
from ...model import Evse
from ..compliance import ProfileCompliance
from ..in_force import InForce
from ..profile_sender import ProfileCommands
from ..profile_variants import KEPT_LIFETIME
from ..verification import planned_a
from .learned import LearnedKeeping
from .safe_current import SafeCurrent
from .session_ends import TIDIES_FOR, SessionEnds

_LOGGER = logging.getLogger(__name__)

_PLANNED = timedelta(minutes=1)
_NEAR_A = 0.5
_OUTLIVES = KEPT_LIFETIME + timedelta(minutes=2)
"""The time for which a limit above the safe current may be in force, with what the clocks differ by."""


class Learned(Protocol):
    """The lessons of the charger's behaviour, as checks need them."""

    @property
    def keeping(self) -> LearnedKeeping:
        """The safe current that it loses or refuses."""


class Station(Protocol):
    """The charger, as checks need it."""

    @property
    def commands(self) -> ProfileCommands:
        """The commands that it can be given."""

    @property
    def learned(self) -> Learned:
        """The lessons of its behaviour."""

    def learn_keeping(self, keeping: LearnedKeeping) -> None:
        """Take over what was learned of the safe current."""


class SafeCurrentCheck:
    """The checks of one charger; whoever checks an EVSE holds its lock."""

    def __init__(
        self,
        identity: str,
        station: Station,
        compliance: ProfileCompliance,
        safe_current: SafeCurrent,
        ends: SessionEnds,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize; nothing was asked yet."""
        self._identity = identity
        self._station = station
        self._compliance = compliance
        self._safe_current = safe_current
        self._ends = ends
        self._clock = clock
        self._composes = True
        self._unchecked: set[int] = set()
        self._after_session: set[int] = set()
        self._shown: set[int] = set()
        """The EVSEs whose plan has shown the safe current."""
        self._put_back: set[int] = set()
        """The EVSEs whose plan showed it no more; that it shows it again is the proof."""
        self._dropped: set[int] = set()
        """Those of them at which a session had ended before."""
        self._sent_at: dict[int, datetime] = {}
        self._limited_above_at: dict[int, datetime] = {}

    def note(self, evse: Evse) -> None:
        """Take note of an EVSE's session: after its end it is checked."""
        in_force = self._compliance.in_force(evse.id, evse.running_transaction)
        if in_force is not None and in_force.variant.lies_above:
            self.note_limited_above(evse.id)
        if self._ends.note(evse):
            self._unchecked.add(evse.id)
            self._after_session.add(evse.id)

    def note_limited_above(self, evse_id: int) -> None:
        """Take note that a limit may lie above the safe current for a while."""
        self._limited_above_at[evse_id] = self._clock()

    def note_sent(self, evse_id: int) -> None:
        """Take note that the safe current was sent: it is soon to be seen in the plan."""
        self._sent_at[evse_id] = self._clock()
        if evse_id not in self._shown or evse_id in self._put_back:
            self._unchecked.add(evse_id)
        self._note_taken(evse_id)

    def note_limited(self, evse_id: int) -> None:
        """Take note that a limit for the session alone was taken: the safe current should lie beneath it."""
        self._note_taken(evse_id)
        keeping = self._station.learned.keeping
        if keeping.refuses is None and self._safe_current.is_refused(evse_id):
            self._station.learn_keeping(keeping.refusing(self._clock()))

    def _note_taken(self, evse_id: int) -> None:
        keeping = self._station.learned.keeping
        if keeping.refuses is not None and self._safe_current.in_place(evse_id):
            self._station.learn_keeping(keeping.taking())

    def note_connection(self) -> None:
        """Take note of a new connection: a charger may have restarted without saying so."""
        self._composes = True
        self._unchecked |= self._shown

    def is_due(self, evse: Evse) -> bool:
        """Return whether an EVSE is to be checked now."""
        if evse.id not in self._unchecked or not self._composes or not evse.limitable:
            return False
        idle = evse.running_transaction is None and self._ends.has_settled(evse.id)
        in_place = self._safe_current.in_place(evse.id) is not None
        return idle and in_place and self._sees(evse.id)

    def _sees(self, evse_id: int) -> bool:
        """Return whether the safe current is taken in, and nothing of ours lies above it."""
        return not (
            self._is_within(TIDIES_FOR, self._sent_at.get(evse_id))
            or self._is_within(_OUTLIVES, self._limited_above_at.get(evse_id))
        )

    def _is_within(self, span: timedelta, since: datetime | None) -> bool:
        # A clock that was set back says nothing about the time that has passed.
        return since is not None and timedelta() <= self._clock() - since < span

    async def check(self, evse_id: int) -> None:
        """Ask an idle EVSE for its plan, and have the safe current put back if it is gone."""
        in_place = self._safe_current.in_place(evse_id)
        if in_place is None:
            return
        try:
            planned = await self._planned_a(evse_id, in_place)
        except (CallFailedError, CallTimeoutError) as err:
            _LOGGER.info("Charger %s does not tell its plan: %s", self._identity, err)
            self._composes = False
            return
        if self._safe_current.in_place(evse_id) is in_place:
            self._unchecked.discard(evse_id)
            self._judge(evse_id, planned, in_place.limit.current_a)

    async def _planned_a(self, evse_id: int, in_place: InForce) -> float | None:
        """Return what an EVSE plans to allow; None if that has no limit, or is not told."""
        ask = self._station.commands.get_composite_schedule
        try:
            plan = await ask(evse_id, _PLANNED, in_place.variant.unit)
        except RejectedError:
            # Many chargers say so where they have no profile.
            return None
        phases = self._safe_current.electrics.phases
        return planned_a(plan, phases, self._clock())

    def _judge(self, evse_id: int, allowed_a: float | None, safe_a: float) -> None:
        """Draw the conclusions from a plan."""
        ended = evse_id in self._after_session
        self._after_session.discard(evse_id)
        if allowed_a is not None and abs(allowed_a - safe_a) <= _NEAR_A:
            self._shown.add(evse_id)
            self._put_back.discard(evse_id)
            if evse_id in self._dropped:
                self._dropped.discard(evse_id)
                self._convict()
        elif evse_id in self._shown and (allowed_a is None or allowed_a > safe_a):
            if ended:
                self._dropped.add(evse_id)
            elif evse_id in self._put_back:
                self._distrust(evse_id)
                return
            self._put_back.add(evse_id)
            self._safe_current.note_lost(evse_id)

    def _distrust(self, evse_id: int) -> None:
        """Go by the plan of an EVSE no more: it does not show what was just put back."""
        for known in (self._shown, self._put_back, self._dropped):
            known.discard(evse_id)

    def _convict(self) -> None:
        keeping, now = self._station.learned.keeping, self._clock()
        if keeping.drops_at(now):
            return
        _LOGGER.warning(
            "Charger %s drops the safe current when a session ends: it is put back after each",
            self._identity,
        )
        self._station.learn_keeping(keeping.dropping(now))
