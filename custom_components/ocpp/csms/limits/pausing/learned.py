"""The way to pause that a charger was found to need, whatever it says that it can."""

from dataclasses import dataclass
from datetime import datetime

from ...devices.capabilities import PauseBy, Traits
from ..findings import Finding, found


@dataclass(frozen=True, slots=True)
class LearnedPausing:
    """The way to pause that was found to work; None while a limit of 0 A is all that is known."""

    by: PauseBy | None = None
    finding: Finding | None = None

    def learning(self, by: PauseBy, now: datetime) -> LearnedPausing:
        """Return this after another way turned out to be needed."""
        return LearnedPausing(by, found(self.finding, now))

    def traits(self, now: datetime) -> Traits:
        """Return what is known of the charger by this, as long as it holds."""
        if self.by is None or self.finding is None or not self.finding.holds(now):
            return Traits()
        return Traits.of(pause_by=self.by)
