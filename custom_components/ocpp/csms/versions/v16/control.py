"""Reset, UnlockConnector and ChangeAvailability."""

from typing import override

from ocpp.v16 import call
from ocpp.v16.enums import AvailabilityType, ResetType

from ...errors import RejectedError
from ...model import Address, Availability, ResetKind
from ..commands.control import ControlMessages
from ..requests import Request
from .commands import command
from .terms import connector_of


class V16Control(ControlMessages):
    """Commands to a charge point as a device."""

    @override
    def reset(self, kind: ResetKind, address: Address) -> Request[None]:
        if address.evse_id is not None:
            raise RejectedError("Reset", "NotSupported")
        return command(call.Reset(ResetType(kind.value)))

    @override
    def unlock(self, address: Address) -> Request[None]:
        return command(call.UnlockConnector(connector_of(address)), "Unlocked")

    @override
    def change_availability(
        self, address: Address, availability: Availability
    ) -> Request[None]:
        message = call.ChangeAvailability(
            connector_of(address), AvailabilityType(availability.value)
        )
        return command(message, "Accepted", "Scheduled")
