"""A meter of currents: one sensor for each phase."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import (
    async_call_later,
    async_track_state_change_event,
    async_track_state_report_event,
)

from ..quantities import amperes_of
from ..surplus.circuits.circuits import CircuitReading

_TOGETHER_S = 0.5
"""The time within which reports of several phases belong to the same reading."""
_REST_S = 0.25
"""The time to wait for the phases that have not reported yet."""


@dataclass(frozen=True, slots=True)
class CurrentSensors:
    """The sensors of the phases in order; `sign` makes consumption positive."""

    entity_ids: tuple[str, ...] = ()
    sign: int = 1

    @classmethod
    def of(cls, entity_ids: Sequence[str | None], inverted: bool) -> CurrentSensors:
        """Return the sensors that are set up."""
        given = tuple(id_ for id_ in entity_ids if id_ is not None)
        return cls(given, -1 if inverted else 1)


class CurrentMeter:
    """Follows the sensors of a meter, and calls back at each new reading."""

    def __init__(
        self,
        hass: HomeAssistant,
        sensors: CurrentSensors,
        on_change: Callable[[], None],
    ) -> None:
        """Read the sensors, and follow them."""
        self._hass = hass
        self.sensors = sensors
        self._on_change = on_change
        self._waiting: CALLBACK_TYPE | None = None
        self._tracking = [
            async_track_state_change_event(hass, sensors.entity_ids, self._async_on),
            async_track_state_report_event(hass, sensors.entity_ids, self._async_on),
        ]
        self.reading: CircuitReading | None = None
        """The last reading; it ages while a sensor is unavailable."""
        self._read()

    @callback
    def async_stop(self) -> None:
        """Stop following the sensors."""
        self._stop_waiting()
        for untrack in self._tracking:
            untrack()

    @callback
    def _async_on(
        self, _: Event[EventStateChangedData] | Event[EventStateReportedData]
    ) -> None:
        reported_s = [state.last_reported.timestamp() for state in self._states()]
        if max(reported_s, default=0.0) - min(reported_s, default=0.0) <= _TOGETHER_S:
            self._stop_waiting()
            self._async_take()
        elif self._waiting is None:
            self._waiting = async_call_later(self._hass, _REST_S, self._async_on_rest)

    @callback
    def _async_on_rest(self, _: datetime) -> None:
        self._waiting = None
        self._async_take()

    def _async_take(self) -> None:
        before = self.reading
        self._read()
        if self.reading != before:
            self._on_change()

    def _read(self) -> None:
        states = self._states()
        amps = [amperes_of(state) for state in states]
        known = [self.sensors.sign * value for value in amps if value is not None]
        if len(known) == len(self.sensors.entity_ids):
            at_s = max(state.last_reported.timestamp() for state in states)
            self.reading = CircuitReading(at_s, tuple(known))

    def _states(self) -> list[State]:
        states = [self._hass.states.get(id_) for id_ in self.sensors.entity_ids]
        return [state for state in states if state is not None]

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting()
            self._waiting = None
