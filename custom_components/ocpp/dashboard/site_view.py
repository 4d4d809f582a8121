"""The site as its card shows it: what flows where, and what the cars get of it."""

from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..hub import Hub
from ..surplus.model import SiteReading
from .connector_view import ConnectorView, connector_view
from .figures import watts
from .places import may_read_place, may_read_site, places, running_hubs


@dataclass(frozen=True, slots=True)
class FlowsView:
    """The flows of power; import from the grid, discharge of the battery and power into cars are positive."""

    grid_w: int | None = None
    sun_w: int | None = None
    house_w: int | None = None
    cars_w: int | None = None
    has_battery: bool = False
    battery_w: int | None = None
    battery_soc_percent: int | None = None
    surplus_w: int | None = None
    price_per_kwh: float | None = None


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site with its connectors; without flows for somebody who must not read them."""

    available: bool
    currency: str
    entry_id: str | None = None
    flows: FlowsView | None = None
    connectors: tuple[ConnectorView, ...] = ()


def site_view(hass: HomeAssistant, user: User, entry_id: str | None) -> SiteView:
    """Return a site as it is now, as far as a user may read it.

    Without an `entry_id`, the flows are those of the first one, and the connectors those of all.
    """
    hubs = running_hubs(hass, entry_id)
    if not hubs:
        return SiteView(available=False, currency=hass.config.currency)
    return SiteView(
        True,
        hass.config.currency,
        hubs[0].entry.entry_id,
        _flows(hubs[0]) if may_read_site(hass, user, hubs[0]) else None,
        tuple(
            connector_view(hass, place)
            for hub in hubs
            for place in places(hub)
            if may_read_place(hass, user, place)
        ),
    )


def _flows(hub: Hub) -> FlowsView:
    site = hub.site
    cars_w = sum(
        place.charger.evse(place.evse_id).meter.power_w or 0.0
        for place in places(hub)
        if place.charger.station.connected
    )
    tariff = site.planner.forecast_inputs.tariff_at(dt_util.utcnow().timestamp())
    reading = site.reading
    if reading is None:
        return FlowsView(cars_w=watts(cars_w))
    soc_percent = reading.battery_soc_percent
    return FlowsView(
        watts(reading.grid_power_w),
        watts(reading.solar_power_w),
        watts(_house_w(reading, cars_w)),
        watts(cars_w),
        reading.has_battery,
        watts(reading.battery_power_w) if reading.has_battery else None,
        None if soc_percent is None else round(soc_percent),
        watts(site.surplus_w),
        None if tariff is None else round(tariff.price_per_kwh, 4),
    )


def _house_w(reading: SiteReading, cars_w: float) -> float | None:
    """Return what the house takes without the cars; None while a flow is unknown."""
    flows_w = (reading.grid_power_w, reading.solar_power_w, reading.battery_power_w)
    known_w = [flow_w for flow_w in flows_w if flow_w is not None]
    if len(known_w) < len(flows_w):
        return None
    # Meters that are not read at the same instant may add up to less than the cars draw.
    return max(0.0, sum(known_w) - cars_w)
