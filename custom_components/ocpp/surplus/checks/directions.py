"""Signs of powers that have one direction alone: neither export nor import can be negative."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .findings import Basis, Fault, Finding

NEGATIVE_W = 60.0
"""Negative power that is no error of a meter."""
MIN_SAMPLES = 5
SAMPLE_S = 20.0
"""Time between samples that count."""
FADING = 0.99


@dataclass(frozen=True, slots=True)
class OneWay:
    """Samples of powers in one direction.

    Attributes:
        sampled_s: the instant of the last one that counted.
        negative: weight of the negative ones.
        positive: weight of the positive ones.
        negative_w: the last negative one.
    """

    sampled_s: float = float("-inf")
    negative: float = 0.0
    positive: float = 0.0
    negative_w: float = 0.0

    @property
    def is_negative(self) -> bool:
        """True if it is certainly told as a negative number."""
        return self.negative >= MIN_SAMPLES - 0.5

    @property
    def has_both_signs(self) -> bool:
        """True if it has been told with either sign."""
        return self.is_negative and self.positive >= 1

    def finding(self, fault: Fault) -> Finding | None:
        """Return the finding of a fault, if it is certain."""
        if not self.is_negative:
            return None
        return Finding(
            fault,
            Basis.FLOW,
            -self.negative_w,
            self.negative_w,
            round(self.negative),
        )


def with_powers(one_way: OneWay, powers_w: Sequence[float], now_s: float) -> OneWay:
    """Return the samples with the powers that are told now."""
    if not powers_w or now_s < one_way.sampled_s + SAMPLE_S:
        return one_way
    lowest_w, highest_w = min(powers_w), max(powers_w)
    is_negative = lowest_w < -NEGATIVE_W
    return replace(
        one_way,
        sampled_s=now_s,
        negative=one_way.negative * FADING + is_negative,
        positive=one_way.positive * FADING + (highest_w > NEGATIVE_W),
        negative_w=lowest_w if is_negative else one_way.negative_w,
    )
