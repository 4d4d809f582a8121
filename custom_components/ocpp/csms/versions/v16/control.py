"""Reset, UnlockConnector and ChangeAvailability."""

from typing import override

from ocpp.v16 import call
from ocpp.v16.enums import AvailabilityType, ResetType

from ...model import Availability, ResetKind
from ..control import ControlMessages
from ..requests import Request
from .commands import command


class V16Control(ControlMessages):
    """Commands to a charge point as a device."""

    @override
    def reset(self, kind: ResetKind) -> Request[None]:
        return command(call.Reset(ResetType(kind.value)))

    @override
    def unlock(self, evse_id: int) -> Request[None]:
        return command(call.UnlockConnector(evse_id), "Unlocked")

    @override
    def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> Request[None]:
        message = call.ChangeAvailability(
            evse_id or 0, AvailabilityType(availability.value)
        )
        return command(message, "Accepted", "Scheduled")
