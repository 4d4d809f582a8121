"""The way in which a car draws: its phases, and the current that it takes at most."""

from dataclasses import dataclass, replace

LEAST_A = 4.0
"""The current from which on a car charges in earnest; less is what it takes when it is full."""
MARGIN_A = 2.5
"""The current by which more has to be offered than drawn, before the car is taken for what limits it."""
HELD_S = 75.0
"""The time for which it has to stay so; cars follow a new limit within 45 s."""


@dataclass(frozen=True, slots=True)
class DrawSample:
    """A measurement of what a car draws on its most loaded phase, beside what it was offered."""

    at_s: float
    current_a: float
    offered_a: float
    phases: int | None = None
    offered_phases: int = 3


@dataclass(frozen=True, slots=True)
class Draw:
    """Observations of a car so far.

    `ceiling_a` and `own_phases` are what it kept to for a while although more was offered; None while that was not
    seen. `below_since_s` and `fewer_since_s` are the times since which that goes on.
    """

    greatest_a: float = 0.0
    phases: int = 0
    ceiling_a: float | None = None
    own_phases: int | None = None
    below_since_s: float | None = None
    fewer_since_s: float | None = None

    def after(self, sample: DrawSample) -> Draw:
        """Return what was seen after a further sample."""
        draw = replace(
            self,
            greatest_a=max(self.greatest_a, sample.current_a),
            phases=max(self.phases, sample.phases or 0),
        )
        return _with_own_phases(_with_ceiling(draw, sample), sample)


def _with_ceiling(draw: Draw, sample: DrawSample) -> Draw:
    is_below = LEAST_A <= sample.current_a <= sample.offered_a - MARGIN_A
    since_s = (draw.below_since_s or sample.at_s) if is_below else None
    ceiling_a = draw.ceiling_a
    if ceiling_a is not None:
        # A car that was seen to draw more does not keep to less.
        ceiling_a = max(ceiling_a, sample.current_a)
    elif since_s is not None and sample.at_s - since_s >= HELD_S:
        ceiling_a = draw.greatest_a
    return replace(draw, ceiling_a=ceiling_a, below_since_s=since_s)


def _with_own_phases(draw: Draw, sample: DrawSample) -> Draw:
    draws = sample.current_a >= LEAST_A and bool(sample.phases)
    is_fewer = draws and draw.phases < sample.offered_phases
    since_s = (draw.fewer_since_s or sample.at_s) if is_fewer else None
    has_kept = since_s is not None and sample.at_s - since_s >= HELD_S
    uses_all = draws and draw.phases >= sample.offered_phases > 1
    if has_kept or uses_all or draw.own_phases is not None:
        return replace(draw, own_phases=draw.phases, fewer_since_s=since_s)
    return replace(draw, fewer_since_s=since_s)
