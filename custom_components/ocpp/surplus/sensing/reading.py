"""Common reading of a site's sources: sums, pairs of import and export, and the balance of a house without a grid meter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

from ..model import SiteReading
from .told import Told, ToldSite

HOLDS_S = 60.0
"""Time for which the last power of sun or house is taken to be the present one."""

type CarsPower = Callable[[float], float]
"""Returns the estimated power of all cars at an instant, in watts."""


@dataclass(frozen=True, slots=True)
class _Power:
    """Sum of powers, with the instants of the newest and the oldest report in it."""

    watts: float
    newest_s: float
    oldest_s: float


def site_reading(told: ToldSite, cars_w: CarsPower) -> SiteReading | None:
    """Return the common reading of the sources; None while one of them is unavailable."""
    battery = _sum(told.batteries)
    if battery is None:
        return None
    grid = _grid(told) or _balanced(told, battery.watts, cars_w)
    if grid is None:
        return None
    soc, solar = told.battery_soc_percent, _sum(told.solar)
    return SiteReading(
        grid_power_w=grid.watts,
        # The power in one direction is constant, and need not be reported, while the other changes.
        grid_at_s=grid.newest_s,
        battery_power_w=battery.watts,
        battery_at_s=battery.newest_s if told.batteries else None,
        battery_soc_percent=None if soc is None else soc.value,
        solar_power_w=solar.watts if solar and told.solar else None,
    )


def _sum(sources: Sequence[Told]) -> _Power | None:
    """Return the sum of sources; None while one is unavailable."""
    values = [source.value for source in sources if source.value is not None]
    if len(values) < len(sources):
        return None
    times_s = [source.reported_s for source in sources]
    return _Power(
        math.fsum(values),
        max(times_s, default=-math.inf),
        min(times_s, default=math.inf),
    )


def _grid(told: ToldSite) -> _Power | None:
    net, imports, exports = _sum(told.grid), _sum(told.imports), _sum(told.exports)
    if net is None or imports is None or exports is None:
        return None
    parts = (net, imports, exports)
    newest_s = max(part.newest_s for part in parts)
    if newest_s == -math.inf:
        return None
    return _Power(
        net.watts + imports.watts - exports.watts,
        newest_s,
        min(part.oldest_s for part in parts),
    )


def _balanced(told: ToldSite, battery_w: float, cars_w: CarsPower) -> _Power | None:
    """Return the power from the grid without a meter: the load, less solar power and battery."""
    solar, load = _sum(told.solar), _sum(told.load)
    metered = told.grid or told.imports or told.exports
    if metered or solar is None or load is None or not (told.solar and told.load):
        return None
    newest_s = max(solar.newest_s, load.newest_s)
    oldest_s = min(solar.oldest_s, load.oldest_s)
    at_s = min(newest_s, oldest_s + HOLDS_S)
    watts = load.watts - solar.watts - battery_w
    if not told.load_includes_cars:
        watts += cars_w(at_s)
    return _Power(watts, at_s, oldest_s)
