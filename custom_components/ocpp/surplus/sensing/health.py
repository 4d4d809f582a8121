"""Health of the grid meter: the difference between a value that has not changed and a meter that is dead or frozen.

Both tell nothing new. Steps of our own cars, and the sun, would have had to show.
"""

from dataclasses import replace

from ..model import SiteReading
from .grid_meter import GridMeter
from .house import left_by_house_w
from .samples import Sample
from .sensing import Failure, Sensing

OWN_STEP_W = 500.0
"""Change of the cars' power that must show."""
SOLAR_STEP_W = 700.0
"""Change that sun and cars together imply and that must show."""
SOLAR_SHARE = 0.05
ANSWER_S = 60.0
"""Longest time that an answer may take beyond the known lateness."""
VAGUE_S = 40.0
"""Uncertainty of the lateness from which nothing can be expected at any instant."""
EQUALS = 4
"""Number of equal samples in a row from which a meter may be frozen."""
STILL_S = 20.0
LIFE_S = 90.0
"""Age of a sign of life of the same device that counts."""
LONGEST_HOLD_S = 3600.0
EXPLAINED_W = 400.0
"""Change after a silence up to which nothing had been missed."""


def judged(sensing: Sensing, site: SiteReading, now_s: float) -> Sensing:
    """Return the memory with the failure of the grid meter, or without one."""
    grid = sensing.grid
    if sensing.failure is not None and _has_come_back(sensing):
        sensing = replace(sensing, failure=None)
    if sensing.failure is not None or grid.told is None or grid.gone_s is not None:
        return sensing
    failure = _suspicion(grid, now_s)
    if failure is None or site.limits_export or _is_clipped(grid, site):
        # An inverter that holds the grid at its limit looks like a meter that is frozen, and so does import that is not seen.
        return sensing
    improbable = failure is Failure.FROZEN and grid.is_improbably_still
    if improbable and _has_sun_and_house(sensing, site, now_s):
        return replace(sensing, failure=failure, failed_s=now_s)
    if _owes_answer(sensing, now_s) or _should_have_moved(sensing, site, now_s):
        return replace(sensing, failure=failure, failed_s=now_s)
    return sensing


def _is_clipped(grid: GridMeter, site: SiteReading) -> bool:
    """Return True if a meter of the export alone stands at zero, whatever the house draws."""
    return site.exports_only and grid.told is not None and grid.told.watts >= 0


def _has_come_back(sensing: Sensing) -> bool:
    grid = sensing.grid
    if grid.told is None:
        return False
    if sensing.failure is Failure.SILENT and grid.told.at_s > sensing.failed_s:
        return True
    return grid.still_s > sensing.failed_s


def _suspicion(grid: GridMeter, now_s: float) -> Failure | None:
    """Return the way in which a meter that tells nothing new may fail."""
    if grid.is_silent(now_s):
        return Failure.SILENT
    if grid.equals >= EQUALS and now_s - grid.still_s >= STILL_S:
        return Failure.FROZEN
    return None


def _owes_answer(sensing: Sensing, now_s: float) -> bool:
    """Return True if the cars have made a step long ago that neither grid, battery nor sun shows."""
    grid, late = sensing.grid, sensing.lateness
    if late.longest_s - late.shortest_s > VAGUE_S:
        return False
    answered_s = _answered_s(sensing, now_s)
    # It may answer sooner than was learned: only what the cars have done since its last value is owed.
    told_s = grid.still_s
    then = sensing.draws.within(told_s - late.longest_s, told_s, told_s - late.likely_s)
    now = sensing.draws.at(answered_s)
    # An inverter that limits the export, or a battery, answers in place of the grid.
    given_w = _given_w(sensing, answered_s) - _given_w(sensing, grid.still_s)
    rise_w = now.all_w.low - then.all_w.high - given_w
    fall_w = then.all_w.low - now.all_w.high + given_w
    return max(rise_w, fall_w) > OWN_STEP_W


def _answered_s(sensing: Sensing, now_s: float) -> float:
    """Return the instant up to which a step of the cars must have been answered."""
    patience_s = min(ANSWER_S, sensing.grid.samples.patience_s)
    return now_s - sensing.lateness.longest_s - patience_s


def _given_w(sensing: Sensing, at_s: float) -> float:
    """Return the power from sun and battery, as far as it is known."""
    battery, solar_w, battery_w = sensing.battery, 0.0, 0.0
    if sensing.solar.last is not None:
        solar_w = sensing.solar.at(at_s).likely
    if battery.samples.last is not None and battery.gone_s is None:
        battery_w = battery.samples.at(at_s).likely / battery.seen.share
    return solar_w + battery_w


def moves_unanswered(sensing: Sensing, now_s: float) -> bool:
    """Return True if the cars may have made a step that the last value does not include yet.

    What is older would have been answered by now: a meter that says nothing to it included it, or has failed.
    """
    told = sensing.grid.told
    if told is None:
        return False
    since_s = max(told.at_s - sensing.lateness.longest_s, _answered_s(sensing, now_s))
    return sensing.draws.within(since_s, now_s, now_s).spread_w > OWN_STEP_W


def _has_sun_and_house(sensing: Sensing, site: SiteReading, now_s: float) -> bool:
    return (
        site.solar_power_w is not None
        and sensing.house.load_w is not None
        and not sensing.solar.is_silent(now_s)
    )


def _should_have_moved(sensing: Sensing, site: SiteReading, now_s: float) -> bool:
    """Return True if the sun and the remembered house say that the grid must have changed."""
    told = sensing.grid.told
    if told is None or not _has_sun_and_house(sensing, site, now_s):
        return False
    if site.has_battery and (
        sensing.battery.gone_s is not None or sensing.battery.samples.last is None
    ):
        return False
    true_s = now_s - sensing.lateness.longest_s
    if sensing.draws.within(true_s - ANSWER_S / 2, now_s, now_s).spread_w > OWN_STEP_W:
        # What cars draw just now is known too little.
        return False
    left_w = left_by_house_w(sensing.house, sensing.solar, true_s)
    if left_w is None:
        return False
    battery = sensing.battery
    battery_w = 0.0
    if battery.samples.last is not None:
        battery_w = battery.samples.last.watts / battery.seen.share
    expected_w = sensing.draws.at(true_s).all_w.likely - left_w - battery_w
    allowed_w = SOLAR_STEP_W + SOLAR_SHARE * (site.solar_power_w or 0.0)
    return abs(expected_w - told.watts) > allowed_w


def shows_life(sensing: Sensing, site: SiteReading, now_s: float) -> bool:
    """Return True if something tells that the source of a silent grid meter lives."""
    told = sensing.grid.told
    if told is None:
        return False
    if site.alive_s > told.at_s and now_s - site.alive_s <= LIFE_S:
        return True
    if _has_sun_and_house(sensing, site, now_s):
        return True
    battery = sensing.battery
    if (
        site.has_battery
        and battery.gone_s is None
        and not battery.samples.is_silent(now_s)
    ):
        return True
    return now_s - told.at_s <= sensing.hold_s


def proven_hold_s(sensing: Sensing, sample: Sample) -> float:
    """Return the silence that is proven to mean no change, after a sample that ends one without anything having been missed."""
    last = sensing.grid.told
    if last is None:
        return sensing.hold_s
    before, now = (sensing.draw_told_at(at_s) for at_s in (last.at_s, sample.at_s))
    change_w = sample.watts - last.watts
    least_w = now.all_w.low - before.all_w.high - EXPLAINED_W
    most_w = now.all_w.high - before.all_w.low + EXPLAINED_W
    if not least_w <= change_w <= most_w:
        return sensing.hold_s
    silent_s = sample.at_s - last.at_s
    return min(LONGEST_HOLD_S, max(sensing.hold_s, 2 * silent_s))
