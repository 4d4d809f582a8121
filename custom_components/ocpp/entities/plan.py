"""Entities that show the decisions of the surplus controller about a connector."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..site.site import Site
from ..surplus.explain.reasons import Reason
from ..surplus.planning.plan import Plan
from ..surplus.planning.supply import Source
from .adding import Follow
from .base import EvseEntity

REASONS = {
    Source.SUN: Reason.SUN,
    Source.TOP_UP: Reason.TOPPED_UP,
    Source.CHEAP: Reason.CHEAP_PRICE,
    Source.GRID: Reason.PLANNED,
}
"""The reason of the charger in a planned slot, by the source of its energy."""


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """A slot of a plan as it is shown."""

    start: datetime
    end: datetime
    source: Source
    power_w: float
    price_per_kwh: float | None
    grams_per_kwh: float | None = None

    @property
    def attributes(self) -> dict[str, object]:
        """The attributes of the slot."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "source": self.source.value,
            "reason": REASONS[self.source].value,
            "power": self.power_w,
            "price": self.price_per_kwh,
            "carbon_intensity": self.grams_per_kwh,
        }


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan as it is shown, to the minute, as it is computed anew each minute."""

    slots: Sequence[ShownSlot] = ()
    departure: datetime | None = None
    cost: float | None = None
    at_risk: bool = False
    missing_kwh: float = 0.0
    ready_at: datetime | None = None

    @property
    def next_start(self) -> datetime | None:
        """The start of the present or the next slot."""
        return self.slots[0].start if self.slots else None

    @property
    def attributes(self) -> dict[str, object]:
        """The plan in full."""
        return {
            "departure": _iso(self.departure),
            "cost": self.cost,
            "slots": [slot.attributes for slot in self.slots],
        }

    @property
    def risk(self) -> dict[str, object]:
        """The energy that will be missing at the departure, and the time at which the car will have it."""
        return {"missing_energy": self.missing_kwh, "ready_at": _iso(self.ready_at)}


def plan_at(site: Site, key: str, before: ShownPlan) -> ShownPlan:
    """Return the plan of a connector as it is shown; grams of a carbon intensity are no money."""
    plan = shown(site.planner.plan_of(key), before)
    if not site.planner.forecast_inputs.counts_emissions:
        return plan
    slots = [
        replace(slot, price_per_kwh=None, grams_per_kwh=slot.price_per_kwh)
        for slot in plan.slots
    ]
    return replace(plan, slots=tuple(slots), cost=None)


def shown(plan: Plan | None, before: ShownPlan) -> ShownPlan:
    """Return a plan as it is shown; a slot that continues keeps its start."""
    if plan is None:
        return ShownPlan()
    slots = [
        ShownSlot(
            _minute(slot.start_s),
            _minute(slot.end_s),
            slot.source,
            round(slot.power_w, -1),
            None if slot.guessed else round(slot.price_per_kwh, 5),
        )
        for slot in plan.all_slots
    ]
    if slots and before.slots:
        first, last = slots[0], before.slots[0]
        if last.source is first.source and last.start <= first.start <= last.end:
            slots[0] = replace(first, start=last.start)
    guessed = any(slot.guessed and slot.grid_w > 0 for slot in plan.slots)
    departure_s = plan.goal.departure_s
    ready_s = plan.ready_s
    return ShownPlan(
        tuple(slot for slot in slots if slot.end > slot.start),
        None if departure_s is None else _minute(departure_s),
        None if guessed else round(plan.cost, 2),
        at_risk=not plan.feasible,
        missing_kwh=round(plan.missing_wh / 1000, 1),
        ready_at=None if ready_s is None else _minute(ready_s),
    )


def _minute(at_s: float) -> datetime:
    return datetime.fromtimestamp(round(at_s / 60) * 60, UTC)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else dt_util.as_local(at).isoformat()


def follow_plans(site: Site) -> Follow:
    """Return how to wait for the plan of a connector."""
    return lambda _, __, check: (site.planner.async_subscribe(check),)


class DecisionEntity(EvseEntity):
    """An entity that shows a decision about a connector."""

    known_offline = True

    def __init__(
        self,
        site: Site,
        charger: Charger,
        evse_id: int,
        description: EntityDescription,
    ) -> None:
        """Initialize."""
        super().__init__(charger, evse_id, description)
        self.site = site

    @abstractmethod
    def async_subscribe(self) -> CALLBACK_TYPE:
        """Follow what is shown."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is shown."""
        self.async_on_remove(self.async_subscribe())


class PlanEntity(DecisionEntity):
    """An entity that shows something of a connector's plan."""

    _shown = ShownPlan()

    @abstractmethod
    def show(self, plan: ShownPlan) -> None:
        """Set the attributes that hold the state."""

    @override
    def is_known(self) -> bool:
        return self.site.planner.plan_of(self.identifier) is not None

    @override
    def async_subscribe(self) -> CALLBACK_TYPE:
        self._shown = plan_at(self.site, self.identifier, self._shown)
        self.show(self._shown)
        return self.site.planner.async_subscribe(self._async_on_plan)

    @callback
    def _async_on_plan(self) -> None:
        plan = plan_at(self.site, self.identifier, self._shown)
        if plan != self._shown:
            self._shown = plan
            self.show(plan)
            self.async_write_ha_state()
