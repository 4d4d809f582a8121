"""Rise and fall of a battery's state of charge, against the power that its meter tells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .findings import Basis, Fault, Finding
from .flows import Flow

SWING_PERCENT = 2.0
"""Change of the state of charge that is compared."""
MIN_WH = 80.0
"""Least energy that must have flown meanwhile."""
MAX_GAP_S = 180.0
"""Longest time between two samples that are taken for one flow."""
REMEMBERED_EACH = 3
"""Swings that are remembered in each direction: a long charge says nothing against what a discharge has shown."""
MIN_CONTRADICTIONS = 4


@dataclass(frozen=True, slots=True)
class Swing:
    """Change of the state of charge, and the energy that was told to have left the battery."""

    percent: float
    discharged_wh: float

    @property
    def contradicts(self) -> bool:
        """True if the one says the opposite of the other."""
        return (self.percent > 0) == (self.discharged_wh > 0)


@dataclass(frozen=True, slots=True)
class ChargeComparison:
    """Swings of the state of charge.

    Attributes:
        at_s: the instant of the last sample.
        from_percent: state of charge at the begin of the present swing; None before the first sample.
        discharged_wh: energy since then.
        swings: the last swings.
    """

    at_s: float = float("-inf")
    from_percent: float | None = None
    discharged_wh: float = 0.0
    swings: tuple[Swing, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """Finding that the battery's meter is inverted; None while that is not certain."""
        against = [swing for swing in self.swings if swing.contradicts]
        directions = {swing.percent > 0 for swing in against}
        if len(against) < MIN_CONTRADICTIONS or len(directions) < 2:
            return None
        if len(self.swings) - len(against) > 1:
            return None
        last = against[-1]
        return Finding(
            Fault.BATTERY_INVERTED,
            Basis.CHARGE,
            last.percent,
            last.discharged_wh,
            len(against),
        )


def with_charge(
    comparison: ChargeComparison, flow: Flow, percent: float | None
) -> ChargeComparison:
    """Return the comparison with a flow and the state of charge then."""
    if percent is None or flow.battery_at_s is None:
        return comparison
    seconds = flow.at_s - comparison.at_s
    begun = replace(comparison, at_s=flow.at_s, from_percent=percent, discharged_wh=0.0)
    if comparison.from_percent is None or not 0 <= seconds <= MAX_GAP_S:
        return begun
    discharged_wh = comparison.discharged_wh + flow.battery_w * seconds / 3600
    swing = Swing(percent - comparison.from_percent, discharged_wh)
    if abs(swing.percent) < SWING_PERCENT:
        return replace(comparison, at_s=flow.at_s, discharged_wh=discharged_wh)
    if abs(discharged_wh) < MIN_WH or abs(swing.percent) > 3 * SWING_PERCENT:
        return begun
    return replace(begun, swings=_with_swing(comparison.swings, swing))


def _with_swing(swings: Sequence[Swing], swing: Swing) -> tuple[Swing, ...]:
    """Return the last swings of each direction with another one."""
    is_rise = swing.percent > 0
    alike = [each for each in swings if (each.percent > 0) is is_rise]
    others = [each for each in swings if (each.percent > 0) is not is_rise]
    return (*others, *alike[1 - REMEMBERED_EACH :], swing)
