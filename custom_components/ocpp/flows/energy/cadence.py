"""The cadence of sensors that are being chosen, by what the recorder has of them."""

from collections.abc import Iterable
from datetime import timedelta

from homeassistant.components.recorder import get_instance, history
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...surplus.sensing.cadence import slow_cadence_s

LOOKED_BACK = timedelta(hours=3)


async def async_slow_sensors(
    hass: HomeAssistant, entity_ids: Iterable[str]
) -> dict[str, float]:
    """Return the sensors that change at long intervals only, with those in seconds; none without a history."""
    if "recorder" not in hass.config.components:
        return {}
    found = {
        entity_id: slow_cadence_s(await _async_changes_s(hass, entity_id))
        for entity_id in entity_ids
    }
    return {key: seconds for key, seconds in found.items() if seconds is not None}


async def _async_changes_s(hass: HomeAssistant, entity_id: str) -> list[float]:
    end = dt_util.utcnow()
    changes = await get_instance(hass).async_add_executor_job(
        lambda: history.state_changes_during_period(
            hass,
            end - LOOKED_BACK,
            end,
            entity_id,
            no_attributes=True,
            include_start_time_state=False,
        )
    )
    return [state.last_updated.timestamp() for state in changes.get(entity_id, [])]


def named(slow: dict[str, float]) -> str:
    """Return slow sensors as a list for a form."""
    return ", ".join(
        f"{entity_id} ({10 * round(seconds / 10)} s)"
        for entity_id, seconds in slow.items()
    )
