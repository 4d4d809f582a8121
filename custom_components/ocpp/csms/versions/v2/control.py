"""Reset, UnlockConnector and ChangeAvailability."""

from typing import override

from ...model import Address, Availability, ResetKind
from ...ocppj.framing import Payload
from ..commands.control import ControlMessages
from ..requests import Request
from .commands import command
from .terms import FIRST_CONNECTOR, evse_field

_RESETS = {ResetKind.SOFT: "OnIdle", ResetKind.HARD: "Immediate"}


class V2Control(ControlMessages):
    """Commands to a charging station as a device."""

    @override
    def reset(self, kind: ResetKind, address: Address) -> Request[None]:
        payload: Payload = {"type": _RESETS[kind]}
        if address.evse_id is not None:
            payload["evseId"] = address.evse_id
        # It reboots once its sessions are over.
        return command("Reset", payload, "Accepted", "Scheduled")

    @override
    def unlock(self, address: Address) -> Request[None]:
        payload: Payload = {
            "evseId": address.evse_id,
            "connectorId": address.connector_id or FIRST_CONNECTOR,
        }
        return command("UnlockConnector", payload, "Unlocked")

    @override
    def change_availability(
        self, address: Address, availability: Availability
    ) -> Request[None]:
        payload: Payload = {
            "operationalStatus": availability.value,
            **evse_field(address),
        }
        return command("ChangeAvailability", payload, "Accepted", "Scheduled")
