"""The steps after adoption: the charger's live state, until its car charges."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, override

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.translation import async_translate_state

from ...chargers.charger import Charger
from ...const import DASHBOARD_PATH, DOMAIN
from ...csms.errors import CsmsError
from ...csms.operations.start_transaction import start
from ...surplus.modes import FULL_POWER_MODE
from ...texts import neutral
from ..base import Input
from .adopted import AdoptedCharger, async_settle, follow
from .dialog import Dialog


class Situation(StrEnum):
    """The obstacle to a car's charging, if any; its value is the step that tells it."""

    CHARGING = "charging"
    WAITING = "waiting_to_charge"
    UNPLUGGED = "unplugged"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Shown:
    """The view of a charger on its screens."""

    situation: Situation
    placeholders: Mapping[str, str] = field(default_factory=dict)


def shown(hass: HomeAssistant, charger: Charger | None) -> Shown:
    """Return what is to be shown of a charger; of several connectors, the one where most is going on."""
    if charger is None or not charger.station.connected:
        return Shown(Situation.OFFLINE)
    of_connectors = (
        _of_connector(hass, charger, evse_id) for evse_id in charger.evse_ids
    )
    order = list(Situation)
    return min(of_connectors, key=lambda each: order.index(each.situation))


def _of_connector(hass: HomeAssistant, charger: Charger, evse_id: int) -> Shown:
    evse = charger.evse(evse_id)
    power_w = evse.meter.power_w or 0.0
    if evse.running_transaction is not None and power_w > 0:
        return Shown(Situation.CHARGING, {"power": f"{round(power_w, -2):.0f}"})
    if not evse.plugged_in:
        return Shown(Situation.UNPLUGGED)
    return Shown(Situation.WAITING, {"reason": _reason(hass, charger, evse_id)})


def _reason(hass: HomeAssistant, charger: Charger, evse_id: int) -> str:
    """Return in words why a car does not charge."""
    state = hass.states.get(_entity_id(hass, charger, evse_id, "reason") or "")
    known = "unknown" if state is None else state.state
    return async_translate_state(hass, known, Platform.SENSOR, DOMAIN, "reason", None)


def _entity_id(
    hass: HomeAssistant, charger: Charger, evse_id: int, key: str
) -> str | None:
    unique_id = f"{charger.evse_identifier(evse_id)}-{key}"
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)


class FirstChargeSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """The part of a flow that shows how an adopted charger does."""

    dialog: Dialog | None = None
    _adopted: AdoptedCharger
    _settling: asyncio.Task[None]
    _looking_on: asyncio.Task[None] | None = None
    _seen: Shown | None = None
    _following: Sequence[CALLBACK_TYPE] = ()

    @callback
    def settle(self, adopted: AdoptedCharger) -> None:
        """Have the charger settle, even if nobody looks on."""
        self._adopted = adopted
        entry = self.hass.config_entries.async_get_known_entry(adopted.entry_id)
        self._settling = entry.async_create_background_task(
            self.hass, async_settle(self.hass, adopted), "ocpp settle"
        )

    async def async_step_settling(self, _: Input | None = None) -> ResultT:
        """Wait until the charger has settled."""
        dialog, looking_on = self.dialog, self._looking_on
        if dialog is None or (looking_on is not None and looking_on.done()):
            return self.async_show_progress_done(next_step_id=Situation.CHARGING)
        dialog.show()
        if looking_on is None:
            # Closing the dialog ends this, not what is done for the charger.
            self._looking_on = looking_on = self.hass.async_create_background_task(
                _end_of(self._settling, dialog), "ocpp settling"
            )
        return self.async_show_progress(
            step_id="settling",
            progress_action="settling",
            description_placeholders={"name": neutral(self._adopted.name)},
            progress_task=looking_on,
        )

    async def async_step_charging(self, _: Input | None = None) -> ResultT:
        """Show whether the car charges, or what is missing."""
        charger = self._adopted.charger(self.hass)
        if charger is not None and not self._following:
            self._async_follow(charger)
        self._seen = seen = shown(self.hass, charger)
        waiting = seen.situation is Situation.WAITING
        return self.async_show_menu(
            step_id=seen.situation,
            menu_options=["charge_now", "finish"] if waiting else ["finish"],
            description_placeholders={**self._placeholders, **seen.placeholders},
        )

    async_step_waiting_to_charge = async_step_charging
    async_step_unplugged = async_step_charging
    async_step_offline = async_step_charging

    async def async_step_charge_now(self, _: Input | None = None) -> ResultT:
        """Charge at once, whatever the sun gives."""
        if (charger := self._adopted.charger(self.hass)) is not None:
            for evse_id in charger.evse_ids:
                await _async_charge_now(charger, evse_id)
        return await self.async_step_charging()

    async def async_step_finish(self, _: Input | None = None) -> ResultT:
        """End with the way to the dashboard."""
        return self.async_abort(
            reason="adopted", description_placeholders=self._placeholders
        )

    @property
    def _placeholders(self) -> Mapping[str, str]:
        return {"name": neutral(self._adopted.name), "dashboard": DASHBOARD_PATH}

    @callback
    def _async_follow(self, charger: Charger) -> None:
        """Show the state anew whenever something else is to be shown."""

        @callback
        def look(_: object) -> None:
            seen = shown(self.hass, self._adopted.charger(self.hass))
            if seen != self._seen:
                self._seen = seen
                self.async_notify_flow_changed()

        reasons = [
            entity_id
            for evse_id in charger.evse_ids
            if (entity_id := _entity_id(self.hass, charger, evse_id, "reason"))
        ]
        self._following = (
            *follow(charger, look),
            async_track_state_change_event(self.hass, reasons, look),
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Follow the charger no more."""
        if self.dialog is not None:
            self.dialog.close()
        for stop_following in self._following:
            stop_following()
        super().async_remove()


async def _end_of(settling: asyncio.Task[None], dialog: Dialog) -> None:
    """Wait until a charger has settled, and somebody looks on."""
    await asyncio.wait([settling])
    await dialog.opened()


async def _async_charge_now(charger: Charger, evse_id: int) -> None:
    """Have the car at a connector charge with all that it may."""
    charger.async_set_mode(evse_id, FULL_POWER_MODE)
    if charger.evse(evse_id).plugged_in:
        # A charger that refuses shows why on the next screen.
        with suppress(CsmsError):
            await start(charger.station, evse_id)
