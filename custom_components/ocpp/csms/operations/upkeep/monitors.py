"""Clearing of monitors, within the bounds of the charger."""

from collections.abc import Sequence

from ...devices.monitors import MonitorResult
from ...station import ChargingStation


async def clear_monitors(
    station: ChargingStation, monitor_ids: Sequence[int]
) -> list[MonitorResult]:
    """Clear monitors that the charger has reported, in as many calls as it takes, and return the result for each.

    Raises:
        CsmsError: as `ChargingStation.request` does.
    """
    if not monitor_ids:
        return []
    names = station.version.monitors.clearing_bounds
    bounds = await station.commands.get_settings(*names) if names else {}
    return await station.request(
        lambda version: version.monitors.clear(monitor_ids, bounds)
    )
