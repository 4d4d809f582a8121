"""Messages on a screen, for which 1.6 has no words."""

from typing import override

from ....devices.display_messages import DisplayMessage, DisplayQuery
from ....errors import RejectedError
from ...commands.displays import DisplayMessages
from ...requests import Command, Request


class V16Displays(DisplayMessages):
    """Nothing on the screen of a charge point can be changed."""

    @override
    def set(self, message: DisplayMessage) -> Request[None]:
        raise RejectedError("SetDisplayMessage", "NotSupported")

    @override
    def get(self, query: DisplayQuery) -> Command[list[DisplayMessage]]:
        raise RejectedError("GetDisplayMessages", "NotSupported")

    @override
    def clear(self, message_id: int) -> Request[None]:
        raise RejectedError("ClearDisplayMessage", "NotSupported")
