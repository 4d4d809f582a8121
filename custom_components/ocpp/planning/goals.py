"""The charging goal of a connector, and the progress of its session towards it."""

from dataclasses import replace
from datetime import datetime
import math

from homeassistant.core import HomeAssistant

from ..chargers.charger import Charger
from ..chargers.departures import (
    Goal,
    Progress,
    charged_to,
    exchanged,
    is_at_limit,
    needed_wh,
    next_departure,
    own_departure,
    progressed,
    with_needs,
)
from ..chargers.external_schedule import scheduled_limits
from ..chargers.state_of_charge import (
    BelievedSoc,
    SocReport,
    believed,
    corrected_percent,
)
from ..config.vehicle import Vehicle
from ..csms.evses.transaction import Transaction
from ..csms.metering.meter import Measurand
from ..csms.model import Evse
from ..surplus.cars.response import NOMINAL_VOLTAGE_V
from ..surplus.modes import Mode
from ..surplus.planning.outlook import Series, Span
from ..surplus.planning.plan import ChargingGoal, Preconditioning
from ..surplus.planning.supply import PowerRange
from .calendars import Calendars
from .reading.numbers import number_of


class GoalTracker:
    """Derives the charging goal of a connector from its owner's goal, the car and the session."""

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
        self._soc = BelievedSoc()
        self._told_by = (charger.occupant_of(evse_id), self._source)
        self._is_at_limit = False

    @property
    def vehicle(self) -> Vehicle:
        """The settings of the car."""
        return self._charger.vehicle_of(self._evse_id)

    @property
    def departs_s(self) -> float:
        """The time of the next departure; inf while it is unknown."""
        departure = self._progress.departure
        return math.inf if departure is None else departure.timestamp()

    @property
    def soc_percent(self) -> float | None:
        """The car's state of charge, with what was charged since it was told; None while it is unknown."""
        told_percent = self._progress.soc_percent
        if told_percent is None:
            return None
        since_wh = self.delivered_wh - self._progress.soc_at_wh
        return corrected_percent(told_percent, since_wh, self.vehicle.capacity_wh)

    @property
    def is_at_limit(self) -> bool:
        """True while the car is charged to its limit."""
        return self._is_at_limit

    @property
    def delivered_wh(self) -> float:
        """The energy of the session."""
        session = self._evse.running_transaction
        return 0.0 if session is None else session.energy_wh or 0.0

    @property
    def scheduled_limit_w(self) -> Series:
        """The power to which a schedule from outside limits the connector over time."""
        schedule = self._charger.preferences_of(self._evse_id).schedule
        phases_w = self._charger.config.phases * NOMINAL_VOLTAGE_V
        return Series(
            Span(start.timestamp(), end.timestamp(), current_a * phases_w)
            for start, end, current_a in scheduled_limits(schedule)
        )

    @property
    def _evse(self) -> Evse:
        return self._charger.evse(self._evse_id)

    @property
    def _goal(self) -> Goal:
        return self._charger.goal_of(self._evse_id)

    def goal(
        self, mode: Mode, power_range: PowerRange, now: datetime
    ) -> ChargingGoal | None:
        """Return the present charging goal; None if no plan is needed."""
        self._follow(now)
        if not mode.policy.plans_departures or not self._evse.plugged_in:
            return None
        limited = mode.policy.uses_price_limit
        limit = self._goal.price_limit_per_kwh if limited else None
        window = preconditioning(
            self._progress.departure, self._goal.preconditioning_minutes
        )
        goal = ChargingGoal(
            math.inf, None, power_range, limit, self._progress.delivered_wh, window
        )
        wanted = with_needs(self._goal, self.vehicle, self._evse.needs)
        energy_wh = needed_wh(wanted, self.vehicle, self._progress)
        if self._is_at_limit:
            return None if window is None else replace(goal, energy_wh=0.0)
        if energy_wh is not None and self._progress.departure is not None:
            return replace(goal, energy_wh=energy_wh, departure_s=self.departs_s)
        if limited:
            return goal
        return None if window is None else replace(goal, energy_wh=0.0)

    def _follow(self, now: datetime) -> None:
        """Update the progress of the session, and the next departure."""
        in_calendar = self._calendars.next_begin(self.vehicle.calendar, now)
        session = self._evse.running_transaction
        progress = progressed(
            self._progress,
            None if session is None else session.id,
            self.delivered_wh,
            next_departure(self._goal, self.vehicle, in_calendar, now)
            or own_departure(self._evse.needs, now),
            now,
        )
        occupant, source = self._charger.occupant_of(self._evse_id), self._source
        is_another = (occupant, source) != self._told_by
        if is_another:
            progress = exchanged(progress)
        if is_another or progress.session != self._progress.session:
            self._soc, self._told_by = BelievedSoc(), (occupant, source)
        report = vehicle_soc_report(self._hass, self._charger, self._evse_id)
        self._soc = believed(self._soc, report, now.timestamp())
        self._progress = charged_to(
            progress, self._soc.percent, self._told_at_wh(session)
        )
        self._is_at_limit = is_at_limit(
            self.vehicle, self.soc_percent, self._is_at_limit
        )

    @property
    def _source(self) -> str | None:
        return self.vehicle.soc_entity

    def _told_at_wh(self, session: Transaction | None) -> float | None:
        """Return the energy of the session when the vehicle told its charge, if that is known to be none."""
        state = None if self._source is None else self._hass.states.get(self._source)
        if state is None or session is None:
            return None
        return 0.0 if state.last_changed <= session.started_at else None


def preconditioning(
    departure: datetime | None, minutes: float
) -> Preconditioning | None:
    """Return the time before a departure in which the car is preconditioned; None if it is not."""
    if departure is None or minutes <= 0:
        return None
    departs_s = departure.timestamp()
    return Preconditioning(departs_s - 60 * minutes, departs_s)


def tells_soc(charger: Charger, evse_id: int) -> bool:
    """Return True if the car has an entity for its state of charge, or the charger has told it."""
    has_entity = charger.vehicle_of(evse_id).soc_entity is not None
    return has_entity or charger.evse(evse_id).meter.value(Measurand.SOC) is not None


def vehicle_soc_percent(
    hass: HomeAssistant, charger: Charger, evse_id: int
) -> float | None:
    """Return the car's state of charge as it was told; None while it is unknown."""
    report = vehicle_soc_report(hass, charger, evse_id)
    return None if report is None else report.percent


def vehicle_soc_report(
    hass: HomeAssistant, charger: Charger, evse_id: int
) -> SocReport | None:
    """Return what the car's own entity tells of its state of charge, or else its charger; None while that is nothing."""
    entity_id = charger.vehicle_of(evse_id).soc_entity
    if entity_id is None:
        measured = charger.evse(evse_id).meter.measurements.get(Measurand.SOC)
        return measured and SocReport(measured.value, measured.at.timestamp())
    state = hass.states.get(entity_id)
    percent = None if state is None else number_of(state.state)
    if state is None or percent is None:
        return None
    return SocReport(percent, state.last_reported.timestamp())
