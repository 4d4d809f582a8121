"""The plan of a connector as its card shows it: prices, the sun, the planned charge and its goal."""

from collections.abc import Mapping
from dataclasses import dataclass
import math

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..entities.plan import ShownPlan, plan_at
from ..surplus.planning.outlook import DAY_S, HOUR_S, Series
from ..surplus.planning.plan import Plan
from .figures import kilowatt_hours, minute
from .places import Place, may_read_place, place_of

LONGEST_S = 2 * DAY_S
"""The longest time that is shown ahead."""


@dataclass(frozen=True, slots=True)
class SpanView:
    """A value that holds for some time: a price per kWh, or watts."""

    start_s: int
    end_s: int
    value: float


@dataclass(frozen=True, slots=True)
class SlotView:
    """A time in which the car is to charge."""

    start_s: int
    end_s: int
    source: str
    power_w: float
    price_per_kwh: float | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of a connector.

    The `currency` is None where plans weigh the carbon intensity of the grid: `prices` are grams of CO₂ then. Without a
    goal, `energy_needed_kwh` is None; else it is what is still to be charged.
    """

    available: bool
    currency: str | None
    plans: bool = False
    begins_s: int = 0
    ends_s: int = 0
    prices: tuple[SpanView, ...] = ()
    sun: tuple[SpanView, ...] = ()
    slots: tuple[SlotView, ...] = ()
    departure_s: int | None = None
    ready_s: int | None = None
    energy_done_kwh: float | None = None
    energy_needed_kwh: float | None = None
    cost: float | None = None
    at_risk: bool = False
    missing_kwh: float = 0.0
    entities: Mapping[str, str] | None = None


def plan_view(hass: HomeAssistant, user: User, entity_id: str) -> PlanView:
    """Return the plan of the connector that an entity belongs to, as far as a user may read it."""
    place = place_of(hass, entity_id)
    if place is None or not may_read_place(hass, user, place):
        return PlanView(available=False, currency=hass.config.currency)
    return _of_place(hass, place, dt_util.utcnow().timestamp())


def _of_place(hass: HomeAssistant, place: Place, now_s: float) -> PlanView:
    planner = place.hub.site.planner
    plan = planner.plan_of(place.key)
    told = plan_at(place.hub.site, place.key, ShownPlan())
    begins_s = now_s // HOUR_S * HOUR_S
    departs_s = None if told.departure is None else told.departure.timestamp()
    ends_s = min(max(begins_s + DAY_S, departs_s or 0.0), begins_s + LONGEST_S)
    session = place.charger.evse(place.evse_id).running_transaction
    done_wh = 0.0 if session is None else session.energy_wh or 0.0
    inputs = planner.forecast_inputs
    return PlanView(
        available=True,
        currency=None if inputs.counts_emissions else hass.config.currency,
        plans=place.charger.preferences_of(place.evse_id).mode.policy.plans_departures,
        begins_s=int(begins_s),
        ends_s=int(ends_s),
        prices=_spans(inputs.known_prices, begins_s, ends_s, 4),
        sun=_spans(inputs.known_sun_w, begins_s, ends_s, -1),
        slots=_slots(told, ends_s),
        departure_s=minute(departs_s),
        ready_s=None if told.ready_at is None else minute(told.ready_at.timestamp()),
        energy_done_kwh=kilowatt_hours(done_wh),
        energy_needed_kwh=kilowatt_hours(_needed_wh(plan, done_wh)),
        cost=told.cost,
        at_risk=told.at_risk,
        missing_kwh=told.missing_kwh,
        entities=place.entities(hass),
    )


def _needed_wh(plan: Plan | None, done_wh: float) -> float | None:
    """Return the energy that is still to be charged; None without a goal for it."""
    if plan is None or not math.isfinite(plan.goal.energy_wh):
        return None
    return max(0.0, plan.goal.energy_wh - (done_wh - plan.goal.delivered_wh))


def _spans(
    series: Series, begins_s: float, ends_s: float, digits: int
) -> tuple[SpanView, ...]:
    """Return the part of a series that is shown."""
    return tuple(
        SpanView(
            int(max(span.start_s, begins_s)),
            int(min(span.end_s, ends_s)),
            round(span.value, digits),
        )
        for span in series.spans
        if span.end_s > begins_s and span.start_s < ends_s
    )


def _slots(plan: ShownPlan, ends_s: float) -> tuple[SlotView, ...]:
    return tuple(
        SlotView(
            int(slot.start.timestamp()),
            int(slot.end.timestamp()),
            slot.source.value,
            slot.power_w,
            slot.price_per_kwh or slot.grams_per_kwh,
        )
        for slot in plan.slots
        if slot.start.timestamp() < ends_s
    )
