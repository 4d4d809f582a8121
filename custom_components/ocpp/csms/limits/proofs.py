"""Proofs of new limits: the instants at which a charger that tells little by itself is asked for readings.

A power that follows from a register is the mean between two readings, so both must be taken under the new limit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .verification import ANSWER_TIME, PROOF_TIME

_SPAN = timedelta(seconds=30)
"""The time between two readings whose difference is a power."""
_DUE_AFTER = (ANSWER_TIME, ANSWER_TIME + _SPAN, ANSWER_TIME + _SPAN + PROOF_TIME)
"""The times after a lower limit at which the meter must have been read."""
_FRESH = PROOF_TIME
"""The age up to which a reading makes another one needless."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A limit that was lowered at `since`, and the number of readings that were taken under it."""

    since: datetime
    read: int = 0


class Proofs:
    """The limits of one charger that are still to be proved, by EVSE."""

    def __init__(self) -> None:
        """Initialize; none is."""
        self._proofs: dict[int, Proof] = {}
        self._allowed_a: dict[int, float] = {}

    def note_accepted(self, evse_id: int, current_a: float, at: datetime) -> None:
        """Take note of a limit that was accepted: one that is lower, or the first, is to be proved."""
        before_a = self._allowed_a.get(evse_id)
        self._allowed_a[evse_id] = current_a
        if before_a is None or current_a < before_a:
            self._proofs[evse_id] = Proof(at)
        elif current_a > before_a:
            self.end(evse_id)

    def is_reading_due(
        self, evse_id: int, sampled_at: datetime | None, now: datetime
    ) -> bool:
        """Return whether the meter must be read now; each instant is named once."""
        proof = self._proofs.get(evse_id)
        if proof is None:
            return False
        due = sum(now - proof.since >= after for after in _DUE_AFTER)
        if due <= proof.read:
            return False
        if due == len(_DUE_AFTER):
            self.end(evse_id)
        else:
            self._proofs[evse_id] = Proof(proof.since, due)
        return sampled_at is None or not timedelta() <= now - sampled_at < _FRESH

    def end(self, evse_id: int) -> None:
        """Take note that nothing is to be proved at an EVSE."""
        self._proofs.pop(evse_id, None)

    def forget(self, evse_id: int) -> None:
        """Begin anew with an EVSE: its next limit is its first."""
        self.end(evse_id)
        self._allowed_a.pop(evse_id, None)
