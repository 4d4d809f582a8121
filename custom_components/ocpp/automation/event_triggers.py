"""Triggers on events at chargers, with their figures as variables."""

from typing import ClassVar, cast, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .announcements import ANNOUNCED, Announcement, Kind
from .targets import targeted_devices


class AnnouncementTrigger(Trigger):
    """A trigger on one kind of event."""

    _kind: ClassVar[Kind]

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the target."""
        return cast(ConfigType, ENTITY_STATE_TRIGGER_SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize."""
        super().__init__(hass, config)
        self._target = config.target or {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action with every event at a targeted charger."""

        @callback
        def on_announcement(told: Announcement) -> None:
            # The target is resolved anew each time, because areas, labels and devices change.
            if told.kind is not self._kind or told.device_ids.isdisjoint(
                targeted_devices(self._hass, self._target)
            ):
                return
            variables = {**told.attributes, "charger": told.charger}
            run_action(variables, f"{told.kind} at {told.charger}")

        return async_dispatcher_connect(self._hass, ANNOUNCED, on_announcement)


def make_event_trigger(kind: Kind) -> type[Trigger]:
    """Return a trigger on one kind of event."""

    class CustomTrigger(AnnouncementTrigger):
        """A trigger on this kind of event."""

        _kind = kind

    return CustomTrigger
