"""Judgement of what the grid meter tells: single odd samples, values that stand still, and silence."""

from dataclasses import dataclass, field, replace
import math

from ..model import SiteReading
from .samples import LATE_S, Sample, Samples

ODD_W = 2500.0
"""Deviation from what is expected from which a sample must be told twice."""
ODD_SOLAR_SHARE = 0.25
"""Share of the sun by which that grows, since clouds move it."""
ODD_WITHOUT_SOLAR_W = 5000.0
"""The same while the sun is unknown."""
STANDS_GAPS = 1.5
"""Number of usual gaps after which an odd value that still stands is believed."""
ODD_FACTOR = 6.0
"""Multiple of the usual deviation from which a sample is odd."""
CONFIRMED = 0.3
"""Deviation of the second sample, as a share of the first one's, within which it confirms."""
CONFIRMED_WITHIN_S = 130.0
IMPROBABLE = 0.001
"""Chance of so many equal samples in a row from which a meter counts as frozen."""
RARELY = 0.3
"""Share of equal samples up to which a meter rarely tells the same value twice."""
STILL_S = 20.0
"""Least time of equal samples that is looked at."""
EQUALS_ADAPTATION = 0.005


@dataclass(frozen=True, slots=True)
class GridMeter:
    """Memory of the grid meter.

    Attributes:
        samples: samples that are believed.
        told: the last sample, believed or not.
        gone_s: since when it is unavailable; None while it is not.
        doubted: a sample that is to be confirmed.
        still_s: since when it tells the same value.
        equals: number of equal samples in a row.
        equal_share: share of the samples that equal the one before.
        deviation_w: usual deviation of a sample from what was expected.
    """

    samples: Samples = field(default_factory=Samples)
    told: Sample | None = None
    gone_s: float | None = None
    doubted: Sample | None = None
    still_s: float = -math.inf
    equals: int = 0
    equal_share: float = 0.5
    deviation_w: float = 300.0

    @property
    def is_improbably_still(self) -> bool:
        """True if it hardly ever tells the same value so often in a row."""
        told = self.told
        return (
            told is not None
            and told.at_s - self.still_s >= STILL_S
            and self.equal_share < RARELY
            and self.equal_share**self.equals < IMPROBABLE
        )

    def is_silent(self, now_s: float) -> bool:
        """Return True if it has told nothing for unusually long."""
        told = self.told
        return told is None or now_s - told.at_s > self.samples.patience_s


def observed(
    meter: GridMeter, reading: SiteReading, expected_w: float | None, now_s: float
) -> GridMeter:
    """Return the meter after a reading.

    Args:
        meter: the memory so far.
        reading: the present values.
        expected_w: the power from the grid that is likely; None if there is no telling.
        now_s: the present instant.
    """
    if reading.grid_power_w is None:
        gone_s = now_s if meter.gone_s is None else meter.gone_s
        return replace(meter, gone_s=gone_s)
    sample = Sample(reading.grid_at_s, reading.grid_power_w)
    told = meter.told
    if told is not None and sample.at_s <= told.at_s:
        return _with_lasting_doubt(meter, now_s)
    meter = _counted(meter, sample)
    if expected_w is not None and _is_odd(meter, sample, expected_w, reading):
        return replace(meter, doubted=sample)
    deviation_w = meter.deviation_w
    if expected_w is not None:
        off_w = min(ODD_W, abs(sample.watts - expected_w))
        deviation_w += 0.1 * (off_w - deviation_w)
    samples = meter.samples.told(sample)
    return replace(meter, samples=samples, doubted=None, deviation_w=deviation_w)


def _with_lasting_doubt(meter: GridMeter, now_s: float) -> GridMeter:
    """Return the meter, which believes an odd sample that has stood for longer than the usual gap: it may tell changes only."""
    doubted = meter.doubted
    if doubted is None:
        return meter
    if now_s - doubted.at_s <= max(LATE_S, STANDS_GAPS * meter.samples.usual_gap_s):
        return meter
    return replace(meter, samples=meter.samples.told(doubted), doubted=None)


def _counted(meter: GridMeter, sample: Sample) -> GridMeter:
    """Return the meter with a new sample noted as told, be it believed or not."""
    told = meter.told
    if told is None or meter.gone_s is not None:
        return replace(meter, told=sample, gone_s=None, still_s=sample.at_s, equals=0)
    equal = sample.watts == told.watts
    share = meter.equal_share
    return replace(
        meter,
        told=sample,
        still_s=meter.still_s if equal else sample.at_s,
        equals=meter.equals + 1 if equal else 0,
        equal_share=share + EQUALS_ADAPTATION * (equal - share),
    )


def _is_odd(
    meter: GridMeter, sample: Sample, expected_w: float, reading: SiteReading
) -> bool:
    """Return True if a sample is far from all that could be, and is the first of its kind."""
    odd_w = ODD_WITHOUT_SOLAR_W
    if reading.solar_power_w is not None:
        odd_w = ODD_W + ODD_SOLAR_SHARE * reading.solar_power_w
    off_w = abs(sample.watts - expected_w)
    if off_w <= max(odd_w, ODD_FACTOR * meter.deviation_w):
        return False
    doubted = meter.doubted
    return not (
        doubted is not None
        and abs(doubted.watts - sample.watts) < CONFIRMED * off_w
        and sample.at_s - doubted.at_s <= CONFIRMED_WITHIN_S
    )
