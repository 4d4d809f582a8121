"""Other entities of the devices of the grid meters: while they report, a silent meter lives."""

from collections.abc import Iterable

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, StateMachine, callback
from homeassistant.helpers import entity_registry as er

MOST = 20
"""Number of entities that are looked at, since some devices have hundreds."""


@callback
def siblings_of(hass: HomeAssistant, entity_ids: Iterable[str]) -> tuple[str, ...]:
    """Return enabled entities of the same devices."""
    registry, meters = er.async_get(hass), set(entity_ids)
    entries = [registry.async_get(entity_id) for entity_id in meters]
    devices = {entry.device_id for entry in entries if entry and entry.device_id}
    return tuple(
        sibling.entity_id
        for device_id in sorted(devices)
        for sibling in er.async_entries_for_device(registry, device_id)
        if sibling.entity_id not in meters and sibling.domain == "sensor"
    )[:MOST]


def latest_report_s(states: StateMachine, entity_ids: Iterable[str]) -> float:
    """Return the time of the latest report of entities that are available; -inf without one."""
    shown = [states.get(entity_id) for entity_id in entity_ids]
    return max(
        (
            state.last_reported.timestamp()
            for state in shown
            if state and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        ),
        default=float("-inf"),
    )
