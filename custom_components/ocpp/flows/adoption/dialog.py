"""The dialog that shows a flow, as far as the flow can know of it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

FORGOTTEN_AFTER_S = 86_400.0
"""The time after which nobody comes back to a dialog."""


class Dialog:
    """A dialog that follows a flow once it has shown a progress of it, and may be closed without a word.

    It is not told when a flow changes before that, and a flow that another one has led to is not ended when it is closed.
    """

    def __init__(self, hass: HomeAssistant, end_flow: Callable[[], None]) -> None:
        """Initialize for a flow that has just begun; `end_flow` is called once it must have been forgotten."""
        self._shown = asyncio.Event()
        self._is_known = False

        @callback
        def forget(_: datetime) -> None:
            end_flow()

        job = HassJob(forget, cancel_on_shutdown=True)
        self.close = async_call_later(hass, FORGOTTEN_AFTER_S, job)

    @callback
    def show(self) -> None:
        """Take note that a progress is shown: the first time to the flow that led here, then in the dialog."""
        if self._is_known:
            self._shown.set()
        self._is_known = True

    @callback
    def answer(self) -> None:
        """Take note that something was entered in the dialog."""
        self._shown.set()

    async def opened(self) -> None:
        """Wait until the dialog follows the flow."""
        await self._shown.wait()
