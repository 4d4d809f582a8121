"""TriggerMessage and ExtendedTriggerMessage.

The security whitepaper, section 5.2, has a message of its own for what was not there to be triggered before.
"""

from typing import override

from ocpp.v16.enums import MessageTrigger

from ...ocppj.framing import Payload
from ..requests import Request
from ..triggers import TriggerMessages
from .commands import read_status

_TRIGGER, _EXTENDED_TRIGGER = "TriggerMessage", "ExtendedTriggerMessage"
_ONLY_EXTENDED = frozenset({"LogStatusNotification", "SignChargePointCertificate"})
_NEVER_EXTENDED = frozenset({"DiagnosticsStatusNotification"})


class V16Triggers(TriggerMessages):
    """Messages that a charge point sends because it is asked to."""

    @override
    def announce(self) -> Request[None]:
        return self.ask(MessageTrigger.boot_notification, None)

    @override
    def ask(self, message: str, evse_id: int | None) -> Request[None]:
        action = _EXTENDED_TRIGGER if message in _ONLY_EXTENDED else _TRIGGER
        return _request(action, message, evse_id)

    @override
    def ask_otherwise(self, message: str, evse_id: int | None) -> Request[None] | None:
        if message in _ONLY_EXTENDED | _NEVER_EXTENDED:
            return None
        return _request(_EXTENDED_TRIGGER, message, evse_id)


def _request(action: str, message: str, connector_id: int | None) -> Request[None]:
    payload: Payload = {"requestedMessage": message}
    if connector_id is not None:
        payload["connectorId"] = connector_id
    return Request(action, payload, read_status(action, "Accepted"))
