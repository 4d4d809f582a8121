"""Draw of all cars together, as their chargers measure it, and its steps from one level to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import math

from ..cars.response import NOMINAL_VOLTAGE_V
from ..model import ChargerReading

STEADY_W = 250.0
"""Variation of a steady draw: an ampere."""
STEADY_SHARE = 0.04
"""The same as a share of the draw."""
MAX_RAMP_S = 120.0
"""Longest time from one level to the next."""
REMEMBERED_S = 900.0
"""Time for which limits are remembered."""
ENOUGH_S = 130.0
"""Time at a new level after which later answers are not waited for."""


@dataclass(frozen=True, slots=True)
class TotalDraw:
    """Draw of all cars, with the instants of the oldest and the newest measurement in it.

    `phases_measured` is False if the number of phases of a car is but assumed.
    """

    watts: float
    oldest_s: float
    newest_s: float
    phases_measured: bool = True


def total_draw(
    readings: Mapping[str, ChargerReading], now_s: float
) -> TotalDraw | None:
    """Return the draw of all cars; None if a car charges without a measurement."""
    watts, times_s, phases_measured, newest_s = 0.0, [], True, -math.inf
    for reading in readings.values():
        if not reading.charging:
            # It draws nothing at present, even if the others were measured before it stopped.
            newest_s = now_s if reading.ready else newest_s
            continue
        if reading.current_a is None or reading.measured_at_s is None:
            return None
        phases = reading.phases_in_use or reading.settings.phases
        voltage_v = reading.voltage_v or NOMINAL_VOLTAGE_V
        # A charger that measures a single phase may mean all of them.
        phases_measured &= (reading.phases_in_use or 1) > 1 or not reading.current_a
        apparent_w = reading.current_a * phases * voltage_v
        watts += apparent_w if reading.power_w is None else reading.power_w
        times_s.append(reading.measured_at_s)
    times_s = times_s or [now_s]
    return TotalDraw(watts, min(times_s), max(*times_s, newest_s), phases_measured)


@dataclass(frozen=True, slots=True)
class Level:
    """Steady draw of the cars.

    Attributes:
        watts: the draw.
        since_s: the instant from which on it was measured.
        until_s: the instant up to which it was.
        phases_measured: the number of phases of each car was measured.
    """

    watts: float
    since_s: float
    until_s: float
    phases_measured: bool

    @classmethod
    def of(cls, draw: TotalDraw) -> Level:
        """Return the level that a draw begins."""
        return cls(draw.watts, draw.newest_s, draw.newest_s, draw.phases_measured)

    def holds(self, draw: TotalDraw) -> bool:
        """Return True if a draw is still at this level."""
        allowed_w = max(STEADY_W, STEADY_SHARE * self.watts)
        return abs(draw.watts - self.watts) <= allowed_w

    def held(self, draw: TotalDraw) -> Level:
        """Return the level after a draw that is still at it."""
        return replace(self, until_s=max(self.until_s, draw.oldest_s))


@dataclass(frozen=True, slots=True)
class Step:
    """Step of the cars' draw from one level to another.

    Attributes:
        before: the level before.
        after: the level after.
        commanded_s: the instant of the limit that caused it, or the last one at the level before.
        left_s: the instant at which the new level ended, or up to which it has been observed.
    """

    before: Level
    after: Level
    commanded_s: float
    left_s: float

    @property
    def watts(self) -> float:
        """Change of the draw."""
        return self.after.watts - self.before.watts

    @property
    def calm_s(self) -> float:
        """Time for which the draw was certainly steady both before and after."""
        return min(
            self.commanded_s - self.before.since_s, self.left_s - self.after.since_s
        )


@dataclass(frozen=True, slots=True)
class DrawTracker:
    """Levels of the cars' draw.

    Attributes:
        before: the level before the last one.
        level: the last level.
        change: draw since it was left; None while it holds.
        commands_s: instants of recent limits.
        reported: the step to the present level has been reported.
    """

    before: Level | None = None
    level: Level | None = None
    change: Level | None = None
    commands_s: tuple[float, ...] = ()
    reported: bool = True


def tracked(
    tracker: DrawTracker, draw: TotalDraw, commands_s: Iterable[float], now_s: float
) -> tuple[DrawTracker, Step | None]:
    """Return the tracker after a draw, and a step that is complete with it.

    A step is complete when its new level ends, or has lasted for long enough.
    """
    latest_s = tracker.commands_s[-1] if tracker.commands_s else -math.inf
    if new_s := sorted({at_s for at_s in commands_s if at_s > latest_s}):
        kept_s = [at_s for at_s in tracker.commands_s if at_s > now_s - REMEMBERED_S]
        tracker = replace(tracker, commands_s=(*kept_s, *new_s))
    level, change = tracker.level, tracker.change
    if level is None:
        return replace(tracker, level=Level.of(draw)), None
    if level.holds(draw):
        if draw.oldest_s > level.until_s or change is not None:
            level = level.held(draw)
            tracker = replace(tracker, level=level, change=None)
        if tracker.reported or now_s - level.since_s < ENOUGH_S:
            return tracker, None
        return replace(tracker, reported=True), _step(tracker, now_s)
    if change is None or not change.holds(draw):
        return replace(tracker, change=Level.of(draw)), None
    if draw.oldest_s <= change.since_s:
        return tracker, None
    step = None if tracker.reported else _step(tracker, now_s)
    arrived = DrawTracker(
        level, change.held(draw), None, tracker.commands_s, reported=False
    )
    return arrived, step


def open_step(tracker: DrawTracker, now_s: float) -> tuple[DrawTracker, Step | None]:
    """Return the tracker without the step to the present level, and that step as far as it has been observed."""
    if tracker.reported:
        return tracker, None
    return replace(tracker, reported=True), _step(tracker, now_s)


def _step(tracker: DrawTracker, now_s: float) -> Step | None:
    """Return the step to the present level; None if its cause is not certain."""
    before, after = tracker.before, tracker.level
    if before is None or after is None:
        return None
    causes_s = [
        at_s for at_s in tracker.commands_s if before.until_s < at_s <= after.since_s
    ]
    # Each limit has a cause of its own in sun or house, which would pass for an answer to the one before.
    if len(causes_s) > 1 or after.since_s - before.until_s > MAX_RAMP_S:
        return None
    ends_s = [at_s for at_s in tracker.commands_s if at_s > after.since_s]
    observed_s = now_s if tracker.change is None else after.until_s
    return Step(
        before,
        after,
        causes_s[0] if causes_s else before.until_s,
        min(ends_s, default=observed_s),
    )
