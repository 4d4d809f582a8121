"""Setting up the central system, its energy sources, and its chargers."""

from collections.abc import Mapping
from typing import override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow

from .chargers.discovery import CONF_ENTRY_ID, CONF_SUGGESTED_NAME
from .const import (
    CONF_ID_TAG,
    CONF_IDENTITY,
    DOMAIN,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
    SUBENTRY_TAG,
)
from .flows.charger import ChargerFlow
from .flows.circuit import CircuitFlow
from .flows.circuit_form import connection_data, with_connection
from .flows.energy_dashboard import async_suggest_sources
from .flows.forms import (
    CHARGER,
    OPTIONS,
    SOURCES,
    Errors,
    Input,
    charger_data,
    charger_errors,
    source_errors,
    tag_data,
    tag_errors,
    tag_form,
)
from .flows.server import (
    SERVER,
    SUGGESTED,
    async_server_errors,
    ports_of,
    server_data,
    server_input,
)

TITLE = "OCPP"


class OcppConfigFlow(ConfigFlow, domain=DOMAIN):
    """Sets up a central system, or adopts a charger that has knocked."""

    # Versions up to 2 were written by another integration of the same domain.
    VERSION = 3
    # Up to 1, there was one port, with a certificate or without.
    MINOR_VERSION = 2

    _data: Input
    _stranger: Mapping[str, str]

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a central system."""
        return {
            SUBENTRY_CHARGER: ChargerFlow,
            SUBENTRY_CIRCUIT: CircuitFlow,
            SUBENTRY_TAG: TagFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow for the energy sources and the adoption of chargers."""
        return OcppOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask where to listen."""
        errors: Errors = {}
        if user_input is not None:
            data = server_data(user_input)
            self._abort_if_taken(ports_of(data))
            errors = await async_server_errors(self.hass, data)
            if not errors:
                self._data = data
                return await self.async_step_energy()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                SERVER, user_input or SUGGESTED
            ),
            errors=errors,
        )

    async def async_step_energy(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask which entities tell of the house's power flows."""
        errors: Errors = {}
        if user_input is not None:
            errors = source_errors(self.hass, user_input)
            if not errors:
                return self.async_create_entry(
                    title=TITLE, data=self._data, options=user_input
                )
        suggested = user_input or await async_suggest_sources(self.hass)
        return self.async_show_form(
            step_id="energy",
            data_schema=self.add_suggested_values_to_schema(SOURCES, suggested),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Listen elsewhere."""
        entry = self._get_reconfigure_entry()
        errors: Errors = {}
        if user_input is not None:
            data = server_data(user_input)
            self._abort_if_taken(ports_of(data), entry)
            errors = await async_server_errors(self.hass, data, entry.data)
            if not errors:
                return self.async_update_and_abort(entry, data=data)
        shown = user_input or server_input(entry.data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(SERVER, shown),
            errors=errors,
        )

    def _abort_if_taken(
        self, ports: set[int], entry: ConfigEntry | None = None
    ) -> None:
        """Abort where another central system has one of these ports."""
        for other in self._async_current_entries(include_ignore=False):
            if other is not entry and ports & ports_of(other.data):
                raise AbortFlow("already_configured")

    @override
    async def async_step_integration_discovery(
        self, discovery_info: Mapping[str, str]
    ) -> ConfigFlowResult:
        """Show a charger that nobody has adopted."""
        await self.async_set_unique_id(discovery_info[CONF_IDENTITY])
        # The user has chosen to ignore it.
        self._abort_if_unique_id_configured()
        self._stranger = discovery_info
        self.context["title_placeholders"] = {"name": discovery_info[CONF_NAME]}
        return await self.async_step_adopt()

    async def async_step_adopt(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Let the user adopt the charger."""
        entry = self.hass.config_entries.async_get_entry(self._stranger[CONF_ENTRY_ID])
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_running")
        identity = self._stranger[CONF_IDENTITY]
        if any(item.unique_id == identity for item in entry.subentries.values()):
            return self.async_abort(reason="already_adopted")
        errors: Errors = {}
        if user_input is not None:
            errors = charger_errors(entry, user_input)
            if not errors:
                name, data = charger_data(user_input)
                data |= connection_data(user_input)
                entry.runtime_data.chargers.async_set_up(identity, name, data)
                return self.async_abort(
                    reason="adopted", description_placeholders={"name": name}
                )
        shown = user_input or {CONF_NAME: self._stranger[CONF_SUGGESTED_NAME]}
        return self.async_show_form(
            step_id="adopt",
            data_schema=self.add_suggested_values_to_schema(
                with_connection(entry, CHARGER), shown
            ),
            errors=errors,
            description_placeholders={"name": self._stranger[CONF_NAME]},
        )


class OcppOptionsFlow(OptionsFlow):
    """Changes the energy sources, and how chargers are adopted."""

    async def async_step_init(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for all options at once."""
        errors: Errors = {}
        if user_input is not None:
            errors = source_errors(self.hass, user_input)
            if not errors:
                return self.async_create_entry(data=user_input)
        shown = user_input or self.config_entry.options
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(OPTIONS, shown),
            errors=errors,
        )


class TagFlow(ConfigSubentryFlow):
    """Adds a tag, filled in with the one that was shown to a charger last, or changes one."""

    async def async_step_user(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for a new tag."""
        entry = self._get_entry()
        errors: Errors = {}
        if user_input is not None:
            errors = tag_errors(user_input)
            if not errors:
                name, data = tag_data(user_input)
                if self._is_taken(data[CONF_ID_TAG]):
                    return self.async_abort(reason="already_configured")
                return self.async_create_entry(title=name, data=data)
        shown = user_input
        if shown is None and entry.state is ConfigEntryState.LOADED:
            scanned = entry.runtime_data.central_system.last_unknown_token
            shown = None if scanned is None else {CONF_ID_TAG: scanned}
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(tag_form(entry), shown),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Change a tag."""
        entry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        errors: Errors = {}
        if user_input is not None:
            errors = tag_errors(user_input)
            if not errors:
                name, data = tag_data(user_input)
                if self._is_taken(data[CONF_ID_TAG], subentry.subentry_id):
                    return self.async_abort(reason="already_configured")
                return self.async_update_and_abort(
                    entry, subentry, title=name, data=data
                )
        shown = user_input or {CONF_NAME: subentry.title, **subentry.data}
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(tag_form(entry), shown),
            errors=errors,
        )

    def _is_taken(self, id_tag: str, own_id: str | None = None) -> bool:
        return any(
            subentry.data[CONF_ID_TAG].casefold() == id_tag.casefold()
            for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_TAG)
            if subentry.subentry_id != own_id
        )
