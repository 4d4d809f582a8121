"""TriggerMessage and ExtendedTriggerMessage.

The second comes from the security whitepaper, section 5.2, for messages that the first cannot ask for.
"""

from collections.abc import Mapping
from typing import ClassVar, override

from ocpp.v16.enums import MessageTrigger

from ...model import Address, Trigger
from ...ocppj.framing import Payload
from ..commands.triggers import TriggerMessages
from ..requests import Request, read_status

_TRIGGER, _EXTENDED_TRIGGER = "TriggerMessage", "ExtendedTriggerMessage"
_ONLY_EXTENDED = frozenset({Trigger.LOG_STATUS, Trigger.CERTIFICATE_REQUEST})
_NEVER_EXTENDED = frozenset({Trigger.DIAGNOSTICS_STATUS})


class V16Triggers(TriggerMessages):
    """Messages that a charge point sends because it is asked to."""

    names: ClassVar[Mapping[Trigger, str]] = {
        Trigger.BOOT: MessageTrigger.boot_notification.value,
        Trigger.CERTIFICATE_REQUEST: MessageTrigger.sign_charge_point_certificate.value,
        Trigger.DIAGNOSTICS_STATUS: MessageTrigger.diagnostics_status_notification.value,
        Trigger.FIRMWARE_STATUS: MessageTrigger.firmware_status_notification.value,
        Trigger.HEARTBEAT: MessageTrigger.heartbeat.value,
        Trigger.LOG_STATUS: MessageTrigger.log_status_notification.value,
        Trigger.METER_VALUES: MessageTrigger.meter_values.value,
        Trigger.SESSION: MessageTrigger.meter_values.value,
        Trigger.STATUS: MessageTrigger.status_notification.value,
    }

    @override
    def ask(self, trigger: Trigger, address: Address) -> Request[None]:
        action = _EXTENDED_TRIGGER if trigger in _ONLY_EXTENDED else _TRIGGER
        return self._request(action, trigger, address)

    @override
    def ask_otherwise(self, trigger: Trigger, address: Address) -> Request[None] | None:
        if trigger in _ONLY_EXTENDED | _NEVER_EXTENDED:
            return None
        return self._request(_EXTENDED_TRIGGER, trigger, address)

    def _request(
        self, action: str, trigger: Trigger, address: Address
    ) -> Request[None]:
        payload: Payload = {"requestedMessage": self.names[trigger]}
        if address.evse_id is not None:
            payload["connectorId"] = address.evse_id
        return Request(action, payload, read_status(action, "Accepted"))
