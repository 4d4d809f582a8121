"""The switching of a charger between one phase and three by an entity of the user's, never under load.

A contactor that opens while a car draws 16 A burns its contacts, and some cars do not survive a phase that vanishes
under load. So the charger is paused first, the entity is switched only when no current is known to flow, and the car
is offered a current only after a pause. If that cannot be known, the charger stays on its present phases, and a
repair gives the reason.
"""

import asyncio
from datetime import datetime
import logging

from homeassistant.const import ATTR_ENTITY_ID, ATTR_OPTION
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..config.phase_switch import SWITCH_DOMAINS, PhaseSwitch
from ..csms.evses.status import ConnectorStatus
from ..csms.model import Evse, Limit
from ..issues import Issue, Issues
from .charger import Charger

_LOGGER = logging.getLogger(__name__)

NOTHING_A = 1.0
"""The current below which there is no load."""
UNLOAD_S = 60.0
"""The time that the car has to stop drawing."""
ANSWER_S = 15.0
"""The time that the entity has to show its new state."""
RETRY_S = 900.0
"""The time without another attempt after a failure."""


class PhaseSwitchError(Exception):
    """The phases could not be switched; `key` is the translation key of the repair."""

    def __init__(self, key: str) -> None:
        """Initialize."""
        super().__init__(key)
        self.key = key


class PhaseSwitcher:
    """The phases of one connector that an entity of the user's switches."""

    def __init__(self, hass: HomeAssistant, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        self._hass = hass
        self._charger = charger
        self._evse_id = evse_id
        self._failed_s: float | None = None
        self._issues = Issues(hass)
        self.busy = False
        """True while the phases are being switched, and no limit may be sent."""

    @property
    def _switch(self) -> PhaseSwitch | None:
        return self._charger.config.phase_switch

    def must_switch(self, limit: Limit) -> bool:
        """Return whether the phases must be switched before a limit is sent."""
        switch = self._switch
        if switch is None or limit.phases is None or limit.current_a == 0:
            return False
        if self._failed_s is not None and self._now_s - self._failed_s < RETRY_S:
            return False
        return self._state(switch) != switch.state_for(limit.phases)

    async def async_switch(self, phases: int) -> None:
        """Pause the charger, switch, and wait until the car can be offered a current again.

        After a failure, the phases are as they were, and a repair is shown.

        Raises:
            CsmsError: when the charger does not accept the pause.
        """
        if (switch := self._switch) is None:
            return
        self.busy = True
        try:
            await self._switch_unloaded(switch, switch.state_for(phases))
            await asyncio.sleep(switch.pause_s)
        except PhaseSwitchError as err:
            self._failed_s = self._now_s
            self._show(err)
        else:
            self._failed_s = None
            self._show(None)
        finally:
            self.busy = False

    @callback
    def async_stop(self) -> None:
        """Delete the repair."""
        self._issues.async_clear()

    @property
    def _now_s(self) -> float:
        return self._hass.loop.time()

    @property
    def _evse(self) -> Evse:
        return self._charger.evse(self._evse_id)

    def _state(self, switch: PhaseSwitch) -> str | None:
        state = self._hass.states.get(switch.entity_id)
        return None if state is None else state.state

    async def _switch_unloaded(self, switch: PhaseSwitch, target_state: str) -> None:
        if self._state(switch) not in (switch.one, switch.three):
            raise PhaseSwitchError("phase_switch_silent")
        await self._unload()
        if self._evse.limit != Limit(0.0):
            # The charger was sent another limit meanwhile.
            raise PhaseSwitchError("phase_switch_loaded")
        await self._operate(switch, target_state)

    async def _unload(self) -> None:
        """Pause the charger, and wait until no current is known to flow."""
        paused_at = dt_util.utcnow()
        await self._charger.station.limits.set(self._evse_id, Limit(0.0))
        unloaded = asyncio.Event()

        @callback
        def look(evse: Evse) -> None:
            if is_unloaded(evse, paused_at):
                unloaded.set()

        unsubscribe = self._charger.station.subscribe_evse(self._evse_id, look)
        look(self._evse)
        try:
            async with asyncio.timeout(UNLOAD_S):
                await unloaded.wait()
        except TimeoutError:
            raise PhaseSwitchError("phase_switch_loaded") from None
        finally:
            unsubscribe()

    async def _operate(self, switch: PhaseSwitch, target_state: str) -> None:
        """Switch the entity, and wait until it shows its new state."""
        shown = asyncio.Event()

        @callback
        def look(_: object) -> None:
            if self._state(switch) == target_state:
                shown.set()

        untrack = async_track_state_change_event(self._hass, switch.entity_id, look)
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._call(switch, target_state)
                look(None)
                await shown.wait()
        except TimeoutError, HomeAssistantError:
            raise PhaseSwitchError("phase_switch_silent") from None
        finally:
            untrack()

    async def _call(self, switch: PhaseSwitch, target_state: str) -> None:
        domain = switch.entity_id.partition(".")[0]
        data = {ATTR_ENTITY_ID: switch.entity_id}
        if domain in SWITCH_DOMAINS:
            await self._hass.services.async_call(
                domain, f"turn_{target_state}", data, blocking=True
            )
        else:
            await self._hass.services.async_call(
                domain,
                "select_option",
                {**data, ATTR_OPTION: target_state},
                blocking=True,
            )

    def _show(self, error: PhaseSwitchError | None) -> None:
        """Show a failure as a repair, or delete the repair."""
        issue_id = f"phase_switch_{self._charger.evse_identifier(self._evse_id)}"
        if error is None:
            self._issues.async_set(issue_id, None)
            return
        entity_id = "" if self._switch is None else self._switch.entity_id
        placeholders = {"charger": self._charger.name, "entity": entity_id}
        self._issues.async_set(issue_id, Issue(error.key, placeholders))


def is_unloaded(evse: Evse, since: datetime) -> bool:
    """Return whether no current is known to flow: by a sample since the pause, or by the status if there are no samples."""
    if evse.running_transaction is None:
        return evse.status is not ConnectorStatus.CHARGING
    meter = evse.meter
    if meter.current_a is None:
        return evse.status in (
            ConnectorStatus.SUSPENDED_EVSE,
            ConnectorStatus.SUSPENDED_EV,
        )
    sampled_at = meter.current_sampled_at
    return sampled_at is not None and sampled_at > since and meter.current_a < NOTHING_A
