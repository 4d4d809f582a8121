"""The least that a car draws, or that a charger lets it draw: a current that stays above a lower limit.

Neither disobeys with that, so it is no fault; but no limit brings the draw below it, and the owner may want to know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .draw import Draw
from .findings import Finding, found
from .verification import MARGIN_A, Settled

PROVED_AFTER = timedelta(minutes=1)
"""The time for which a draw must stay above its limit, so that the car had time to follow."""
_STILL_A = 0.5
_STANDBY_A = 5.0
"""Less is no charging."""


@dataclass(frozen=True, slots=True)
class LeastDraw:
    """A current that a draw did not go below, and the finding that tells when that was learned."""

    current_a: float
    finding: Finding


@dataclass(frozen=True, slots=True)
class LearnedLeast:
    """The least draws that were learned at one charger, by EVSE."""

    draws: Mapping[int, LeastDraw] = field(default_factory=dict)

    def at(self, now: datetime) -> dict[int, LeastDraw]:
        """Return those that hold at a time."""
        return {
            evse_id: each
            for evse_id, each in self.draws.items()
            if each.finding.holds(now)
        }

    def learning(self, evse_id: int, current_a: float, now: datetime) -> LearnedLeast:
        """Return this after a draw has stayed above its limit; what is known already is not found anew."""
        before = self.draws.get(evse_id)
        if before is None or abs(before.current_a - current_a) > _STILL_A:
            finding = found(None, now)
        elif before.finding.holds(now):
            return self
        else:
            finding = found(before.finding, now)
        least = LeastDraw(round(current_a, 1), finding)
        return replace(self, draws={**self.draws, evse_id: least})

    def refuting(self, evse_id: int, settled: Settled) -> LearnedLeast:
        """Return this after a draw has followed a limit, or has not: one that tapers off proves nothing."""
        known, drawn_a = self.draws.get(evse_id), settled.drawn_a
        follows = settled.allowed_a <= drawn_a + MARGIN_A and drawn_a >= _STANDBY_A
        if known is None or not follows or drawn_a >= known.current_a - _STILL_A:
            return self
        others = {id_: each for id_, each in self.draws.items() if id_ != evse_id}
        return replace(self, draws=others)


class LeastDraws:
    """The draws of one charger that stay above their limits, by EVSE."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Initialize; none does."""
        self._clock = clock
        self._since: dict[int, tuple[float, datetime]] = {}

    def look(
        self, learned: LearnedLeast, evse_id: int, draw: Draw, settled: Settled
    ) -> LearnedLeast:
        """Return what is known after a draw has settled under a limit."""
        drawn_a = settled.drawn_a
        if draw.may_be_sum:
            self._since.pop(evse_id, None)
            return learned
        learned = learned.refuting(evse_id, settled)
        if not 0 < settled.allowed_a < drawn_a - MARGIN_A:
            self._since.pop(evse_id, None)
            return learned
        before_a, since = self._since.get(evse_id, (drawn_a, draw.at))
        if abs(before_a - drawn_a) > _STILL_A or draw.at < since:
            since = draw.at
        self._since[evse_id] = drawn_a, since
        if draw.at - since < PROVED_AFTER:
            return learned
        return learned.learning(evse_id, drawn_a, self._clock())

    def forget(self, evse_id: int) -> None:
        """Forget the draw of a car that does not charge any more."""
        self._since.pop(evse_id, None)
