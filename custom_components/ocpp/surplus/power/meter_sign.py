"""Meters whose sign lies: found out by what they show when the cars draw more or less.

When a car takes 2 kW more, the grid and the battery together must give 2 kW more. Where the grid shows 2 kW less instead,
again and again, whatever the sun does meanwhile, what it calls import is export.

The sun must not be taken for a lie: it rises, the cars follow, and all the meter shows is still less import. So the
comparison begins not before the limit was told to which the car has answered; what made us tell it is over then. What
the sun and the house do afterwards has nothing to do with it, and is as unlikely to come to exactly twice the car's
step as to anything else. That it does so five times out of six, upwards and downwards, is no chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ..cars.response import NOMINAL_VOLTAGE_V
from ..model import ChargerReading, SiteReading

MIN_STEP_W = 1000.0
"""A smaller change of what the cars draw is lost among kettles and clouds."""
STEADY_W = 250.0
"""By how much what the cars draw may waver without counting as changed: an ampere."""
TOLERANCE = 0.25
"""How far a meter's answer may be off, as a share of the step."""
MAX_DURATION_S = 120.0
"""An answer that takes longer says too little: sun and house have had time to change."""
DELAY_S = 1.0
"""How much later than the cars the meters may notice a step."""
TRIALS = 6
CONTRADICTIONS = 5
"""How many of the last trials must contradict a meter's sign before it is called a lie."""


class Meter(StrEnum):
    """A meter whose sign may lie."""

    GRID = "grid"
    BATTERY = "battery"


@dataclass(frozen=True, slots=True)
class Flow:
    """What grid and battery gave at an instant."""

    at_s: float
    grid_w: float
    battery_w: float


@dataclass(frozen=True, slots=True)
class TotalDraw:
    """What all cars draw: measured at `newest_s` for the last, and for each of them after `oldest_s`."""

    watts: float
    oldest_s: float
    newest_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A step of the cars, and the meters that would have to lie for what they showed; None where nothing fits."""

    upwards: bool
    inverted: frozenset[Meter] | None


@dataclass(frozen=True, slots=True)
class SignDetector:
    """What was seen so far.

    The cars drew `level` for long enough to be sure of it. `change` is what they have drawn since, as soon as that
    differs. The `trials` are the last few.
    """

    flows: tuple[Flow, ...] = ()
    level: TotalDraw | None = None
    change: TotalDraw | None = None
    trials: tuple[Trial, ...] = ()

    @property
    def inverted(self) -> frozenset[Meter]:
        """The meters whose sign lies for certain."""
        return frozenset(meter for meter in Meter if self._contradict(meter))

    def _contradict(self, meter: Meter) -> bool:
        against = [trial for trial in self.trials if meter in (trial.inverted or ())]
        directions = {trial.upwards for trial in against}
        return len(against) >= CONTRADICTIONS and len(directions) == 2


def total_draw(
    readings: Mapping[str, ChargerReading], now_s: float
) -> TotalDraw | None:
    """Return what all cars draw; None where a car charges whose charger does not measure it."""
    watts, times_s = 0.0, [now_s]
    for reading in readings.values():
        if not reading.charging:
            continue
        if reading.current_a is None or reading.measured_at_s is None:
            return None
        phases = reading.phases_in_use or reading.settings.phases
        watts += reading.current_a * phases * (reading.voltage_v or NOMINAL_VOLTAGE_V)
        times_s.append(reading.measured_at_s)
    # Who does not charge draws nothing now.
    charging_s = times_s[1:] or times_s
    return TotalDraw(watts, min(charging_s), max(charging_s))


def observed(
    watch: SignDetector, site: SiteReading, draw: TotalDraw, commands_s: Iterable[float]
) -> SignDetector:
    """Take in a sample of the meters.

    Args:
        watch: what was seen so far.
        site: the newest reading of the meters.
        draw: what all cars draw.
        commands_s: when limits were told of late.
    """
    watch = replace(watch, flows=_with(watch.flows, site))
    level, change = watch.level, watch.change
    if level is None or _agree(draw, level):
        return replace(watch, level=draw, change=None)
    if change is None or not _agree(draw, change):
        return replace(watch, change=draw)
    if draw.oldest_s <= change.newest_s:
        return watch
    after = _last(watch.flows, draw.newest_s)
    if after is None or after.at_s < change.newest_s + DELAY_S:
        # A slow meter has not seen it yet.
        if draw.newest_s - level.oldest_s > MAX_DURATION_S:
            return replace(watch, level=draw, change=None)
        return watch
    trial = _trial(watch.flows, level, change, after, commands_s)
    trials = watch.trials if trial is None else (*watch.trials, trial)[-TRIALS:]
    return replace(watch, level=draw, change=None, trials=trials)


def _with(flows: tuple[Flow, ...], site: SiteReading) -> tuple[Flow, ...]:
    if flows and flows[-1].at_s >= site.grid_at_s:
        return flows
    flow = Flow(site.grid_at_s, site.grid_power_w, site.battery_power_w)
    kept = (before for before in flows if before.at_s > flow.at_s - 2 * MAX_DURATION_S)
    return (*kept, flow)


def _agree(one: TotalDraw, other: TotalDraw) -> bool:
    return abs(one.watts - other.watts) <= STEADY_W


def _last(flows: tuple[Flow, ...], at_s: float) -> Flow | None:
    """Return the last flow that was seen by then."""
    return next((flow for flow in reversed(flows) if flow.at_s <= at_s), None)


def _trial(
    flows: tuple[Flow, ...],
    level: TotalDraw,
    change: TotalDraw,
    after: Flow,
    commands_s: Iterable[float],
) -> Trial | None:
    """Judge a step; None where it is too small, or too much has happened meanwhile."""
    step_w = change.watts - level.watts
    told_s = [at_s for at_s in commands_s if level.oldest_s < at_s <= change.newest_s]
    if abs(step_w) < MIN_STEP_W or len(told_s) > 1:
        return None
    before = _last(flows, told_s[0] if told_s else level.oldest_s)
    if before is None or after.at_s - before.at_s > MAX_DURATION_S:
        return None
    grid_w = after.grid_w - before.grid_w
    battery_w = after.battery_w - before.battery_w
    return Trial(step_w > 0, _inverted(step_w, grid_w, battery_w))


_INVERSIONS: tuple[tuple[frozenset[Meter], int, int], ...] = (
    (frozenset(), 1, 1),
    (frozenset({Meter.GRID}), -1, 1),
    (frozenset({Meter.BATTERY}), 1, -1),
    (frozenset(Meter), -1, -1),
)
"""Who may lie, and with which signs the changes of grid and battery then add up; the more likely ones first."""


def _inverted(
    step_w: float, grid_w: float, battery_w: float
) -> frozenset[Meter] | None:
    """Return who must lie for the meters' changes to add up to the step of the cars."""
    for inverted, grid_sign, battery_sign in _INVERSIONS:
        missing_w = grid_sign * grid_w + battery_sign * battery_w - step_w
        if abs(missing_w) <= TOLERANCE * abs(step_w):
            return inverted
    return None
