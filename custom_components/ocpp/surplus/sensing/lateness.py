"""Lateness of the grid meter, learned from the steps that we ourselves make.

A change of the cars' power must show in the grid. For each lateness, the part of the grid's changes that the cars' own changes,
so much earlier, do not explain is summed up; the true one leaves the least. Those that leave hardly more remain possible: they are
the ones that the meter's cadence, or a lateness that varies, does not tell apart.

Clouds change the grid as well. Where the inverters tell the same clouds at the same time, they are taken off; where they tell
them at another, that explains less, and the grid's changes count as they are.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
import math

from .draws import DrawHistory
from .samples import Sample, Samples

LONGEST_S = 100
"""Longest lateness that is looked for."""
UNKNOWN_LONGEST_S = 15.0
UNKNOWN_LIKELY_S = 2.0
"""Lateness of a meter that has not shown a step yet."""
LEAST_STEP_W = 400.0
"""Least change of the cars' power that stands out."""
LEAST_SHOWN_W = 200.0
"""Least change of the cars' power between two samples that one lateness at least implies."""
LARGEST_ERROR_W, LARGEST_ERROR_SHARE = 5000.0, 0.25
"""Unexplained change that a step of the house cannot exceed in the sum: at least, and as a share of what the cars draw."""
SPACING_S = 4.0
"""Least time between told samples that are compared."""
LONGEST_GAP_S = 150.0
"""Longest time between samples that are compared."""
MEMORY_W, MEMORY_SHARE = 25_000.0, 2.0
"""Sum of steps over which what was learned fades: at least, and as a multiple of what the cars draw."""
CERTAIN_W = 1800.0
"""Sum of steps from which something is known."""
INDIFFERENT = 0.3
"""Unexplained part, as a share of the steps, by which a lateness near the best one may exceed it and remain possible."""
USUAL_S = 15
FAR_S = 10
RARE = 0.5
"""The same up to which a usual lateness is meant, although one that is far from usual seems better."""
RIVAL = 0.15
"""The same for any other lateness, since a cloud may have looked like a step."""
PREFERENCE = 0.004
"""Share of the steps by which each second counts as unlikelier: of equals, the shortest is meant."""
BRIDGED_S = 4
"""Gap between possible values that is filled."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Knowledge of a meter's lateness.

    Attributes:
        shortest_s: least possible lateness.
        likely_s: likeliest lateness.
        longest_s: greatest possible lateness.
        unexplained_w: change that the cars leave unexplained, for each second of lateness.
        beyond_sun_w: change that cars and sun leave unexplained.
        steps_w: sum of the steps that were shown.
        compared: the last sample that was compared.
        compared_sun_w: power of the sun that was known then.
        told_s: the instant of the last one that was told, not just unchanged.
    """

    shortest_s: float = 0.0
    likely_s: float = UNKNOWN_LIKELY_S
    longest_s: float = UNKNOWN_LONGEST_S
    unexplained_w: tuple[float, ...] = (0.0,) * (LONGEST_S + 1)
    beyond_sun_w: tuple[float, ...] = (0.0,) * (LONGEST_S + 1)
    steps_w: float = 0.0
    compared: Sample | None = None
    compared_sun_w: float = 0.0
    told_s: float = -math.inf

    @property
    def is_learned(self) -> bool:
        """True if it was learned."""
        return self.steps_w > CERTAIN_W


@dataclass(frozen=True, slots=True)
class Delay:
    """Delay of a meter in seconds, as it was learned, and as its owner states it; None while it was not."""

    learned_s: float | None = None
    stated_s: float | None = None

    @property
    def seconds(self) -> float | None:
        """The delay that counts."""
        return self.learned_s if self.stated_s is None else self.stated_s


def fixed(seconds: float) -> Lateness:
    """Return the lateness that an owner states."""
    return Lateness(seconds, seconds, seconds)


NONE = fixed(0.0)
"""Lateness that is assumed where no step shows."""


def learned(
    lateness: Lateness, sample: Sample, solar: Samples, draws: DrawHistory
) -> Lateness:
    """Return the lateness after a new sample of the power from grid and battery."""
    if 0 < sample.at_s - lateness.told_s < SPACING_S:
        return lateness
    return replace(held(lateness, sample, solar, draws), told_s=sample.at_s)


def held(
    lateness: Lateness, sample: Sample, solar: Samples, draws: DrawHistory
) -> Lateness:
    """Return the lateness after a silence that means no change until the instant of a sample."""
    before = lateness.compared
    solar_w = 0.0 if solar.last is None else solar.at(sample.at_s).likely
    if before is not None and 0 < sample.at_s - before.at_s <= LONGEST_GAP_S:
        change_w = sample.watts - before.watts
        beyond_sun_w = change_w + solar_w - lateness.compared_sun_w
        gap_s = round(sample.at_s - before.at_s)
        drawn_w = draws.by_second(sample.at_s, LONGEST_S + gap_s + 1)
        lateness = _compared(lateness, change_w, beyond_sun_w, drawn_w, gap_s)
    return replace(lateness, compared=sample, compared_sun_w=solar_w)


def _compared(
    lateness: Lateness,
    change_w: float,
    beyond_sun_w: float,
    drawn_w: list[float],
    gap_s: int,
) -> Lateness:
    """Return the lateness after a change of the grid.

    Args:
        lateness: the lateness so far.
        change_w: the change.
        beyond_sun_w: the part of it that the sun does not explain.
        drawn_w: power of the cars for each second, the latest first.
        gap_s: time that the change took.
    """
    most_w = max(drawn_w)
    if most_w - min(drawn_w) < LEAST_STEP_W:
        return lateness
    # Latest first: what the cars changed between the samples, for each lateness.
    steps_w = [
        drawn_w[seconds] - drawn_w[seconds + gap_s] for seconds in range(LONGEST_S + 1)
    ]
    if max(map(abs, steps_w)) < LEAST_SHOWN_W:
        return lateness
    volume_w = sum(map(abs, steps_w)) / len(steps_w)
    kept = max(0.5, 1 - volume_w / max(MEMORY_W, MEMORY_SHARE * most_w))
    largest_w = max(LARGEST_ERROR_W, LARGEST_ERROR_SHARE * most_w)

    def unexplained(old_w: tuple[float, ...], change_w: float) -> tuple[float, ...]:
        return tuple(
            kept * old + min(abs(change_w - step_w), largest_w)
            for old, step_w in zip(old_w, steps_w, strict=True)
        )

    return _judged(
        replace(
            lateness,
            unexplained_w=unexplained(lateness.unexplained_w, change_w),
            beyond_sun_w=unexplained(lateness.beyond_sun_w, beyond_sun_w),
            steps_w=kept * lateness.steps_w + volume_w,
        )
    )


def _judged(lateness: Lateness) -> Lateness:
    """Return the lateness with the range that remains possible."""
    steps_w = lateness.steps_w
    if steps_w <= CERTAIN_W:
        return lateness
    unexplained_w = min(lateness.unexplained_w, lateness.beyond_sun_w, key=min)
    costs_w = [
        cost_w + PREFERENCE * seconds * steps_w
        for seconds, cost_w in enumerate(unexplained_w)
    ]
    least_w = min(costs_w)
    usual_w = min(costs_w[: USUAL_S + 1])
    far = costs_w.index(least_w) > USUAL_S + FAR_S
    if far and usual_w <= least_w + RARE * steps_w:
        least_w = usual_w
    likely_s = costs_w.index(least_w)
    near = [
        seconds
        for seconds, cost_w in enumerate(costs_w)
        if cost_w <= least_w + INDIFFERENT * steps_w
    ]
    rivals = [
        seconds for seconds in near if costs_w[seconds] <= least_w + RIVAL * steps_w
    ]
    shortest_s, longest_s = _around(near, likely_s)
    shortest_s, longest_s = min(shortest_s, *rivals), max(longest_s, *rivals)
    return replace(
        lateness,
        shortest_s=float(shortest_s),
        likely_s=float(likely_s),
        longest_s=float(longest_s),
    )


def _around(possible: list[int], likely_s: int) -> tuple[int, int]:
    """Return the first and the last of the possible values that hang together with the likely one."""
    shortest_s = longest_s = likely_s
    for later, earlier in pairwise([s for s in reversed(possible) if s <= likely_s]):
        if later - earlier > BRIDGED_S:
            break
        shortest_s = earlier
    for earlier, later in pairwise([s for s in possible if s >= likely_s]):
        if later - earlier > BRIDGED_S:
            break
        longest_s = later
    return shortest_s, longest_s
