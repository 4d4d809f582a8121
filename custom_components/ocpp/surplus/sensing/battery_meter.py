"""The home battery's sensor: its samples, and the share of the batteries that it sees.

A battery holds the grid at zero: it takes what cars and sun change. If its sensor shows only a part of that, there are batteries
that nobody has set up.
"""

from dataclasses import dataclass, field, replace
import math

from ..model import SiteReading
from .samples import Sample, Samples

AWAY_S = 45.0
"""Time without a value after which the battery's power is unknown."""
PRIOR_W2 = 8e6
"""Weight of the assumption that all is seen: two steps of 2 kW."""
FORGETTING = 0.98
LEAST_CHANGE_W = 700.0
BALANCED_W = 250.0
"""Power from the grid up to which a battery holds it at zero."""
COMPARED_EACH_S = 30.0
BEFORE_S = (75.0, 50.0)
AFTER_S = (22.0, 0.0)
"""Times before a sample whose means are compared."""
ALL_SEEN = 0.65
"""Share from which all counts as seen."""
LEAST_SEEN = 0.15


@dataclass(frozen=True, slots=True)
class SiteSample:
    """Power from the grid, and from the seen battery; power of the cars less the sun; all at one instant."""

    at_s: float
    grid_w: float
    battery_w: float
    net_load_w: float


@dataclass(frozen=True, slots=True)
class SeenShare:
    """Evidence for the share of the batteries that is seen, from changes that they have taken.

    Attributes:
        changes_w2: sum of squares of the changes.
        answers_w2: sum of products of changes and the battery's answers.
        compared_s: the instant of the last comparison.
        recent: samples of the last minutes.
    """

    changes_w2: float = PRIOR_W2
    answers_w2: float = PRIOR_W2
    compared_s: float = -math.inf
    recent: tuple[SiteSample, ...] = ()

    @property
    def share(self) -> float:
        """Share that is seen; 1 unless it clearly is less."""
        share = self.answers_w2 / self.changes_w2
        return 1.0 if share > ALL_SEEN else max(LEAST_SEEN, share)


def learned(seen: SeenShare, sample: SiteSample) -> SeenShare:
    """Return the evidence with a new sample."""
    recent = (
        *(each for each in seen.recent if each.at_s > sample.at_s - BEFORE_S[0] - 5),
        sample,
    )
    seen = replace(seen, recent=recent)
    if sample.at_s - seen.compared_s < COMPARED_EACH_S:
        return seen
    before, after = (
        [
            each
            for each in recent
            if sample.at_s - begin_s <= each.at_s <= sample.at_s - end_s
        ]
        for begin_s, end_s in (BEFORE_S, AFTER_S)
    )
    if len(before) < 2 or len(after) < 2:
        return seen
    old, new = _mean(before), _mean(after)
    change_w = new.net_load_w - old.net_load_w
    if (
        abs(change_w) < LEAST_CHANGE_W
        or max(abs(old.grid_w), abs(new.grid_w)) > BALANCED_W
    ):
        return seen
    answer_w = new.battery_w - old.battery_w
    return replace(
        seen,
        changes_w2=FORGETTING * seen.changes_w2 + change_w**2,
        answers_w2=FORGETTING * seen.answers_w2 + change_w * answer_w,
        compared_s=sample.at_s,
    )


def _mean(samples: list[SiteSample]) -> SiteSample:
    count = len(samples)
    return SiteSample(
        samples[-1].at_s,
        sum(each.grid_w for each in samples) / count,
        sum(each.battery_w for each in samples) / count,
        sum(each.net_load_w for each in samples) / count,
    )


@dataclass(frozen=True, slots=True)
class BatteryMeter:
    """Memory of the battery's sensor.

    Attributes:
        samples: its samples.
        gone_s: since when it is unavailable; None while it is not.
        seen: evidence for the share of the batteries that it sees.
    """

    samples: Samples = field(default_factory=Samples)
    gone_s: float | None = None
    seen: SeenShare = field(default_factory=SeenShare)

    def is_away(self, now_s: float) -> bool:
        """Return True if it is unavailable for long."""
        return self.gone_s is not None and now_s - self.gone_s > AWAY_S


def observed(meter: BatteryMeter, reading: SiteReading, now_s: float) -> BatteryMeter:
    """Return the sensor after a reading of a site with a battery."""
    if reading.battery_power_w is None:
        gone_s = now_s if meter.gone_s is None else meter.gone_s
        return replace(meter, gone_s=gone_s)
    at_s = reading.grid_at_s if reading.battery_at_s is None else reading.battery_at_s
    if at_s == -math.inf:
        return meter
    sample = Sample(at_s, reading.battery_power_w)
    return replace(meter, samples=meter.samples.told(sample), gone_s=None)
