"""The config flow of the central system, its energy sources and its chargers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, override

import probatio

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    OptionsFlow,
    SubentryFlowContext,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow

from .chargers.discovery import CONF_ENTRY_ID
from .config.free_ports import async_free_ports, ports_of
from .const import (
    CONF_IDENTITY,
    DASHBOARD_PATH,
    DOMAIN,
    MINOR_VERSION,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
    SUBENTRY_TAG,
    SUBENTRY_VEHICLE,
)
from .flows.adoption.adopted import AdoptedCharger
from .flows.adoption.dialog import Dialog
from .flows.adoption.first_charge import FirstChargeSteps
from .flows.adoption.steps import AdoptionSteps
from .flows.base import Errors, Input, show_form
from .flows.charger import ChargerFlow
from .flows.circuit import CircuitFlow
from .flows.energy.sources import ASKED_AT_FIRST
from .flows.energy.steps import EnergySteps
from .flows.energy.suggestions import async_known_beside
from .flows.options import OcppOptionsFlow
from .flows.server import (
    OPEN_SERVER,
    SERVER,
    SUGGESTED,
    async_server_errors,
    moved_ports,
    server_data,
    server_input,
)
from .flows.tag import TagFlow
from .flows.vehicle import VehicleFlow
from .hub import Hub
from .migration.moving import is_old
from .texts import neutral

TITLE = "OCPP"


class OcppConfigFlow(
    EnergySteps,
    AdoptionSteps[ConfigFlowContext, ConfigFlowResult, str],
    FirstChargeSteps[ConfigFlowContext, ConfigFlowResult, str],
    ConfigFlow,
    domain=DOMAIN,
):
    """Sets up a central system, or adopts a charger that was discovered."""

    # Versions up to 2 were written by another integration of the same domain.
    VERSION = 3
    MINOR_VERSION = MINOR_VERSION

    _data: Input
    _entry_id: str

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the flows for everything that can be added to a central system."""
        return {
            SUBENTRY_CHARGER: ChargerFlow,
            SUBENTRY_CIRCUIT: CircuitFlow,
            SUBENTRY_TAG: TagFlow,
            SUBENTRY_VEHICLE: VehicleFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow for the options."""
        return OcppOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Have the central system confirmed, or show the first charge of a charger that was discovered."""
        if isinstance(self.init_data, AdoptedCharger):
            self.dialog = Dialog(self.hass, self._end)
            self.settle(self.init_data)
            return await self.async_step_settling()
        errors: Errors = {}
        data = dict(SUGGESTED)
        if user_input is not None:
            data = server_data(user_input)
            self._abort_if_taken(ports_of(data))
            errors = await async_server_errors(self.hass, data)
            if not errors:
                self._data = data
                return await self.async_step_found()
        return await self._async_show_server("user", data, errors)

    async def _async_show_server(
        self,
        step_id: str,
        data: Input,
        errors: Errors,
        own: Mapping[str, Any] = MappingProxyType({}),
    ) -> ConfigFlowResult:
        """Show the ports, with free ones instead of those in use; closed when there is nothing to decide."""
        free = data
        if not errors or "port_in_use" in errors.values():
            free = await async_free_ports(data, ports_of(own))
        if free != data:
            errors = {"base": "port_in_use"}
        return show_form(
            self,
            step_id,
            OPEN_SERVER if errors else SERVER,
            server_input(free),
            errors,
            moved_ports(data, free),
        )

    @property
    @override
    def options_before(self) -> Mapping[str, object]:
        return {}

    @property
    @override
    def asked_beside(self) -> probatio.Schema:
        return ASKED_AT_FIRST

    @override
    async def async_energy_done(self, options: Input) -> ConfigFlowResult:
        known = await async_known_beside(self.hass, options)
        return self.async_create_entry(
            title=TITLE, data=self._data, options={**options, **known}
        )

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Change the ports of the central system."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            return show_form(self, "reconfigure", OPEN_SERVER, server_input(entry.data))
        data = server_data(user_input)
        self._abort_if_taken(ports_of(data), entry)
        errors = await async_server_errors(self.hass, data, entry.data)
        if not errors:
            return self.async_update_and_abort(entry, data=data)
        return await self._async_show_server("reconfigure", data, errors, entry.data)

    def _abort_if_taken(
        self, ports: set[int], entry: ConfigEntry | None = None
    ) -> None:
        """Abort if another central system has one of these ports."""
        for other in self._async_current_entries(include_ignore=False):
            # One of another integration's, which could not be moved in, is no central system.
            if other is entry or is_old(other):
                continue
            if ports & ports_of(other.data):
                raise AbortFlow("already_configured")

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first charger, unless the ports could not be opened."""
        entry = result["result"]
        if entry.state is ConfigEntryState.LOADED:
            flow = await self.hass.config_entries.subentries.async_init(
                (entry.entry_id, SUBENTRY_CHARGER),
                context=SubentryFlowContext(source=SOURCE_USER),
            )
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"])
        return result

    @override
    async def async_step_integration_discovery(
        self, discovery_info: Mapping[str, str]
    ) -> ConfigFlowResult:
        """Show a discovered charger."""
        self.identity = discovery_info[CONF_IDENTITY]
        await self.async_set_unique_id(self.identity)
        # The user has chosen to ignore it.
        self._abort_if_unique_id_configured()
        self._entry_id = discovery_info[CONF_ENTRY_ID]
        self.introduce(discovery_info[CONF_NAME])
        self.context["title_placeholders"] = {
            "name": neutral(discovery_info[CONF_NAME])
        }
        return await self.async_step_adopt()

    @property
    @override
    def hub(self) -> Hub | None:
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        hub: Hub = entry.runtime_data
        return hub

    @callback
    def _end(self) -> None:
        """End the flow."""
        self.hass.config_entries.flow.async_abort(self.flow_id)

    @override
    async def async_adopted(self, adopted: AdoptedCharger) -> ConfigFlowResult:
        # This flow is the card of a discovered charger, and must end with the discovery.
        flow = await self.hass.config_entries.flow.async_init(
            DOMAIN, context=ConfigFlowContext(source=SOURCE_USER), data=adopted
        )
        return self.async_abort(
            reason="adopted",
            description_placeholders={
                "name": neutral(adopted.name),
                "dashboard": DASHBOARD_PATH,
            },
            next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]),
        )
