"""Costs of a stop and a later start, which follow from the time that the car takes to wake up."""

from dataclasses import dataclass

FAST_WAKE_UP_S, SLOW_WAKE_UP_S = 20.0, 40.0
"""Times within which fast and slow cars wake up."""


@dataclass(frozen=True, slots=True)
class RestartCosts:
    """Costs of a stop and a later start of a car.

    Attributes:
        restart_wh: cost of a stop: the sun that is missed until the car draws again.
        start_gain_wh: gain on paper from which a session starts.
        start_margin: hysteresis of a start: by how much the sun must exceed the power at which a running session goes on, so
            that a start lasts. A negative one starts before charging pays off, since the sun is likely to rise further.
        fading_per_s: share of the loss so far that is forgotten in a second, since old clouds tell little of the next one.
    """

    restart_wh: float
    start_gain_wh: float
    start_margin: float
    fading_per_s: float

    def remembered(self, seconds: float) -> float:
        """Return the share of a loss that still counts after some time."""
        return max(0.0, 1 - self.fading_per_s * seconds)


FAST = RestartCosts(20.0, 1.0, 0.3, 0.0003)
SLOW = RestartCosts(30.0, 4.0, 0.6, 0.0)
"""Lower costs follow clouds more closely and cost starts; which car bears them depends on how soon it is back."""


def restart_costs(wake_up_s: float) -> RestartCosts:
    """Return the costs for a car, between those of fast and slow ones."""
    share = (wake_up_s - FAST_WAKE_UP_S) / (SLOW_WAKE_UP_S - FAST_WAKE_UP_S)
    share = min(1.0, max(0.0, share))

    def between(fast: float, slow: float) -> float:
        return fast + share * (slow - fast)

    return RestartCosts(
        between(FAST.restart_wh, SLOW.restart_wh),
        between(FAST.start_gain_wh, SLOW.start_gain_wh),
        between(FAST.start_margin, SLOW.start_margin),
        between(FAST.fading_per_s, SLOW.fading_per_s),
    )
