"""Triggers on states of chargers: neither a restart nor a lost connection is a change, and a change meanwhile counts.

Home Assistant's own state triggers forget a state as soon as it is unavailable, so that a car that is plugged in during a
loss of connection would never be noticed.
"""

from typing import ClassVar, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, UnitOfPower
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    BEHAVIOR_EACH,
    EntityNumericalStateCrossedThresholdTriggerWithUnitBase,
    EntityOriginStateTriggerBase,
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.util.unit_conversion import PowerConverter

from ..entities.thresholds import async_watch_threshold
from .targets import own_entities

_SPECS = {BINARY_SENSOR_DOMAIN: DomainSpec(), SENSOR_DOMAIN: DomainSpec()}
_UNKNOWN = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class OwnStateTrigger(EntityTriggerBase):
    """A trigger on entities of this integration that remembers their last known states."""

    _domain_specs = _SPECS
    _translation_key: ClassVar[str]
    _excluded_from_states = frozenset()
    _unknown_states: ClassVar[frozenset[str]] = _UNKNOWN
    """The states that tell nothing about what this trigger is about."""

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize; nothing is remembered from before."""
        super().__init__(hass, config)
        self._last_known: dict[str, State] = {}
        self._interrupted: set[str] = set()

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that this trigger is about."""
        found = super().entity_filter(entities)
        return own_entities(self._hass, found, self._translation_key)

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Return True if the state has changed since it was last known."""
        if from_state.state not in self._unknown_states:
            return super().is_valid_transition(from_state, to_state)
        if to_state.entity_id in self._interrupted:
            return True
        last = self._last_known.get(to_state.entity_id)
        return last is not None and super().is_valid_transition(last, to_state)

    @override
    @callback
    def _cancel_invalidated_timers(
        self,
        behavior: str,
        pending_timers: dict[str, CALLBACK_TYPE],
        target_state_change_data: TargetStateChangedData,
    ) -> None:
        """Stop a wait that a loss of the state interrupts; it begins anew when the state is back."""
        entity_id = target_state_change_data.state_change_event.data["entity_id"]
        key = entity_id if behavior == BEHAVIOR_EACH else behavior
        was_waiting = key in pending_timers
        super()._cancel_invalidated_timers(
            behavior, pending_timers, target_state_change_data
        )
        if was_waiting and key not in pending_timers:
            self._interrupted.add(entity_id)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Remember the last known states from now on."""

        @callback
        def remember(data: TargetStateChangedData) -> None:
            entity_id = data.state_change_event.data["entity_id"]
            old = data.state_change_event.data["old_state"]
            if old is not None and old.state not in self._unknown_states:
                self._last_known[entity_id] = old
                self._interrupted.discard(entity_id)

        stop_remembering = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            remember,
            self.entity_filter,
            primary_entities_only=self._primary_entities_only,
        )
        stop_watching = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def detach() -> None:
            stop_watching()
            stop_remembering()

        return detach


class PowerTrigger(
    OwnStateTrigger, EntityNumericalStateCrossedThresholdTriggerWithUnitBase
):
    """A trigger on a power, which is shown soon once it crosses the threshold."""

    _base_unit = UnitOfPower.WATT
    _unit_converter = PowerConverter

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Have the power shown in time from now on."""
        detach = await super().async_attach_runner(run_action, did_not_trigger)
        unwatch = async_watch_threshold(self._hass, self._is_across)

        @callback
        def stop() -> None:
            unwatch()
            detach()

        return stop

    def _is_across(self, state: State) -> bool:
        return self.is_valid_state(state, _report_nothing)


def _report_nothing(_reason: str, /, **_data: object) -> None:
    """Report nothing of a state that has not been written."""


def make_reached_trigger(
    translation_key: str, *states: str, unknown: frozenset[str] = frozenset()
) -> type[Trigger]:
    """Return a trigger on an entity that comes to one of some states."""

    class CustomTrigger(OwnStateTrigger, EntityTargetStateTriggerBase):
        """A trigger on these states."""

        _unknown_states = _UNKNOWN | unknown
        _translation_key = translation_key
        _to_states = set(states)

    return CustomTrigger


def make_left_trigger(translation_key: str, state: str) -> type[Trigger]:
    """Return a trigger on an entity that leaves a state."""

    class CustomTrigger(OwnStateTrigger, EntityOriginStateTriggerBase):
        """A trigger on the end of this state."""

        _translation_key = translation_key
        _from_state = state

    return CustomTrigger


def make_power_trigger(translation_key: str) -> type[Trigger]:
    """Return a trigger on a power that crosses a threshold."""

    class CustomTrigger(PowerTrigger):
        """A trigger on this power."""

        _translation_key = translation_key

    return CustomTrigger
