"""Common reading of a site's sources: sums, pairs of import and export, and the balance of a house without a grid meter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

from ..model import PhasePowers, SiteReading
from .told import Told, ToldSite

PHASES = 3
HOLDS_S = 60.0
"""Time for which the last power of sun or house is taken to be the present one."""
BOTH_W = 30.0
"""Import and export at once that noise does not explain."""

type CarsPower = Callable[[float], float]
"""Returns the estimated power of all cars at an instant, in watts."""


@dataclass(frozen=True, slots=True)
class _Power:
    """Sum of powers, with the instant of the newest report in it."""

    watts: float
    newest_s: float


def site_reading(told: ToldSite, cars_w: CarsPower) -> SiteReading | None:
    """Return the common reading of the sources; None if there is nothing that tells the power from the grid."""
    meters = (*told.grid, *told.imports, *told.exports)
    if not meters and not (told.solar and told.load):
        return None
    solar, battery = _sum(told.solar), _sum(told.batteries)
    battery_w = None if battery is None else battery.watts
    grid = _metered(told) if meters else _balanced(told, battery_w or 0.0, cars_w)
    soc = told.battery_soc_percent
    return SiteReading(
        grid_power_w=None if grid is None else grid.watts,
        grid_at_s=_newest_s(meters) if grid is None else grid.newest_s,
        # Without a grid meter, the surplus does not depend on the battery.
        battery_power_w=battery_w if meters else battery_w or 0.0,
        battery_at_s=_newest_s(told.batteries) if told.batteries else None,
        battery_soc_percent=None if soc is None else soc.value,
        phases_apart=told.grid_phases is not None,
        grid_phases_w=_phases_w(told.grid_phases),
        # Without a grid meter, the sun is a part of the balance already, and tells nothing beyond it.
        solar_power_w=solar.watts if solar and told.solar and meters else None,
        solar_at_s=_newest_s(told.solar) if told.solar and meters else None,
        alive_s=told.alive_s,
        exports_only=bool(told.exports) and not (told.imports or told.grid),
    )


def _phases_w(phases: Sequence[Told] | None) -> PhasePowers | None:
    watts = [phase.value for phase in phases or () if phase.value is not None]
    return (watts[0], watts[1], watts[2]) if len(watts) == PHASES else None


def _newest_s(sources: Sequence[Told]) -> float:
    return max((source.reported_s for source in sources), default=-math.inf)


def _sum(sources: Sequence[Told]) -> _Power | None:
    """Return the sum of sources; None while one is unavailable."""
    values = [source.value for source in sources if source.value is not None]
    if len(values) < len(sources):
        return None
    return _Power(math.fsum(values), _newest_s(sources))


def _metered(told: ToldSite) -> _Power | None:
    """Return the power from the grid by its meters.

    The power in one direction is constant, and need not be reported, while the other changes.
    """
    net, imports, exports = _sum(told.grid), _sum(told.imports), _sum(told.exports)
    if net is None or imports is None or exports is None:
        return None
    watts = net.watts + imports.watts - exports.watts
    if len(told.imports) == len(told.exports) == 1 and not told.grid:
        watts = _of_pair(told.imports[0], told.exports[0], watts)
    return _Power(watts, max(net.newest_s, imports.newest_s, exports.newest_s))


def _of_pair(imported: Told, exported: Told, watts: float) -> float:
    """Return the power of a pair: if it tells both directions at once, the newer report is right."""
    if min(imported.value or 0.0, exported.value or 0.0) <= BOTH_W:
        return watts
    if imported.reported_s > exported.reported_s:
        return imported.value or 0.0
    return -(exported.value or 0.0)


def _balanced(told: ToldSite, battery_w: float, cars_w: CarsPower) -> _Power | None:
    """Return the power from the grid without a meter: the load, less solar power and battery."""
    solar, load = _sum(told.solar), _sum(told.load)
    if solar is None or load is None:
        return None
    newest_s = max(solar.newest_s, load.newest_s)
    oldest_s = min(solar.newest_s, load.newest_s)
    at_s = min(newest_s, oldest_s + HOLDS_S)
    watts = load.watts - solar.watts - battery_w
    if not told.load_includes_cars:
        watts += cars_w(at_s)
    return _Power(watts, at_s)
