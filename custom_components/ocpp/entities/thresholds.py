"""The thresholds that automations wait for: a state that crosses one of them is written soon."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.util.hass_dict import HassKey

type Threshold = Callable[[State], bool]
"""Tells whether a state is on the side of a threshold that an automation waits for."""

_THRESHOLDS: HassKey[list[Threshold]] = HassKey("ocpp_thresholds")


@callback
def async_watch_threshold(hass: HomeAssistant, threshold: Threshold) -> CALLBACK_TYPE:
    """Have states that cross a threshold written soon, until the returned function is called."""
    watched = hass.data.setdefault(_THRESHOLDS, [])
    watched.append(threshold)
    return lambda: watched.remove(threshold)


@callback
def async_crosses_threshold(hass: HomeAssistant, before: State, now: State) -> bool:
    """Return whether there is a watched threshold between two states."""
    watched = hass.data.get(_THRESHOLDS, ())
    return any(threshold(before) is not threshold(now) for threshold in watched)
