"""TriggerMessage and ExtendedTriggerMessage.

The security whitepaper, section 5.2, has a message of its own for what was not there to be triggered before.
"""

from ...ocppj.framing import Payload
from ..base import Request
from .commands import read_status

_TRIGGER, _EXTENDED_TRIGGER = "TriggerMessage", "ExtendedTriggerMessage"
_ONLY_EXTENDED = frozenset({"LogStatusNotification", "SignChargePointCertificate"})
_NEVER_EXTENDED = frozenset({"DiagnosticsStatusNotification"})


def trigger(message: str, connector_id: int | None) -> Request[None]:
    """Ask for a message with the message that is meant for it."""
    action = _EXTENDED_TRIGGER if message in _ONLY_EXTENDED else _TRIGGER
    return _request(action, message, connector_id)


def trigger_otherwise(message: str, connector_id: int | None) -> Request[None] | None:
    """Ask with the other message, where that knows what is asked for."""
    if message in _ONLY_EXTENDED | _NEVER_EXTENDED:
        return None
    return _request(_EXTENDED_TRIGGER, message, connector_id)


def _request(action: str, message: str, connector_id: int | None) -> Request[None]:
    payload: Payload = {"requestedMessage": message}
    if connector_id is not None:
        payload["connectorId"] = connector_id
    return Request(action, payload, read_status(action, "Accepted"))
