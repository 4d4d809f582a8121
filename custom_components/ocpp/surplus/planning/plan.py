"""The words of planning: what is wanted, when a car shall charge, and what follows from that for now."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

from .outlook import HOUR_S
from .supply import PowerRange, Source

NEGLIGIBLE_WH = 1.0


@dataclass(frozen=True, slots=True)
class ChargingGoal:
    """What an owner wants of a charger.

    `energy_wh` is what is still to be charged on top of the `delivered_wh` that the session has come to, inf for as
    much as the car takes. Without a departure, only the sun and cheap slots are used. `price_limit` is the price per
    kWh up to which to charge in any case.
    """

    energy_wh: float
    departure_s: float | None
    power_range: PowerRange
    price_limit: float | None = None
    delivered_wh: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A time in which a car shall charge.

    `power_w` is what it is expected to draw, of which `sun_w` from the sun; `price_per_kwh` is what the grid's energy
    costs then, `cost` all of the slot's. The price is `guessed` where nobody has told one yet.
    """

    start_s: float
    end_s: float
    source: Source
    power_w: float
    sun_w: float
    price_per_kwh: float
    cost: float
    guessed: bool = False

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.end_s - self.start_s) / HOUR_S

    @property
    def energy_wh(self) -> float:
        """What it gives the car."""
        return self.power_w * self.hours

    @property
    def grid_w(self) -> float:
        """What it takes from the grid."""
        return self.power_w - self.sun_w


@dataclass(frozen=True, slots=True)
class Plan:
    """When a car charges, and what will be missing at its departure all the same."""

    goal: ChargingGoal
    slots: Sequence[PlannedSlot] = ()
    missing_wh: float = 0.0

    @property
    def feasible(self) -> bool:
        """Whether the car can be ready in time."""
        return self.missing_wh <= NEGLIGIBLE_WH

    @property
    def cost(self) -> float:
        """What it will cost, with the sun at the feed-in tariff."""
        return math.fsum(slot.cost for slot in self.slots)

    @property
    def energy_wh(self) -> float:
        """What the slots amount to."""
        return math.fsum(slot.energy_wh for slot in self.slots)

    @property
    def ready_s(self) -> float | None:
        """When the car will have what was wanted; None where no departure asks for it."""
        goal = self.goal
        if goal.departure_s is None:
            return None
        if not self.feasible:
            return goal.departure_s + self.missing_wh / goal.power_range.max_w * HOUR_S
        return self.slots[-1].end_s if self.slots else None

    def slot_at(self, at_s: float) -> PlannedSlot | None:
        """Return the slot of an instant."""
        return next(
            (slot for slot in self.slots if slot.start_s <= at_s < slot.end_s), None
        )

    def fulfilled(self, delivered_wh: float) -> bool:
        """Whether the car has what was wanted, with what the session has come to."""
        return delivered_wh - self.goal.delivered_wh >= self.goal.energy_wh


def grid_allowance_w(plan: Plan | None, now_s: float, delivered_wh: float) -> float:
    """Return how much a charger may draw from the grid now, beyond the surplus: inf for as much as it can.

    Args:
        plan: the charger's plan; None without any.
        now_s: the present instant.
        delivered_wh: what the session has come to.
    """
    if plan is None or plan.fulfilled(delivered_wh):
        return 0.0
    match plan.slot_at(now_s):
        case PlannedSlot(source=Source.GRID | Source.CHEAP):
            return math.inf
        case PlannedSlot(source=Source.TOP_UP) as slot:
            return slot.grid_w
        case _:
            return 0.0
