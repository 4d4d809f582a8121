"""The config flow of the central system, its energy sources and its chargers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import override

import probatio

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow

from .chargers.discovery import CONF_ENTRY_ID, CONF_SUGGESTED_NAME, introduction
from .chargers.registry import Chargers
from .const import (
    CONF_IDENTITY,
    CONF_NEXT_SECURITY_PROFILE,
    CONF_PASSWORD_DIGEST,
    CONF_SECURITY_PROFILE,
    DOMAIN,
    MINOR_VERSION,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
    SUBENTRY_TAG,
    SUBENTRY_VEHICLE,
)
from .csms.pki.security_profiles import PasswordDigest, SecurityProfile, new_password
from .csms.station import ChargingStation
from .flows.base import Errors, Input, show_form
from .flows.charger import ChargerFlow
from .flows.charger_form import (
    ADOPTED_CHARGER,
    BY_PASSWORD,
    CONF_PROTECTION,
    charger_data,
    charger_errors,
    with_connection,
)
from .flows.circuit import CircuitFlow
from .flows.energy.sources import ASKED_AT_FIRST
from .flows.energy.steps import EnergySteps
from .flows.energy.suggestions import async_known_beside
from .flows.options import OcppOptionsFlow
from .flows.security import CONF_WRITE_PASSWORD, PASSWORD
from .flows.server import (
    SERVER,
    SUGGESTED,
    async_server_errors,
    ports_of,
    server_data,
    server_input,
)
from .flows.station_commands import async_write_password
from .flows.tag import TagFlow
from .flows.vehicle import VehicleFlow
from .texts import neutral

TITLE = "OCPP"


class OcppConfigFlow(EnergySteps, ConfigFlow, domain=DOMAIN):
    """Sets up a central system, or adopts a charger that was discovered."""

    # Versions up to 2 were written by another integration of the same domain.
    VERSION = 3
    MINOR_VERSION = MINOR_VERSION

    _data: Input
    _discovered: Mapping[str, str]
    _chargers: Chargers
    _name: str
    _password: str

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
        """Ask for the ports of the central system."""
        errors: Errors = {}
        if user_input is not None:
            data = server_data(user_input)
            self._abort_if_taken(ports_of(data))
            errors = await async_server_errors(self.hass, data)
            if not errors:
                self._data = data
                return await self.async_step_energy()
        return show_form(self, "user", SERVER, user_input or SUGGESTED, errors)

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
        errors: Errors = {}
        if user_input is not None:
            data = server_data(user_input)
            self._abort_if_taken(ports_of(data), entry)
            errors = await async_server_errors(self.hass, data, entry.data)
            if not errors:
                return self.async_update_and_abort(entry, data=data)
        shown = user_input or server_input(entry.data)
        return show_form(self, "reconfigure", SERVER, shown, errors)

    def _abort_if_taken(
        self, ports: set[int], entry: ConfigEntry | None = None
    ) -> None:
        """Abort if another central system has one of these ports."""
        for other in self._async_current_entries(include_ignore=False):
            if other is not entry and ports & ports_of(other.data):
                raise AbortFlow("already_configured")

    @override
    async def async_step_integration_discovery(
        self, discovery_info: Mapping[str, str]
    ) -> ConfigFlowResult:
        """Show a discovered charger."""
        await self.async_set_unique_id(discovery_info[CONF_IDENTITY])
        # The user has chosen to ignore it.
        self._abort_if_unique_id_configured()
        self._discovered = discovery_info
        self.context["title_placeholders"] = {
            "name": neutral(discovery_info[CONF_NAME])
        }
        return await self.async_step_adopt()

    async def async_step_adopt(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the settings of the charger, and adopt it."""
        entry = self.hass.config_entries.async_get_entry(
            self._discovered[CONF_ENTRY_ID]
        )
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_running")
        identity = self._discovered[CONF_IDENTITY]
        if any(item.unique_id == identity for item in entry.subentries.values()):
            return self.async_abort(reason="already_adopted")
        self._chargers = entry.runtime_data.chargers
        errors = self._changes()
        if user_input is not None and not errors:
            errors = charger_errors(entry, user_input)
            if not errors:
                self._name, self._data = charger_data(user_input)
                if user_input.get(CONF_PROTECTION) == BY_PASSWORD:
                    return await self.async_step_password()
                return self._adopt()
        shown = user_input or {
            CONF_NAME: self._discovered[CONF_SUGGESTED_NAME],
            CONF_PROTECTION: BY_PASSWORD,
        }
        return show_form(
            self,
            "adopt",
            with_connection(entry, ADOPTED_CHARGER),
            shown,
            errors,
            name=self._discovered[CONF_NAME],
        )

    def _changes(self) -> Errors:
        """Return an error if the charger has gone, or is another one than was shown."""
        station = self._station
        if station is None or not station.connected:
            return {"base": "charger_gone"}
        if (name := introduction(station)) != self._discovered[CONF_NAME]:
            self._discovered = {**self._discovered, CONF_NAME: name}
            return {"base": "charger_changed"}
        return {}

    async def async_step_password(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Show the password of a new charger, this once, and write it to the charger unless that is not wanted."""
        errors: Errors = {}
        if user_input is None:
            self._password = new_password()
        else:
            if self._chargers.get(self._discovered[CONF_IDENTITY]) is not None:
                return self.async_abort(reason="already_adopted")
            if user_input[CONF_WRITE_PASSWORD]:
                errors = await async_write_password(self._station, self._password)
            if not errors:
                # Required once the charger has used it: one that does not know it yet stays connected.
                self._data |= {
                    CONF_PASSWORD_DIGEST: asdict(PasswordDigest.of(self._password)),
                    CONF_SECURITY_PROFILE: SecurityProfile.OPEN.value,
                    CONF_NEXT_SECURITY_PROFILE: SecurityProfile.PASSWORD.value,
                }
                return self._adopt()
        return show_form(
            self,
            "password",
            PASSWORD,
            user_input or {CONF_WRITE_PASSWORD: True},
            errors,
            charger=self._name,
            identity=self._discovered[CONF_IDENTITY],
            password=self._password,
        )

    @property
    def _station(self) -> ChargingStation | None:
        return self._chargers.station(self._discovered[CONF_IDENTITY])

    def _adopt(self) -> ConfigFlowResult:
        identity = self._discovered[CONF_IDENTITY]
        self._chargers.async_set_up(identity, self._name, self._data)
        return self.async_abort(
            reason="adopted", description_placeholders={"name": neutral(self._name)}
        )
