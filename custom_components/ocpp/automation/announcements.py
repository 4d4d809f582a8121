"""Events of chargers, announced to the triggers of automations whichever entities are enabled."""

from dataclasses import dataclass
from enum import StrEnum

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.events import Event, TokenShown, TransactionEnded, TransactionStarted
from ..csms.station import ChargingStation
from ..hub import Hub
from .descriptions import Attributes, describe_session, describe_token


class Kind(StrEnum):
    """An event that automations can be triggered by."""

    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    TAG_SHOWN = "tag_shown"


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event at a charger, with the devices that it may concern, and the nearest to it of them."""

    kind: Kind
    charger: str
    device_ids: frozenset[str]
    nearest_device_id: str
    attributes: Attributes


ANNOUNCED = SignalType[Announcement]("ocpp_announced")


@callback
def async_announce_events(hass: HomeAssistant, hub: Hub) -> CALLBACK_TYPE:
    """Announce the events of all chargers of a central system."""

    @callback
    def on_event(station: ChargingStation, event: Event) -> None:
        charger = hub.chargers.get(station.identity)
        if charger is None or (told := _announced(hass, hub, charger, event)) is None:
            return
        async_dispatcher_send(hass, ANNOUNCED, told)

    return hub.central_system.subscribe(on_event)


def _announced(
    hass: HomeAssistant, hub: Hub, charger: Charger, event: Event
) -> Announcement | None:
    evse_id: int | None
    match event:
        case TransactionStarted(transaction=transaction):
            kind, evse_id = Kind.SESSION_STARTED, transaction.evse_id
            attributes = describe_session(hub, charger, transaction)
        case TransactionEnded(transaction=transaction):
            kind, evse_id = Kind.SESSION_ENDED, transaction.evse_id
            attributes = describe_session(hub, charger, transaction)
        case TokenShown(evse_id=evse_id):
            kind, attributes = Kind.TAG_SHOWN, describe_token(hub, event)
        case _:
            return None
    connectors = _connectors(hass, hub, charger, evse_id)
    return Announcement(
        kind,
        charger.name,
        frozenset({charger.device_id, *connectors}),
        connectors[0] if len(connectors) == 1 else charger.device_id,
        {**attributes, "connector": evse_id},
    )


def _connectors(
    hass: HomeAssistant, hub: Hub, charger: Charger, evse_id: int | None
) -> list[str]:
    """Return the device of a connector, if it has one of its own; those of all connectors if it could be any."""
    devices = dr.async_get(hass)
    concerned = charger.evse_ids if evse_id is None else (evse_id,)
    found = (
        devices.async_get_child_device_by_identifier(
            (DOMAIN, charger.evse_identifier(each)), hub.entry.entry_id
        )
        for each in concerned
    )
    return [device.id for device in found if device]
