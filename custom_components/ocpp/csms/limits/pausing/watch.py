"""Pauses by a limit of 0 A that turn out otherwise: the session ends, or the car goes on.

Some chargers end a session at 0 A, and start none by themselves; some go on with the least that they can offer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ...evses.status import ConnectorStatus
from ...evses.transaction import Transaction
from ...model import Evse
from ..draw import Draw

SETTLES_AFTER = timedelta(seconds=5)
"""The time after the end of a session in which the charger reports whether the car is still there."""
SOON = timedelta(seconds=30)
"""A session that was ended at the charger so soon after a pause was most likely ended by it."""
GOES_ON_AFTER = timedelta(minutes=1)
"""The time for which a car may go on at 0 A until it counts as not paused."""
_LEAST_DRAW_A = 5.0
"""Less is standby; no car charges with so little."""
_CAUSES = frozenset({"Other", "Local"})
"""The reasons that chargers give for the end of such a session; without one, it is the latter."""
_ABSENT = frozenset({ConnectorStatus.AVAILABLE, ConnectorStatus.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class _Pause:
    """A limit of 0 A that was accepted: what became of it so far."""

    since: datetime
    ended_at: datetime | None = None
    goes_on_since: datetime | None = None


class PauseWatch:
    """The pauses of one charger that are brought about by a limit of 0 A, by EVSE."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Initialize; nothing is paused."""
        self._clock = clock
        self._pauses: dict[int, _Pause] = {}

    def note_accepted(self, evse_id: int, current_a: float, at: datetime) -> None:
        """Take note of a limit that the charger has accepted for the car at an EVSE."""
        if current_a > 0:
            self._pauses.pop(evse_id, None)
        else:
            self._pauses.setdefault(evse_id, _Pause(at))

    def forget(self, evse_id: int) -> None:
        """Forget a pause; nothing follows from it."""
        self._pauses.pop(evse_id, None)

    def has_ended_session(self, evse: Evse) -> bool:
        """Return whether the session of an EVSE, which runs no more, was ended by its pause; it is told once."""
        pause, transaction, now = (
            self._pauses.get(evse.id),
            evse.transaction,
            self._clock(),
        )
        if pause is None or transaction is None or transaction.stop_reason is None:
            return False
        if pause.ended_at is None:
            self._pauses[evse.id] = replace(pause, ended_at=now)
            return False
        if timedelta() <= now - pause.ended_at < SETTLES_AFTER:
            return False
        del self._pauses[evse.id]
        return evse.status not in _ABSENT and _is_caused(pause, transaction)

    def goes_on(self, evse_id: int, draw: Draw | None, phases: int) -> bool:
        """Return whether a car has gone on charging for long although it was paused."""
        pause = self._pauses.get(evse_id)
        if pause is None or draw is None or draw.least_a is None:
            return False
        drawn_a = draw.least_a if draw.power_a is None else draw.power_a * phases
        if drawn_a < _LEAST_DRAW_A:
            self._pauses[evse_id] = replace(pause, goes_on_since=None)
            return False
        since = pause.goes_on_since or draw.at
        self._pauses[evse_id] = replace(pause, goes_on_since=since)
        return draw.at - since >= GOES_ON_AFTER


def _is_caused(pause: _Pause, transaction: Transaction) -> bool:
    """Return whether a session was ended by its pause rather than by somebody at the charger."""
    ended_at = pause.ended_at
    soon = ended_at is not None and ended_at - pause.since <= SOON
    reason = transaction.stop_reason
    return reason in _CAUSES and (soon or reason != "Local")
