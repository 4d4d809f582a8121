"""The safe current that a charger was found to lose, or not to take at all."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..findings import Finding, found


@dataclass(frozen=True, slots=True)
class LearnedKeeping:
    """The findings that a charger drops the safe current when a session ends, and that it refuses it.

    That it `refuses` it holds until it takes it.
    """

    drops: Finding | None = None
    refuses: Finding | None = None

    def drops_at(self, now: datetime) -> bool:
        """Return whether it is taken to drop it at this time."""
        return self.drops is not None and self.drops.holds(now)

    def dropping(self, now: datetime) -> LearnedKeeping:
        """Return this after it was dropped; what is known already is not found anew."""
        if self.drops_at(now):
            return self
        return replace(self, drops=found(self.drops, now))

    def refusing(self, now: datetime) -> LearnedKeeping:
        """Return this after it was refused by a charger that takes limits for sessions."""
        return self if self.refuses else replace(self, refuses=found(None, now))

    def taking(self) -> LearnedKeeping:
        """Return this after it was taken."""
        return replace(self, refuses=None)
