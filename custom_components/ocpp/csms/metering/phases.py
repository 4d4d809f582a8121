"""The number of phases on which a car draws, and its current, derived from the meter."""

from collections.abc import Sequence
import math
from typing import TypeGuard

from .meter import NO_PHASES, Measurement, Phases

_LEAST_A, _LEAST_SHARE = 1.0, 0.1
"""The least that a phase in use carries, in amperes and as a share of the most loaded one; less is standby and noise."""
_STILL = 0.5
"""The part of that which is enough for a phase that was in use before, so that the count does not flap."""
_DEAD_V = 80.0
_DEAD_SHARE = 0.7
"""The voltage, and the share of the highest one, below which a phase is dead: what is induced there carries nothing."""
_NEAR = 0.3
"""The distance from a whole number of phases within which the power still tells their number."""
_SPLIT_V, _SPLIT = 140.0, 2.4
"""The voltage up to which it may be that to the middle of a split phase, or to the neutral of one of 208 V between two
phases, and by how much less than the voltage that the car gets."""
_LIE = (1.5, 3.5)
"""The range of the current that the power needs, in reported currents, in which the reported one is not believed; beyond
it, the power is no better."""


def phases_in_use(
    current: Measurement | None,
    power: Measurement | None,
    voltage: Measurement | None,
    before: int | None,
    wired: int,
) -> int | None:
    """Return on how many phases the car draws: 0 while it draws nothing, None while that cannot be told.

    Args:
        current: as it was metered just now, like `power`.
        power: what is drawn on all phases.
        voltage: the newest there is.
        before: the answer to the measurements before.
        wired: the number of phases that the EVSE has.
    """
    currents_a = _alive(current.phases if current else NO_PHASES, voltage)
    if len(currents_a) > 1:
        return min(_loaded(currents_a, before), wired)
    powers_w = _alive(power.phases if power else NO_PHASES, voltage)
    if len(powers_w) > 1 and _live(voltage):
        amperes = tuple(watts / voltage.value for watts in powers_w)
        return min(_loaded(amperes, before), wired)
    if current is None:
        return before
    if _loaded((current.value,), before) == 0:
        return 0
    if wired == 1:
        return 1
    if power is not None and _live(voltage):
        return _made_by(current, power, voltage, wired) or before or None
    return len(currents_a) or before or None


def live_v(voltages_v: Sequence[float]) -> list[float]:
    """Return the voltages of the phases that are not dead."""
    least_v = max(_DEAD_V, _DEAD_SHARE * max(voltages_v, default=0.0))
    return [volts for volts in voltages_v if volts > least_v]


def mended_a(
    current: Measurement, power: Measurement, voltage: Measurement, wired: int
) -> float:
    """Return the current of the most loaded phase: the reported one, unless the power gives it the lie.

    Some chargers tell a third of the current of their only phase. But the most loaded phase carries at least its share
    of the power, and a phase without voltage carries nothing.
    """
    if not _live(voltage):
        return current.value
    dead = len(voltage.phases.known) - len(live_v(voltage.phases.known))
    least_a = power.value / (voltage.value * max(1, wired - dead))
    least, most = _LIE
    if voltage.value < _SPLIT_V:
        least = _SPLIT
    is_lie = least * current.value < least_a < most * current.value
    return least_a if is_lie and current.value >= _LEAST_A else current.value


def _loaded(currents_a: tuple[float, ...], before: int | None) -> int:
    """Return how many phases carry enough, keeping to the number before where it is in doubt."""
    least_a = max(_LEAST_A, _LEAST_SHARE * max(currents_a, default=0.0))
    certain = len([amperes for amperes in currents_a if amperes >= least_a])
    if before is None or certain >= before:
        return certain
    possible = len([amperes for amperes in currents_a if amperes >= _STILL * least_a])
    return min(before, possible)


def _made_by(
    current: Measurement, power: Measurement, voltage: Measurement, wired: int
) -> int | None:
    """Return on how many phases this current makes this power; None if it might be several numbers.

    The power factor only ever makes the power less.
    """
    share = power.value / (voltage.value * current.value)
    count = max(1, math.ceil(share - _NEAR))
    certain = count == 1 or share >= count - _NEAR
    return count if certain and count <= wired else None


def _live(voltage: Measurement | None) -> TypeGuard[Measurement]:
    return voltage is not None and voltage.value > _DEAD_V


def _alive(phases: Phases, voltage: Measurement | None) -> tuple[float, ...]:
    """Return the values of the phases that are not known to be dead."""
    if voltage is None:
        return phases.known
    volts, alive = voltage.phases, live_v(voltage.phases.known)
    pairs = ((phases.l1, volts.l1), (phases.l2, volts.l2), (phases.l3, volts.l3))
    return tuple(
        [
            value
            for value, volt in pairs
            if value is not None and (volt is None or volt in alive)
        ]
    )
