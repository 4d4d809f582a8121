"""The reason why each connector charges or not."""

from collections.abc import Iterator, Mapping

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..chargers.external_schedule import limit_at
from ..csms.evses.status import ConnectorStatus
from ..csms.observers import Listeners
from ..planning.planner import Planner
from ..surplus.explain.explanation import explain
from ..surplus.explain.figures import Figures, figures_of
from ..surplus.explain.reasons import Reason
from ..surplus.explain.sunlight import Sunlight, judged
from ..surplus.model import ChargerReading
from ..surplus.modes import PAUSE_MODE, Mode
from ..surplus.state import Outcome
from .meters import Sources

type Place = tuple[Charger, int]
"""A charger and the number of one of its connectors."""


class Explanations:
    """The present reasons of all connectors of a site."""

    def __init__(self, planner: Planner) -> None:
        """Initialize with what knows the plans."""
        self._planner = planner
        self._reasons: dict[str, Reason] = {}
        self._sunlight: dict[str, Sunlight | None] = {}
        self._decided: tuple[Mapping[str, ChargerReading], Outcome] | None = None
        self._listeners: dict[str, Listeners[()]] = {}

    def reason(self, key: str) -> Reason | None:
        """Return the reason of a connector; None before the first decision."""
        return self._reasons.get(key)

    def figures(self, key: str) -> Figures:
        """Return the figures that go with the reason of a connector."""
        if self._decided is None or (reason := self._reasons.get(key)) is None:
            return Figures()
        readings, outcome = self._decided
        if key not in readings or key not in outcome.state.chargers:
            return Figures()
        return figures_of(
            reason,
            readings[key],
            outcome.state.chargers[key],
            outcome,
            self._planner.plan_of(key),
            dt_util.utcnow().timestamp(),
        )

    def keys_with(self, reason: Reason) -> Iterator[str]:
        """Yield the connectors that have a reason."""
        return (key for key, present in self._reasons.items() if present is reason)

    @callback
    def async_subscribe(self, key: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever the reason of a connector has changed."""
        return self._listeners.setdefault(key, Listeners()).add(listener)

    @callback
    def async_update(
        self,
        places: Mapping[str, Place],
        readings: Mapping[str, ChargerReading],
        outcome: Outcome,
        reasons: Mapping[str, Reason],
        sources: Sources,
    ) -> None:
        """Derive the reasons from decisions; `reasons` are those that are known already."""
        self._decided = readings, outcome
        now_s = dt_util.utcnow().timestamp()
        for key, (charger, evse_id) in places.items():
            reading, plan = readings[key], self._planner.plan_of(key)
            sunlight = self._sunlight[key] = judged(
                self._sunlight.get(key), reading, outcome.surplus_w, now_s
            )
            reason = (
                _obstacle(charger, evse_id)
                or self._limit_reached(key, charger.preferences_of(evse_id).mode)
                or reasons.get(key)
                or explain(key, reading, outcome, plan, sunlight, now_s)
            )
            if reason is Reason.METER_SILENT and not sources.measure_grid:
                reason = Reason.NO_METER
            if reason is not self._reasons.get(key):
                self._reasons[key] = reason
                if key in self._listeners:
                    self._listeners[key].tell()

    def _limit_reached(self, key: str, mode: Mode) -> Reason | None:
        """Return the reason of a car that is charged to its limit, unless it is off anyway."""
        is_on = mode.policy.is_controlled and mode is not PAUSE_MODE
        is_reached = is_on and self._planner.is_at_limit(key)
        return Reason.TARGET_REACHED if is_reached else None


def _obstacle(charger: Charger, evse_id: int) -> Reason | None:
    """Return the reason that keeps a connector from charging whatever the surplus controller decides."""
    evse = charger.evse(evse_id)
    if not charger.station.connected:
        return Reason.OFFLINE
    if evse.status is ConnectorStatus.FAULTED:
        return Reason.OUT_OF_ORDER
    if evse.status is ConnectorStatus.UNAVAILABLE and evse.stopped_for_pause is None:
        return Reason.OUT_OF_ORDER
    if not evse.plugged_in and evse.stopped_for_pause is None:
        return Reason.NO_CAR
    if evse.running_transaction is None and evse.stopped_for_pause is None:
        return Reason.NO_SESSION
    if evse.external_profile:
        return Reason.EXTERNAL_PROFILE
    if evse.refuses_limits:
        return Reason.LIMIT_REFUSED
    if evse.ignores_limits:
        return Reason.LIMIT_IGNORED
    if charger.maximum_current_a(evse_id) < charger.minimum_current_a:
        return Reason.PAUSED_BY_OWNER
    schedule = charger.preferences_of(evse_id).schedule
    if limit_at(schedule, dt_util.utcnow()) is not None:
        return Reason.SCHEDULE
    return None
