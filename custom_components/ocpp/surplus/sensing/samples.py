"""Samples of a source: what it told over the last minutes, and how often it tells."""

from dataclasses import dataclass, replace
from itertools import pairwise

from ..model import Estimate

REMEMBERED = 120
"""Number of samples that are remembered."""
REMEMBERED_S = 240.0
UNKNOWN_CADENCE_S = 10.0
"""Cadence of a source of which nothing was seen."""
ADAPTATION = 0.1
FIRST_ADAPTATION = 0.5
FIRST_GAPS = 5
"""Share of itself by which the cadence goes towards each new gap, and towards each of the first ones."""
LATE_FACTOR = 2.5
"""Multiple of the usual gap from which a source counts as silent."""
LATE_S = 8.0
"""Least silence that counts, since a single sample may get lost."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Told power, with the instant of its arrival."""

    at_s: float
    watts: float


@dataclass(frozen=True, slots=True)
class Samples:
    """Recent samples of a source, oldest first.

    Attributes:
        recent: the samples.
        usual_gap_s: the usual gap between them.
        gaps: number of gaps that were seen.
    """

    recent: tuple[Sample, ...] = ()
    usual_gap_s: float = UNKNOWN_CADENCE_S
    gaps: int = 0

    @property
    def last(self) -> Sample | None:
        """The newest sample."""
        return self.recent[-1] if self.recent else None

    @property
    def patience_s(self) -> float:
        """The silence that is nothing unusual."""
        return max(LATE_S, LATE_FACTOR * self.usual_gap_s)

    def is_silent(self, now_s: float) -> bool:
        """Return True if the source has told nothing for unusually long."""
        last = self.last
        return last is None or now_s - last.at_s > self.patience_s

    def told(self, sample: Sample) -> Samples:
        """Return the samples with a new one; one that is no newer than the last changes nothing."""
        last = self.last
        if last is None:
            return replace(self, recent=(sample,))
        if sample.at_s <= last.at_s:
            return self
        gap_s = sample.at_s - last.at_s
        # Steps of a share of itself find the median, which single long gaps do not move.
        most = FIRST_ADAPTATION if self.gaps < FIRST_GAPS else ADAPTATION
        share = max(-most, min(most, gap_s / self.usual_gap_s - 1))
        return Samples(
            self._with(sample), self.usual_gap_s * (1 + share), self.gaps + 1
        )

    def held(self, at_s: float) -> Samples:
        """Return the samples of a source whose silence means that nothing has changed until an instant."""
        last = self.last
        if last is None or at_s <= last.at_s:
            return self
        return replace(self, recent=self._with(Sample(at_s, last.watts)))

    def _with(self, sample: Sample) -> tuple[Sample, ...]:
        begin_s = sample.at_s - REMEMBERED_S
        kept = self.recent[1 - REMEMBERED :]
        if kept and kept[0].at_s < begin_s:
            # The last one is kept whatever its age, to know the power between it and the new one.
            kept = (*(each for each in kept[:-1] if each.at_s >= begin_s), kept[-1])
        return (*kept, sample)

    def at(self, at_s: float) -> Estimate:
        """Return the power at an instant, between the samples around it and likely on the line between them."""
        samples = self.recent
        if samples[-1].at_s <= at_s:
            return Estimate.exactly(samples[-1].watts)
        for later, earlier in pairwise(reversed(samples)):
            if earlier.at_s == at_s:
                return Estimate.exactly(earlier.watts)
            if earlier.at_s < at_s:
                share = (at_s - earlier.at_s) / (later.at_s - earlier.at_s)
                likely = earlier.watts + share * (later.watts - earlier.watts)
                low, high = sorted((earlier.watts, later.watts))
                return Estimate(low, likely, high)
        return Estimate.exactly(samples[0].watts)
