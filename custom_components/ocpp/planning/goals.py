"""What the owner wants of one connector by the next departure, and how far its session has come."""

from dataclasses import replace
from datetime import datetime
import math

from homeassistant.core import HomeAssistant

from ..chargers.charger import Charger
from ..chargers.departures import (
    Goal,
    Progress,
    charged_to,
    needed_wh,
    next_departure,
    progressed,
)
from ..config.vehicle import Vehicle
from ..csms.metering.meter import Measurand
from ..csms.model import Evse
from ..surplus.modes import Mode
from ..surplus.planning.plan import ChargingGoal
from ..surplus.planning.supply import PowerRange
from .calendars import Calendars
from .price_formats import number_of


class GoalTracker:
    """Charging goal of a connector, made of its owner's goal, the car and the session."""

    def __init__(
        self,
        hass: HomeAssistant,
        calendars: Calendars,
        charger: Charger,
        evse_id: int,
    ) -> None:
        """Initialize with a session that has not begun."""
        self._hass = hass
        self._calendars = calendars
        self._charger = charger
        self._evse_id = evse_id
        self._progress = Progress()

    @property
    def vehicle(self) -> Vehicle:
        """What is set up about the car."""
        return self._charger.config.vehicle

    @property
    def departs_s(self) -> float:
        """When the car departs next; inf while that is not known."""
        departure = self._progress.departure
        return math.inf if departure is None else departure.timestamp()

    @property
    def soc_percent(self) -> float | None:
        """How full the car is; None while it does not tell."""
        return self._progress.soc_percent

    @property
    def delivered_wh(self) -> float:
        """What the session has come to."""
        session = self._evse.running_transaction
        return 0.0 if session is None else session.energy_wh or 0.0

    @property
    def _evse(self) -> Evse:
        return self._charger.evse(self._evse_id)

    @property
    def _goal(self) -> Goal:
        return self._charger.preferences_of(self._evse_id).goal

    def goal(
        self, mode: Mode, power_range: PowerRange, now: datetime
    ) -> ChargingGoal | None:
        """Return what is wanted; None where nothing needs a plan."""
        self._follow(now)
        if not mode.policy.plans_departures or not self._evse.plugged_in:
            return None
        limited = mode.policy.uses_price_limit
        limit = self._goal.price_limit_per_kwh if limited else None
        goal = ChargingGoal(
            math.inf, None, power_range, limit, self._progress.delivered_wh
        )
        energy_wh = needed_wh(self._goal, self.vehicle, self._progress)
        if energy_wh is not None and self._progress.departure is not None:
            return replace(goal, energy_wh=energy_wh, departure_s=self.departs_s)
        return goal if limited else None

    def _follow(self, now: datetime) -> None:
        """Take note of how far the session has come, and of the next departure."""
        in_calendar = self._calendars.next_begin(self.vehicle.calendar, now)
        session = self._evse.running_transaction
        progress = progressed(
            self._progress,
            None if session is None else session.id,
            self.delivered_wh,
            next_departure(self._goal, self.vehicle, in_calendar, now),
            now,
        )
        told_percent = vehicle_soc_percent(self._hass, self._charger, self._evse_id)
        self._progress = charged_to(progress, told_percent)


def vehicle_soc_percent(
    hass: HomeAssistant, charger: Charger, evse_id: int
) -> float | None:
    """Return how full the car is: as its own entity tells it, else as the charger does; None while nobody tells."""
    entity_id = charger.config.vehicle.soc_entity
    if entity_id is None:
        return charger.evse(evse_id).meter.value(Measurand.SOC)
    state = hass.states.get(entity_id)
    return None if state is None else number_of(state.state)
