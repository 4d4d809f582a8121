"""Lateness of the grid meter, learned from the steps that we ourselves make.

A change of the cars' power must show in the grid. For each lateness, the part of the grid's changes that the cars' own changes,
so much earlier, do not explain is summed up; the true one leaves the least. Those that leave hardly more remain possible: they are
the ones that the meter's cadence, or a lateness that varies, does not tell apart.
"""

from dataclasses import dataclass
from itertools import pairwise

from .draws import DrawHistory
from .samples import Sample

LONGEST_S = 100
"""Longest lateness that is looked for."""
UNKNOWN_LONGEST_S = 15.0
UNKNOWN_LIKELY_S = 2.0
"""Lateness of a meter that has not shown a step yet."""
LEAST_STEP_W = 400.0
"""Least change of the cars' power that stands out."""
LEAST_SHOWN_W = 200.0
"""Least change of the cars' power between two samples that one lateness at least implies."""
LARGEST_ERROR_W = 5000.0
"""Unexplained change that a step of the house cannot exceed in the sum."""
SPACING_S = 4.0
"""Least time between samples that are compared."""
LONGEST_GAP_S = 150.0
"""Longest time between samples that are compared."""
MEMORY_W = 25_000.0
"""Sum of steps over which what was learned fades."""
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
        unexplained_w: unexplained change for each second of lateness.
        steps_w: sum of the steps that were shown.
        compared: the last sample that was compared.
    """

    shortest_s: float = 0.0
    likely_s: float = UNKNOWN_LIKELY_S
    longest_s: float = UNKNOWN_LONGEST_S
    unexplained_w: tuple[float, ...] = (0.0,) * (LONGEST_S + 1)
    steps_w: float = 0.0
    compared: Sample | None = None

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


def learned(lateness: Lateness, sample: Sample, draws: DrawHistory) -> Lateness:
    """Return the lateness after a new sample of the power from grid and battery."""
    before = lateness.compared
    if before is not None and 0 < sample.at_s - before.at_s < SPACING_S:
        return lateness
    if before is not None and 0 < sample.at_s - before.at_s <= LONGEST_GAP_S:
        lateness = _compared(lateness, before, sample, draws)
    return _with(lateness, sample)


def _with(lateness: Lateness, sample: Sample) -> Lateness:
    return Lateness(
        lateness.shortest_s,
        lateness.likely_s,
        lateness.longest_s,
        lateness.unexplained_w,
        lateness.steps_w,
        sample,
    )


def _compared(
    lateness: Lateness, before: Sample, sample: Sample, draws: DrawHistory
) -> Lateness:
    gap_s = round(sample.at_s - before.at_s)
    drawn_w = draws.by_second(sample.at_s, LONGEST_S + gap_s + 1)
    if max(drawn_w) - min(drawn_w) < LEAST_STEP_W:
        return lateness
    # Latest first: what the cars changed between the samples, for each lateness.
    steps_w = [
        drawn_w[seconds] - drawn_w[seconds + gap_s] for seconds in range(LONGEST_S + 1)
    ]
    if max(map(abs, steps_w)) < LEAST_SHOWN_W:
        return lateness
    volume_w = sum(map(abs, steps_w)) / len(steps_w)
    kept = max(0.5, 1 - volume_w / MEMORY_W)
    change_w = sample.watts - before.watts
    unexplained_w = tuple(
        kept * old_w + min(abs(change_w - step_w), LARGEST_ERROR_W)
        for old_w, step_w in zip(lateness.unexplained_w, steps_w, strict=True)
    )
    return _judged(unexplained_w, kept * lateness.steps_w + volume_w, lateness)


def _judged(
    unexplained_w: tuple[float, ...], steps_w: float, before: Lateness
) -> Lateness:
    """Return the lateness with the range that remains possible."""
    if steps_w <= CERTAIN_W:
        return Lateness(
            before.shortest_s,
            before.likely_s,
            before.longest_s,
            unexplained_w,
            steps_w,
        )
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
    return Lateness(
        float(shortest_s), float(likely_s), float(longest_s), unexplained_w, steps_w
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
