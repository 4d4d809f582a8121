"""The repair of a port that another program uses, and the flow that takes a free one instead."""

from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..config.free_ports import async_free_ports
from ..const import DOMAIN
from ..issues import FixData, Issue, Issues

PORT_IN_USE = "port_in_use"


@callback
def async_show_port_in_use(hass: HomeAssistant, entry: ConfigEntry, port: int) -> None:
    """Show the repair until the port is open, or the entry is not set up any more."""
    issue_id = f"{PORT_IN_USE}_{port}_{entry.entry_id}"
    shown = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if shown is not None and shown.active:
        # An earlier attempt has failed for the same reason.
        return
    issues = Issues(hass)
    fix_data = {"issue": PORT_IN_USE, "entry": entry.entry_id}
    issue = Issue(PORT_IN_USE, {"port": str(port)}, fix_data=fix_data)
    issues.async_set(issue_id, issue)

    def on_state() -> None:
        if entry.state in (ConfigEntryState.LOADED, ConfigEntryState.NOT_LOADED):
            issues.async_clear()
            # Not while Home Assistant goes through those that it calls.
            hass.loop.call_soon(unsubscribe)

    unsubscribe = entry.async_on_state_change(on_state)


def port_flow(data: FixData) -> RepairsFlow:
    """Return the flow that takes a free port."""
    return _PortFlow(str(data["entry"]))


class _PortFlow(ConfirmRepairFlow):
    """Has the central system listen on the next free port, once its owner confirms."""

    def __init__(self, entry_id: str) -> None:
        """Initialize."""
        self._entry_id = entry_id

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Take the port; the issue goes once it is open."""
        entries = self.hass.config_entries
        entry = entries.async_get_known_entry(self._entry_id)
        if user_input is not None:
            free = await async_free_ports(entry.data, set())
            entries.async_update_entry(entry, data=free)
            entries.async_schedule_reload(entry.entry_id)
        return await super().async_step_confirm(user_input)
