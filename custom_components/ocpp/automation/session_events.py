"""Sessions on the event bus, from which the logbook is written."""

from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import StateType

from .announcements import ANNOUNCED, Announcement, Kind

EVENT_SESSION: Final = "ocpp_session"
ATTR_KIND: Final = "kind"
ATTR_CHARGER: Final = "charger"
TOLD: Final = (
    "connector",
    "energy_kwh",
    "solar_kwh",
    "cost",
    "savings",
    "duration_minutes",
    "vehicle",
)
"""The figures of a session that everybody may see; its tag, which unlocks chargers, is none of them."""
_KINDS = (Kind.SESSION_STARTED, Kind.SESSION_ENDED)


@callback
def async_follow_sessions(hass: HomeAssistant) -> None:
    """Put the start and the end of each session on the event bus."""

    @callback
    def on_announcement(announcement: Announcement) -> None:
        if announcement.kind in _KINDS:
            hass.bus.async_fire(EVENT_SESSION, _data(announcement))

    async_dispatcher_connect(hass, ANNOUNCED, on_announcement)


def _data(announcement: Announcement) -> dict[str, StateType]:
    return {
        ATTR_DEVICE_ID: announcement.nearest_device_id,
        ATTR_KIND: announcement.kind.value,
        ATTR_CHARGER: announcement.charger,
        **{key: announcement.attributes.get(key) for key in TOLD},
    }
