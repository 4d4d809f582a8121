"""Estimation of the surplus from what the sources tell, however late, seldom, or partly that may be."""

from dataclasses import replace

from ..model import NOTHING, Estimate, SiteReading
from . import battery_meter, grid_meter, house, lateness
from .draws import Cars
from .health import judged, moves_unanswered, proven_hold_s, shows_life
from .samples import Sample
from .sensing import Basis, Sensing, Surplus

LOST_AFTER_S = 120.0
"""Time without any knowledge after which no sun can be counted on."""
GONE_S = 20.0
"""Absence of the grid meter that is waited for."""
HELD_EACH_S = 5.0
"""Interval at which an unchanged value counts again."""
STAND_IN_EACH_S = 10.0
"""Interval at which the remembered load of the house counts again."""
LONGEST_STAND_S = 60.0
"""Longest time that an estimate stands for, unless the meter is slower: what happened in a longer gap is unknown.

A measured one stands for no more than the longest silence that is usual for its meters.
"""
SAME_SUN_W = 150.0
"""Change of the sun up to which a value that is said to be unchanged tells the load of the house."""
SLOWEST_S = 300.0
"""Longest time that an estimate stands for with any meter."""
STILL_W = 200.0
STILL_SHARE = 0.03
"""Uncertainty of the cars' power up to which they stand still."""
EXPORT_W = 300.0
"""Export that is certainly surplus, whatever an unseen battery does."""
PART_W = 250.0
"""Power that is given up in each step while a part is unknown, and doubles each minute."""
PART_DOUBLES_S = 60.0
MAX_PART_W = 8000.0


def sense(
    sensing: Sensing, site: SiteReading | None, cars: Cars, now_s: float
) -> Sensing:
    """Return the memory after a step; its surplus is a new one if it was made at `now_s`."""
    sensing = replace(
        sensing,
        draws=sensing.draws.noted(cars, now_s),
        began_s=now_s if sensing.began_s is None else sensing.began_s,
    )
    if site is not None:
        if site.limits_export and not sensing.learned_lateness.is_learned:
            sensing = replace(sensing, learned_lateness=lateness.NONE)
        sensing = _told(sensing, site, now_s)
        sensing = judged(sensing, site, now_s)
    surplus = _surplus(sensing, site, now_s)
    return sensing if surplus is None else _accepted(sensing, surplus, now_s)


def _told(sensing: Sensing, site: SiteReading, now_s: float) -> Sensing:
    """Return the memory with what the sources have told."""
    solar, battery = sensing.solar, sensing.battery
    if site.solar_power_w is not None:
        at_s = site.grid_at_s if site.solar_at_s is None else site.solar_at_s
        solar = solar.told(Sample(at_s, site.solar_power_w))
    if site.has_battery:
        battery = battery_meter.observed(battery, site, now_s)
    sensing = replace(sensing, solar=solar, battery=battery)
    expected_w = expected_grid_w(sensing, site.grid_at_s)
    grid = grid_meter.observed(sensing.grid, site, expected_w, now_s)
    hold_s = sensing.hold_s
    if grid.told is not None and grid.told != sensing.grid.told and not grid.doubted:
        hold_s = proven_hold_s(sensing, grid.told)
    return replace(sensing, grid=grid, hold_s=hold_s)


def expected_grid_w(sensing: Sensing, at_s: float) -> float | None:
    """Return the power from the grid that is likely to be told at an instant; None if nothing is known."""
    true_s = at_s - sensing.lateness.likely_s
    drawn_w = sensing.draws.at(true_s).all_w.likely
    left_w = house.left_by_house_w(sensing.house, sensing.solar, true_s)
    if left_w is not None:
        battery = sensing.battery.samples
        battery_w = battery.last.watts if battery.last is not None else 0.0
        return drawn_w - left_w - battery_w
    last = sensing.grid.samples.last
    if last is None:
        return None
    before_w = sensing.draws.at(last.at_s - sensing.lateness.likely_s).all_w.likely
    return last.watts + drawn_w - before_w


def _surplus(
    sensing: Sensing, site: SiteReading | None, now_s: float
) -> Surplus | None:
    """Return a new estimate; None while nothing new is known."""
    grid = sensing.grid
    if site is None or grid.told is None:
        return _lost(sensing, now_s)
    if grid.gone_s is not None:
        return (
            None if now_s - grid.gone_s <= GONE_S else _stand_in(sensing, site, now_s)
        )
    if sensing.failure is not None:
        return _stand_in(sensing, site, now_s)
    if grid.doubted is not None and not grid.is_silent(now_s):
        return None
    silent = grid.is_silent(now_s)
    if silent and not shows_life(sensing, site, now_s):
        return _lost(sensing, now_s)
    if silent and moves_unanswered(sensing, now_s):
        return None
    held_s = now_s if silent else None
    if site.has_battery and _is_battery_unknown(sensing, now_s):
        return _without_battery(sensing, site, held_s, now_s)
    if (
        site.exports_only
        and grid.samples.last is not None
        and grid.samples.last.watts >= 0
    ):
        return _clipped(sensing, site, now_s)
    return _measured(sensing, held_s, now_s)


def _lost(sensing: Sensing, now_s: float) -> Surplus | None:
    """Return the surplus of a site of which nothing is known; None until that has lasted."""
    grid = sensing.grid
    since_s = sensing.began_s if grid.told is None else grid.told.at_s
    if sensing.failure is not None:
        since_s = grid.still_s
    patience_s = max(LOST_AFTER_S, grid.samples.patience_s)
    if since_s is None or now_s - since_s <= patience_s:
        return None
    return Surplus(now_s, Basis.NOTHING, NOTHING, NOTHING)


def _is_due(sensing: Sensing, interval_s: float, now_s: float) -> bool:
    return sensing.surplus is None or now_s - sensing.surplus.at_s >= interval_s


def _stand_in(sensing: Sensing, site: SiteReading, now_s: float) -> Surplus | None:
    """Return the surplus by sun and remembered house; without them, nothing can be counted on after a while."""
    left_w = _left_by_house_w(sensing, site, now_s)
    if left_w is None:
        return _lost(sensing, now_s)
    if not _is_due(sensing, STAND_IN_EACH_S, now_s):
        return None
    return _by_sun_and_house(sensing, house.counted_on_w(left_w), now_s)


def _left_by_house_w(sensing: Sensing, site: SiteReading, now_s: float) -> float | None:
    solar = sensing.solar
    if site.solar_power_w is None or solar.is_silent(now_s):
        return None
    return house.left_by_house_w(sensing.house, solar, now_s)


def _by_sun_and_house(sensing: Sensing, watts: float, now_s: float) -> Surplus:
    draw = sensing.draws.at(now_s)
    others_w = draw.all_w.likely - draw.solar_w.likely
    return Surplus(
        now_s,
        Basis.SUN_AND_HOUSE,
        Estimate.exactly(watts),
        Estimate.exactly(watts - others_w),
        draw.all_w.likely - watts,
    )


def _is_battery_unknown(sensing: Sensing, now_s: float) -> bool:
    battery = sensing.battery
    return battery.samples.last is None or battery.is_away(now_s)


def _without_battery(
    sensing: Sensing, site: SiteReading, held_s: float | None, now_s: float
) -> Surplus | None:
    """Return the surplus while the battery's power is unknown: export is certain."""
    last = sensing.grid.samples.last
    if last is None:
        return None
    if last.watts < -EXPORT_W:
        grid = (
            sensing.grid.samples
            if held_s is None
            else sensing.grid.samples.held(held_s)
        )
        at_s = grid.recent[-1].at_s
        if at_s <= sensing.balanced_s or not _is_due(
            sensing, HELD_EACH_S if held_s else 0.0, now_s
        ):
            return None
        return _of_balance(
            sensing,
            at_s,
            Estimate.exactly(last.watts),
            NOTHING,
            Basis.CERTAIN_PART,
            now_s,
        )
    left_w = _left_by_house_w(sensing, site, now_s)
    if left_w is None:
        return _less_each_time(sensing, max(0.0, last.watts), now_s)
    if not _is_due(sensing, STAND_IN_EACH_S, now_s):
        return None
    return _by_sun_and_house(sensing, house.counted_on_w(left_w), now_s)


def _clipped(sensing: Sensing, site: SiteReading, now_s: float) -> Surplus | None:
    """Return the surplus of a site that exports nothing and does not tell its import: at most what its cars drew."""
    last = sensing.grid.samples.last
    if last is None or last.at_s <= sensing.balanced_s:
        return None
    left_w = _left_by_house_w(sensing, site, now_s)
    if left_w is None or _exports_less_than_remembered(sensing, last.at_s):
        return _less_each_time(sensing, 0.0, now_s)
    most_w = sensing.draw_told_at(last.at_s).all_w.likely
    return _by_sun_and_house(sensing, min(left_w, most_w), now_s)


def _exports_less_than_remembered(sensing: Sensing, at_s: float) -> bool:
    """Return True if sun, remembered house and cars leave export at an instant at which there is none: the house draws more."""
    drawn_w = sensing.draw_told_at(at_s).all_w.high
    true_s = at_s - sensing.lateness.likely_s
    left_w = house.left_by_house_w(sensing.house, sensing.solar, true_s)
    return left_w is not None and 0 < drawn_w < house.counted_on_w(left_w)


def _less_each_time(sensing: Sensing, import_w: float, now_s: float) -> Surplus | None:
    """Return a surplus below what the cars draw, and the more so the longer nothing else is known."""
    if not _is_due(sensing, STAND_IN_EACH_S, now_s):
        return None
    partial_s = 0.0 if sensing.partial_s is None else now_s - sensing.partial_s
    part_w = min(MAX_PART_W, PART_W * 2 ** (partial_s / PART_DOUBLES_S))
    draw = sensing.draws.at(now_s)
    less_w = import_w + part_w
    return Surplus(
        now_s, Basis.CERTAIN_PART, draw.all_w - less_w, draw.solar_w - less_w, import_w
    )


def _measured(sensing: Sensing, held_s: float | None, now_s: float) -> Surplus | None:
    """Return the surplus by the newest balance of grid and battery; None without a new one."""
    grid, battery = sensing.grid.samples, sensing.battery.samples
    if held_s is not None:
        if not _is_due(sensing, HELD_EACH_S, now_s):
            return None
        grid = grid.held(held_s)
    last = grid.last
    if last is None:
        return None
    at_s, battery_w = last.at_s, NOTHING
    if battery.last is not None:
        if battery.is_silent(now_s):
            battery = battery.held(at_s)
        at_s = min(at_s, battery.recent[-1].at_s)
        battery_w = battery.at(at_s) * (1 / sensing.battery.seen.share)
    if at_s <= sensing.balanced_s:
        return None
    basis = Basis.METERS if held_s is None else Basis.UNCHANGED
    return _of_balance(sensing, at_s, grid.at(at_s), battery_w, basis, now_s)


def _of_balance(
    sensing: Sensing,
    at_s: float,
    grid_w: Estimate,
    battery_w: Estimate,
    basis: Basis,
    now_s: float,
) -> Surplus:
    """Return the surplus of a balance that was told at an instant."""
    draw = sensing.draw_told_at(at_s)
    given_w = -(grid_w + battery_w)
    return Surplus(
        now_s,
        basis,
        draw.all_w + given_w,
        draw.solar_w + given_w,
        grid_w.likely,
        battery_w.likely,
    )


def _accepted(sensing: Sensing, surplus: Surplus, now_s: float) -> Sensing:
    """Return the memory with a new estimate, and with what is learned from it."""
    before = sensing.surplus
    gap_s = now_s - (before.at_s if before is not None else now_s)
    longest_s = LONGEST_STAND_S
    if surplus.is_measured:
        longest_s = _usual_stand_s(sensing)
    surplus = replace(surplus, stands_for_s=min(longest_s, gap_s))
    sensing = replace(sensing, surplus=surplus, partial_s=_partial_s(sensing, surplus))
    if surplus.is_measured:
        return _learned(sensing, surplus, now_s)
    return sensing


def _usual_stand_s(sensing: Sensing) -> float:
    """Return the longest time that a measured balance stands for: it comes at the pace of the slower meter."""
    both = (sensing.grid.samples, sensing.battery.samples)
    meters = [samples for samples in both if samples.last is not None]
    gap_s = max(meter.usual_gap_s for meter in meters)
    patience_s = max(meter.patience_s for meter in meters)
    return max(min(SLOWEST_S, gap_s), min(LONGEST_STAND_S, patience_s))


def _partial_s(sensing: Sensing, surplus: Surplus) -> float | None:
    if surplus.basis is not Basis.CERTAIN_PART:
        return None
    return surplus.at_s if sensing.partial_s is None else sensing.partial_s


def _learned(sensing: Sensing, surplus: Surplus, now_s: float) -> Sensing:
    """Return the memory with lateness, seen share and house learned from a balance of the meters."""
    grid, battery = sensing.grid.samples, sensing.battery.samples
    if surplus.basis is Basis.UNCHANGED:
        grid = grid.held(now_s)
        sensing = replace(sensing, grid=replace(sensing.grid, samples=grid))
    at_s = grid.recent[-1].at_s
    if battery.last is not None:
        at_s = min(at_s, battery.last.at_s) if not battery.is_silent(now_s) else at_s
    sensing = replace(sensing, balanced_s=at_s)
    net = Sample(at_s, surplus.grid_w + surplus.battery_w)
    learn = lateness.held if surplus.basis is Basis.UNCHANGED else lateness.learned
    learned = learn(sensing.learned_lateness, net, sensing.solar, sensing.draws)
    sensing = replace(sensing, learned_lateness=learned)
    sensing = _with_seen_share(sensing, surplus, at_s)
    if _is_still(sensing, at_s) and _is_of_now(sensing, surplus):
        return _with_house(sensing, surplus, at_s)
    return sensing


def _is_of_now(sensing: Sensing, surplus: Surplus) -> bool:
    """Return True if a balance is measured, or said to be unchanged in the same sun while too little was measured.

    Otherwise, a meter that is dead would teach what it should be found out by.
    """
    if surplus.basis is Basis.METERS:
        return True
    told, solar = sensing.grid.told, sensing.solar
    if sensing.house.is_settled or told is None or solar.last is None:
        return False
    late_s = sensing.lateness.likely_s
    change_w = solar.last.watts - solar.at(told.at_s - late_s).likely
    return abs(change_w) <= SAME_SUN_W


def _with_seen_share(sensing: Sensing, surplus: Surplus, at_s: float) -> Sensing:
    battery, solar = sensing.battery, sensing.solar
    if battery.samples.last is None or solar.last is None:
        return sensing
    true_s = at_s - sensing.lateness.likely_s
    net_load_w = sensing.draws.at(true_s).all_w.likely - solar.at(true_s).likely
    seen_w = surplus.battery_w * battery.seen.share
    sample = battery_meter.SiteSample(at_s, surplus.grid_w, seen_w, net_load_w)
    seen = battery_meter.learned(battery.seen, sample)
    return replace(sensing, battery=replace(battery, seen=seen))


def _is_still(sensing: Sensing, at_s: float) -> bool:
    draw = sensing.draw_told_at(at_s)
    return draw.spread_w <= STILL_W + STILL_SHARE * draw.all_w.high


def _with_house(sensing: Sensing, surplus: Surplus, at_s: float) -> Sensing:
    if sensing.solar.last is None:
        return sensing
    solar_w = sensing.solar.at(at_s - sensing.lateness.likely_s).likely
    load_w = solar_w - surplus.all_w.likely
    seen = house.observed(sensing.house, load_w, surplus.stands_for_s)
    return replace(sensing, house=seen)
