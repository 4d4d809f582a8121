"""Detection of meters with an inverted sign, by their response to the cars.

If a car draws 2 kW more, grid and battery together must supply 2 kW more. If the grid meter shows 2 kW less instead, again
and again and regardless of the sun, its import is export.

The sun must not be mistaken for an inverted sign: it rises, cars follow, and the meter shows less import all the same. The
comparison therefore begins no earlier than the limit that the car responds to, since the cause of that limit is over by then.
Whatever sun and house do afterwards is independent of it and hardly ever amounts to exactly twice the car's step. Five out of
six times, upwards and downwards, are no coincidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ..model import ChargerReading, SiteReading

MIN_STEP_W = 1000.0
"""Least change of the cars' draw that stands out from kettles and clouds."""
STEADY_W = 250.0
"""Variation of a steady draw: an ampere."""
TOLERANCE = 0.25
"""Tolerance of a meter's response, as a share of the step."""
MAX_DURATION_S = 120.0
"""Longest response that is compared; later, sun and house have had time to change."""
DELAY_S = 1.0
"""Delay of the meters behind the cars."""
TRIALS = 6
CONTRADICTIONS = 5
"""Number of recent trials that must contradict a meter's sign."""


class Meter(StrEnum):
    """Meter whose sign may be inverted."""

    GRID = "grid"
    BATTERY = "battery"


@dataclass(frozen=True, slots=True)
class Flow:
    """Power from grid and battery at an instant."""

    at_s: float
    grid_w: float
    battery_w: float


@dataclass(frozen=True, slots=True)
class TotalDraw:
    """Draw of all cars, with the instants of the oldest and the newest measurement in it."""

    watts: float
    oldest_s: float
    newest_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Step of the cars, and the meters that must be inverted to explain it; None if nothing does."""

    upwards: bool
    inverted: frozenset[Meter] | None


@dataclass(frozen=True, slots=True)
class SignDetector:
    """State of the detection.

    Attributes:
        flows: recent power of grid and battery.
        level: steady draw of the cars.
        change: draw of the cars since it left that level; None while it is steady.
        trials: the last few trials.
    """

    flows: tuple[Flow, ...] = ()
    level: TotalDraw | None = None
    change: TotalDraw | None = None
    trials: tuple[Trial, ...] = ()

    @property
    def inverted(self) -> frozenset[Meter]:
        """Meters whose sign is certainly inverted."""
        return frozenset(meter for meter in Meter if self._contradict(meter))

    def _contradict(self, meter: Meter) -> bool:
        against = [trial for trial in self.trials if meter in (trial.inverted or ())]
        directions = {trial.upwards for trial in against}
        return len(against) >= CONTRADICTIONS and len(directions) == 2


def total_draw(
    readings: Mapping[str, ChargerReading], now_s: float
) -> TotalDraw | None:
    """Return the draw of all cars; None if a car charges without a measurement."""
    watts, times_s = 0.0, [now_s]
    for reading in readings.values():
        if not reading.charging:
            continue
        if reading.current_a is None or reading.measured_at_s is None:
            return None
        watts += reading.drawn_w
        times_s.append(reading.measured_at_s)
    # Cars that do not charge draw nothing at present.
    charging_s = times_s[1:] or times_s
    return TotalDraw(watts, min(charging_s), max(charging_s))


def observed(
    detector: SignDetector,
    site: SiteReading,
    draw: TotalDraw,
    commands_s: Iterable[float],
) -> SignDetector:
    """Return the state after a sample of the meters.

    Args:
        watch: the state so far.
        site: the latest reading of the meters.
        draw: the draw of all cars.
        commands_s: the instants of recent limits.
    """
    detector = replace(detector, flows=_with(detector.flows, site))
    level, change = detector.level, detector.change
    if level is None or _agree(draw, level):
        return replace(detector, level=draw, change=None)
    if change is None or not _agree(draw, change):
        return replace(detector, change=draw)
    if draw.oldest_s <= change.newest_s:
        return detector
    after = _last(detector.flows, draw.newest_s)
    if after is None or after.at_s < change.newest_s + DELAY_S:
        # A slow meter has not reported it yet.
        if draw.newest_s - level.oldest_s > MAX_DURATION_S:
            return replace(detector, level=draw, change=None)
        return detector
    trial = _trial(detector.flows, level, change, after, commands_s)
    trials = detector.trials if trial is None else (*detector.trials, trial)[-TRIALS:]
    return replace(detector, level=draw, change=None, trials=trials)


def _with(flows: tuple[Flow, ...], site: SiteReading) -> tuple[Flow, ...]:
    if flows and flows[-1].at_s >= site.grid_at_s:
        return flows
    flow = Flow(site.grid_at_s, site.grid_power_w, site.battery_power_w)
    kept = (before for before in flows if before.at_s > flow.at_s - 2 * MAX_DURATION_S)
    return (*kept, flow)


def _agree(one: TotalDraw, other: TotalDraw) -> bool:
    return abs(one.watts - other.watts) <= STEADY_W


def _last(flows: tuple[Flow, ...], at_s: float) -> Flow | None:
    """Return the last flow at or before an instant; None without one."""
    return next((flow for flow in reversed(flows) if flow.at_s <= at_s), None)


def _trial(
    flows: tuple[Flow, ...],
    level: TotalDraw,
    change: TotalDraw,
    after: Flow,
    commands_s: Iterable[float],
) -> Trial | None:
    """Return the trial of a step; None if it is too small or ambiguous."""
    step_w = change.watts - level.watts
    commanded_s = [
        at_s for at_s in commands_s if level.oldest_s < at_s <= change.newest_s
    ]
    if abs(step_w) < MIN_STEP_W or len(commanded_s) > 1:
        return None
    before = _last(flows, commanded_s[0] if commanded_s else level.oldest_s)
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
"""Sets of inverted meters with the resulting signs of grid and battery, the more likely ones first."""


def _inverted(
    step_w: float, grid_w: float, battery_w: float
) -> frozenset[Meter] | None:
    """Return the meters that must be inverted for their changes to add up to the step; None if nothing does."""
    for inverted, grid_sign, battery_sign in _INVERSIONS:
        missing_w = grid_sign * grid_w + battery_sign * battery_w - step_w
        if abs(missing_w) <= TOLERANCE * abs(step_w):
            return inverted
    return None
