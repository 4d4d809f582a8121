"""Export: what of the surplus is left at the grid, and what an inverter that limits export holds back.

An inverter whose export is limited gives less than it could, and so nothing shows that there is more. Cars probe: they draw a
little more, and if the inverter answers, the grid stays where it was. If it does not, the site imports, which the controller
answers as ever, and the next attempt waits.
"""

from dataclasses import dataclass, replace
import math

from ..model import Estimate, ExportLimit, SiteSettings

TOLERANCE_W = 120.0
"""Distance from its limit within which an inverter holds the export."""
TOLERANCE_SHARE = 0.03
IMPORT_W = 60.0
"""Import that inverters leave which must not export."""
HOLD_W = 5.0
"""Power that keeps a limit from being cut by rounding."""
DISCHARGE_W = 150.0
"""Power of a battery from which it is the battery that holds the grid, not the inverter."""
SUN_W = 20.0
"""Power of an inverter that is on."""
TRUST = 1.2
"""Factor by which an inverter may be able to give more than expected: forecasts are no better."""
STEADY_W = 400.0
"""Uncertainty of the cars' power up to which they have followed their last limit."""
RAISE_W = 800.0
"""Power by which cars that charge probe at a time."""
START_FACTOR = 1.15
"""Excess over the least power of a car with which a start is tried."""
HELD_S = 20.0
"""Time for which the grid must be held at the limit before an attempt: inverters and meters need some seconds."""
ATTEMPT_S = 180.0
"""Time in which a start must have led to a car that draws."""
LASTING_S = 480.0
"""Time of charging after which a start was right."""
JUDGED_S = 90.0
"""Time after an attempt within which import is taken for its failure."""
RAISE_REST_S, MOST_RAISE_REST_S = 45.0, 300.0
START_REST_S, MOST_START_REST_S = 300.0, 1800.0
"""Rest after a failed attempt, which doubles with each further one, and its most."""


@dataclass(frozen=True, slots=True)
class Site:
    """State of the site at a sample.

    Attributes:
        grid_w: power from the grid.
        battery_w: power from the battery.
        drawn_w: power of the cars.
        solar_w: power of the inverters; None if it is unknown.
        possible_w: power that they are expected to be able to give; None without a forecast.
    """

    grid_w: float
    battery_w: float
    drawn_w: Estimate
    solar_w: float | None = None
    possible_w: float | None = None

    @property
    def hidden_w(self) -> float | None:
        """Power that the inverters could probably give beyond what they give; None if that is unknown."""
        if self.possible_w is None or self.solar_w is None:
            return None
        return TRUST * self.possible_w - self.solar_w


@dataclass(frozen=True, slots=True)
class Probe:
    """Memory of the attempts to find hidden sun.

    Attributes:
        held_s: since when the inverter holds the export at its limit; None while it does not.
        started_s: the instant at which the present attempt of a start began; None without one.
        raised_s: the instant of the last attempt that has not failed; -inf without one.
        trial_s: the instant at which cars began to draw in such an attempt; None while none draws that began so.
        drawn_s: the last instant at which they drew.
        rests_until_s: cars that charge do not try again before.
        failures: number of failed attempts to draw more, in a row.
        failed_starts: number of starts that did not last, in a row.
        watts: power that is presumed beyond what is seen.
    """

    held_s: float | None = None
    started_s: float | None = None
    raised_s: float = -math.inf
    trial_s: float | None = None
    drawn_s: float = -math.inf
    rests_until_s: float = -math.inf
    failures: int = 0
    failed_starts: int = 0
    watts: float = 0.0

    @property
    def presumed_w(self) -> Estimate:
        """Power that is presumed, which counts as certain until the grid shows otherwise."""
        return Estimate.exactly(self.watts)


def left_at_grid_w(settings: SiteSettings) -> float:
    """Return the export that cars leave; negative for the import that they may cause."""
    limit = settings.export_limit
    if limit is None or not limit.only_excess:
        return settings.leave_w
    return max(settings.leave_w, limit.watts)


def left_for_cars_w(surplus_w: Estimate, settings: SiteSettings) -> Estimate:
    """Return what is left of the surplus for cars and battery."""
    return surplus_w - left_at_grid_w(settings)


def probed(
    probe: Probe, site: Site, settings: SiteSettings, least_w: float, now_s: float
) -> Probe:
    """Return the memory after a sample.

    Args:
        probe: the memory so far.
        site: what is known of the site.
        settings: the settings of the site.
        least_w: least power with which a car that follows the sun would charge; inf without one.
        now_s: the present instant.
    """
    limit = settings.export_limit
    if limit is None:
        return Probe()
    held = _is_held(site, limit)
    probe = replace(probe, held_s=(probe.held_s or now_s) if held else None, watts=0.0)
    if not math.isfinite(least_w) or not _has_room(limit, settings):
        return replace(probe, started_s=None, trial_s=None)
    if site.drawn_w.high < TOLERANCE_W:
        return _for_start(probe, site, least_w, now_s)
    if probe.started_s is not None:
        probe = replace(probe, started_s=None, trial_s=now_s, raised_s=now_s)
    probe = replace(probe, drawn_s=now_s)
    if _has_failed(probe, site, limit, now_s):
        return _rested(probe, now_s)
    if probe.held_s is None:
        return probe
    hold_w = HOLD_W + max(0.0, site.grid_w + limit.watts)
    return _for_raise(replace(probe, watts=hold_w), site, now_s)


def _has_room(limit: ExportLimit, settings: SiteSettings) -> bool:
    """Return True if cars would not anyway draw all that is exported before the inverter holds anything back."""
    return left_at_grid_w(settings) >= limit.watts - _tolerance_w(limit)


def _tolerance_w(limit: ExportLimit) -> float:
    return max(TOLERANCE_W, TOLERANCE_SHARE * limit.watts)


def _is_held(site: Site, limit: ExportLimit) -> bool:
    """Return True if it is the inverter that holds the grid at its limit."""
    missing_w = site.grid_w + limit.watts
    most_w = max(IMPORT_W, TOLERANCE_SHARE * limit.watts)
    at_limit = -_tolerance_w(limit) <= missing_w <= most_w
    by_battery = site.battery_w > DISCHARGE_W or (
        # With a limit above zero, a battery that could take more would leave no export.
        limit.watts <= TOLERANCE_W and site.battery_w < -DISCHARGE_W
    )
    dark = site.solar_w is not None and site.solar_w < SUN_W
    used = site.hidden_w is not None and site.hidden_w <= 0
    return at_limit and not by_battery and not dark and not used


def _has_failed(probe: Probe, site: Site, limit: ExportLimit, now_s: float) -> bool:
    """Return True if the inverter has not answered the last attempt."""
    missing_w = site.grid_w + limit.watts + max(0.0, site.battery_w)
    recent = now_s - probe.raised_s <= JUDGED_S
    return recent and missing_w > 2 * _tolerance_w(limit)


def _rested(probe: Probe, now_s: float) -> Probe:
    rest_s = min(MOST_RAISE_REST_S, RAISE_REST_S * 2**probe.failures)
    return replace(
        probe,
        held_s=None,
        raised_s=-math.inf,
        rests_until_s=now_s + rest_s,
        failures=probe.failures + 1,
    )


def _for_start(probe: Probe, site: Site, least_w: float, now_s: float) -> Probe:
    """Return the memory while no car draws: enough for a start is presumed until a car draws, or has failed to."""
    if probe.trial_s is not None:
        lasted = probe.drawn_s - probe.trial_s >= LASTING_S
        failed = 0 if lasted else probe.failed_starts + 1
        probe = replace(probe, trial_s=None, failures=0, failed_starts=failed)
    if probe.held_s is None:
        return replace(probe, started_s=None)
    needed_w = START_FACTOR * least_w
    if probe.started_s is None:
        rest_s = min(MOST_START_REST_S, START_REST_S * 2 ** (probe.failed_starts - 1))
        rested = probe.failed_starts == 0 or now_s - probe.drawn_s >= rest_s
        possible = site.hidden_w is None or site.hidden_w >= needed_w
        if not (rested and possible) or now_s - probe.held_s < HELD_S:
            return probe
        return replace(probe, started_s=now_s, watts=needed_w)
    if now_s - probe.started_s > ATTEMPT_S:
        # No car wants to draw.
        return replace(
            probe, started_s=None, drawn_s=now_s, failed_starts=probe.failed_starts + 1
        )
    return replace(probe, watts=needed_w)


def _for_raise(probe: Probe, site: Site, now_s: float) -> Probe:
    """Return the memory while cars draw: a little more is presumed at intervals, as long as the inverter answers."""
    steady = site.drawn_w.high - site.drawn_w.low <= STEADY_W
    held = probe.held_s is not None and now_s - probe.held_s >= HELD_S
    if not (steady and held) or now_s < probe.rests_until_s:
        return probe
    if math.isfinite(probe.raised_s):
        probe = replace(probe, failures=0)
    watts = RAISE_W if site.hidden_w is None else min(RAISE_W, site.hidden_w)
    return replace(probe, raised_s=now_s, held_s=now_s, watts=max(probe.watts, watts))
