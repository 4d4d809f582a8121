"""Automations that write down what has triggered them."""

from collections.abc import Mapping
from typing import Any

from pytest_homeassistant_custom_component.common import async_capture_events

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

HEARD = "test_heard"


class Ear:
    """The variables that the triggers of an automation have told, in their order."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize; nothing has been heard."""
        self._events: list[Event] = async_capture_events(hass, HEARD)

    @property
    def heard(self) -> list[str]:
        """The ids of the triggers."""
        return [event.data["id"] for event in self._events]

    @property
    def told(self) -> Any:
        """The variables of the last trigger."""
        return self._events[-1].data["told"]


async def listen(
    hass: HomeAssistant, *triggers: dict[str, Any], told: str = "{{ none }}"
) -> Ear:
    """Set up an automation with triggers, each of the integration's on a target; `told` is what to write down."""
    ear = Ear(hass)
    automation = {
        "alias": "Ear",
        "mode": "queued",
        "max": 100,
        "triggers": [_with_id(trigger) for trigger in triggers],
        "actions": [
            {"event": HEARD, "event_data": {"id": "{{ trigger.id }}", "told": told}}
        ],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    found = hass.states.get("automation.ear")
    assert found is not None and found.state == "on"
    return ear


def on(key: str, target: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Return a trigger of the integration's."""
    trigger: dict[str, Any] = {"trigger": f"ocpp.{key}", "target": dict(target)}
    return trigger | ({"options": options} if options else {})


def device_of(hass: HomeAssistant, entity_id: str) -> dict[str, str]:
    """Return the device of an entity as a target."""
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None and entry.device_id is not None
    return {"device_id": entry.device_id}


def _with_id(trigger: dict[str, Any]) -> dict[str, Any]:
    return {"id": trigger["trigger"].removeprefix("ocpp."), **trigger}
