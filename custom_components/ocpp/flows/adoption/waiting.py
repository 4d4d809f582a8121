"""The steps in which a charger is given the address of this Home Assistant, and is waited for."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import override

import probatio

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import slugify

from ...chargers.discovery import knock_signal
from ...hub import Hub
from ...server.addresses import async_charger_url
from ..base import Input, SubentryFlow, show_form
from ..selectors import one_of
from .adopted import AdoptedCharger
from .dialog import Dialog
from .first_charge import FirstChargeSteps
from .steps import AdoptionSteps

CONF_MAKE = "make"
LOOKS_S = 2.0
"""The time for chargers to connect that have been told the address before."""
WAITS_S = 600.0
"""The time for which a charger is waited for without a question."""


class WaitingSteps(
    AdoptionSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    FirstChargeSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    SubentryFlow,
):
    """The part of a flow that leads from the address for chargers to one that is adopted."""

    _dialog: Dialog
    _url: str
    _place: str | None = None
    _waiting: asyncio.Task[None] | None = None
    _knocked: asyncio.Event
    _stop_listening: CALLBACK_TYPE | None = None

    @property
    @override
    def hub(self) -> Hub | None:
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        hub: Hub = entry.runtime_data
        return hub

    @override
    async def async_step_user(self, _: Input | None = None) -> SubentryFlowResult:
        """Look for a charger that waits already."""
        entry = self._get_entry()
        self._url = await async_charger_url(self.hass, entry.data)
        self._knocked = asyncio.Event()
        self.dialog = self._dialog = Dialog(self.hass, self._end)
        self._stop_listening = async_dispatcher_connect(
            self.hass, knock_signal(entry.entry_id), self._on_knock
        )
        if self._stranger is not None:
            return await self.async_step_adopt()
        return await self.async_step_look()

    async def async_step_look(self, _: Input | None = None) -> SubentryFlowResult:
        """Leave chargers that know the address the time to connect."""
        return self._wait("look", "looking", LOOKS_S)

    async def async_step_address(self, _: Input | None = None) -> SubentryFlowResult:
        """Show the address, and wait for a charger."""
        if self._stranger is not None:
            return await self.async_step_adopt()
        return self.async_show_menu(
            step_id="address",
            menu_options=["make", "wait", "by_hand", "later"],
            description_placeholders={"url": self._url},
        )

    async def async_step_make(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the make, to tell the place at which the address is entered."""
        if self._stranger is not None:
            return await self.async_step_adopt()
        places = await self.hass.async_add_executor_job(_places)
        if user_input is None:
            names = {name: name for name in places}
            form = probatio.Schema({probatio.Required(CONF_MAKE): one_of(names)})
            return show_form(self, "make", form)
        self._place = places[user_input[CONF_MAKE]]
        return await self.async_step_wait()

    async def async_step_wait(self, _: Input | None = None) -> SubentryFlowResult:
        """Wait visibly."""
        action = "waiting" if self._place is None else f"waiting_at_{self._place}"
        return self._wait("wait", action, WAITS_S)

    async def async_step_by_hand(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for a charger that has not connected yet."""
        if user_input is None and self._stranger is not None:
            return await self.async_step_adopt()
        return await self._async_ask("by_hand", user_input)

    async def async_step_later(self, _: Input | None = None) -> SubentryFlowResult:
        """Say where the address will be found."""
        return self.async_abort(
            reason="later", description_placeholders={"url": self._url}
        )

    @override
    def own_placeholders(self) -> Mapping[str, str]:
        return {} if self.source == SOURCE_RECONFIGURE else {"url": self._url}

    @override
    async def async_adopted(self, adopted: AdoptedCharger) -> SubentryFlowResult:
        self._dialog.answer()
        self.settle(adopted)
        return await self.async_step_settling()

    def _wait(self, step_id: str, action: str, longest_s: float) -> SubentryFlowResult:
        self._dialog.show()
        if self._waiting is None:
            self._waiting = self.hass.async_create_background_task(
                self._async_knock(longest_s), "ocpp waiting for a charger"
            )
        if self._waiting.done():
            self._waiting = None
            return self.async_show_progress_done(next_step_id="address")
        return self.async_show_progress(
            step_id=step_id,
            progress_action=action,
            description_placeholders={"url": self._url},
            progress_task=self._waiting,
        )

    async def _async_knock(self, longest_s: float) -> None:
        """Wait for a charger, but not for ever."""
        self._knocked.clear()
        await self._dialog.opened()
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self._knocked.wait()

    @callback
    def _on_knock(self) -> None:
        self._knocked.set()
        # Nobody is disturbed who fills in a form.
        if self.cur_step is not None and self.cur_step["step_id"] in _WAITING:
            self.async_notify_flow_changed()

    @property
    def _stranger(self) -> str | None:
        """The charger that waits to be adopted; it is the one that the other steps are about from then on."""
        hub = self.hub
        identity = None if hub is None else next(hub.discovery.strangers(), None)
        if identity is not None:
            self.identity = identity
        return identity

    @callback
    def _end(self) -> None:
        """End the flow."""
        self.hass.config_entries.subentries.async_abort(self.flow_id)

    @callback
    @override
    def async_remove(self) -> None:
        """Wait no more."""
        if self._stop_listening is not None:
            self._stop_listening()
        super().async_remove()


_WAITING = ("address", "make")


def _places() -> dict[str, str]:
    """Return the keys of the texts that tell where the address is entered, by make; it blocks."""
    from ...csms.devices import vendor_files  # noqa: PLC0415 - until then, no vendor

    return {
        f"{vendor.name} {model.name}": slugify(vendor.name)
        for vendor in vendor_files.load().all
        for model in vendor.models
        if model.set_url is not None
    }
