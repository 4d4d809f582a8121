"""Lessons from a charger's behaviour."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from ..devices.capabilities import PauseBy, Traits
from ..limits.least_draw import LearnedLeast
from ..limits.pausing.learned import LearnedPausing
from ..limits.safety.learned import LearnedKeeping
from .delay import LearnedDelay


@dataclass(frozen=True, slots=True)
class Learned:
    """The way to pause and the delay of answers that a charger needs, what it does not keep, and the least draws."""

    pausing: LearnedPausing = field(default_factory=LearnedPausing)
    delay: LearnedDelay = field(default_factory=LearnedDelay)
    keeping: LearnedKeeping = field(default_factory=LearnedKeeping)
    least: LearnedLeast = field(default_factory=LearnedLeast)

    def pausing_by(self, by: PauseBy, now: datetime) -> Learned:
        """Return this after another way to pause turned out to be needed."""
        return replace(self, pausing=self.pausing.learning(by, now))

    def unnoticed(self, now: datetime) -> Learned:
        """Return this after a call was repeated although it was answered."""
        return replace(self, delay=self.delay.noticing(now))

    def traits(self, now: datetime) -> list[Traits]:
        """Return what is known of the charger by this, as long as it holds."""
        delay_s = self.delay.delay_s(now)
        waits = Traits() if delay_s is None else Traits.of(answer_delay_s=delay_s)
        return [self.pausing.traits(now), waits]
