"""TriggerMessage."""

from collections.abc import Mapping
from typing import ClassVar, override

from ...errors import RejectedError
from ...model import Address, Trigger
from ..commands.triggers import TriggerMessages
from ..requests import Request
from .commands import command
from .terms import FIRST_CONNECTOR, evse_field


class V2Triggers(TriggerMessages):
    """Messages that a charging station sends because it is asked to."""

    names: ClassVar[Mapping[Trigger, str]] = {
        Trigger.BOOT: "BootNotification",
        Trigger.CERTIFICATE_REQUEST: "SignChargingStationCertificate",
        Trigger.FIRMWARE_STATUS: "FirmwareStatusNotification",
        Trigger.HEARTBEAT: "Heartbeat",
        Trigger.LOG_STATUS: "LogStatusNotification",
        Trigger.METER_VALUES: "MeterValues",
        Trigger.STATUS: "StatusNotification",
        Trigger.SESSION: "TransactionEvent",
    }

    @override
    def ask(self, trigger: Trigger, address: Address) -> Request[None]:
        if (name := self.names.get(trigger)) is None:
            raise RejectedError("TriggerMessage", "NotImplemented")
        if trigger is Trigger.STATUS and address.evse_id is not None:
            # The specification wants a connector here (F06.FR.13).
            address = Address(address.evse_id, address.connector_id or FIRST_CONNECTOR)
        return command(
            "TriggerMessage", {"requestedMessage": name, **evse_field(address)}
        )

    @override
    def ask_otherwise(self, trigger: Trigger, address: Address) -> Request[None] | None:
        return None
