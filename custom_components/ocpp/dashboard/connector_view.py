"""A connector as its card shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from ..csms.evses.transaction import Transaction
from ..entities.statuses import STATUSES
from ..surplus.accounts.accounts import Account
from .figures import amperes, kilowatt_hours, minute, money, watts
from .places import Place


@dataclass(frozen=True, slots=True)
class SessionView:
    """The present or the last session, with the origin of its energy."""

    running: bool
    started_s: int | None
    energy_kwh: float | None
    solar_kwh: float | None
    battery_kwh: float | None
    grid_kwh: float | None
    cost: float | None
    savings: float | None


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The figures of a reason."""

    available_w: int | None
    needed_w: int | None
    starts_s: int | None
    price_per_kwh: float | None
    ready_s: int | None


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector. `connector` is its number where the charger has several; `entities` are those that exist."""

    key: str
    charger: str
    connector: int | None
    device_id: str
    online: bool
    plugged_in: bool | None
    status: str | None
    mode: str
    plans: bool
    reason: str | None
    figures: FiguresView
    power_w: int | None
    current_a: float | None
    offered_a: float | None
    phases: int | None
    soc_percent: int | None
    session: SessionView | None
    entities: Mapping[str, str]


def connector_view(hass: HomeAssistant, place: Place) -> ConnectorView:
    """Return a connector as it is now."""
    charger, evse_id, key = place.charger, place.evse_id, place.key
    evse, site = charger.evse(evse_id), place.hub.site
    mode = charger.preferences_of(evse_id).mode
    soc_percent = site.planner.soc_percent(key)
    online = charger.station.connected
    meter = evse.meter
    return ConnectorView(
        key,
        charger.name,
        place.connector,
        charger.device_id,
        online,
        evse.plugged_in,
        STATUSES[evse.status] if online and evse.status else None,
        mode.value,
        mode.policy.plans_departures,
        site.explanations.reason(key),
        _figures(place),
        watts(meter.power_w) if online else None,
        amperes(meter.current_a) if online else None,
        amperes(meter.offered_current_a) if online else None,
        meter.phases_in_use if online else None,
        None if soc_percent is None else round(soc_percent),
        _session(place, evse.transaction),
        place.entities(hass),
    )


def _figures(place: Place) -> FiguresView:
    figures = place.hub.site.explanations.figures(place.key)
    in_money = not place.hub.site.planner.forecast_inputs.counts_emissions
    price = figures.price_per_kwh if in_money else None
    return FiguresView(
        watts(figures.available_w),
        watts(figures.needed_w),
        minute(figures.starts_s),
        None if price is None else round(price, 4),
        minute(figures.ready_s),
    )


def _session(place: Place, transaction: Transaction | None) -> SessionView | None:
    if transaction is None:
        return None
    ledger = place.hub.recorder.ledger_of(place.key)
    account = ledger.account_of(transaction.id) or Account()
    return SessionView(
        transaction.running,
        minute(transaction.started_at.timestamp()),
        kilowatt_hours(transaction.energy_wh),
        kilowatt_hours(account.sun_wh),
        kilowatt_hours(account.battery_wh),
        kilowatt_hours(account.grid_wh),
        money(account.known_cost),
        money(account.known_savings),
    )
