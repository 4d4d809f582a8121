"""Setting up a charger."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)

from ..config.security import access_of
from ..const import CONF_IDENTITY, CONF_PASSWORD_DIGEST, SUBENTRY_CHARGER
from ..csms.errors import CsmsError
from ..csms.operations.sign_certificate import renew
from ..csms.pki.security_profiles import PasswordDigest, SecurityProfile, new_password
from ..csms.station import ChargingStation
from ..hub import Hub
from .circuit_form import connection_data, with_connection
from .forms import (
    EXISTING_CHARGER,
    NEW_CHARGER,
    Errors,
    Input,
    charger_data,
    charger_errors,
    charger_input,
    identity_errors,
)
from .security import (
    CERTIFICATE,
    CONF_REQUEST_CERTIFICATE,
    CONF_WRITE_PASSWORD,
    PASSWORD,
    chosen_profile,
    needs_new_password,
    secured,
    security_errors,
)


class ChargerFlow(ConfigSubentryFlow):
    """Adds a charger by hand, even before it connects, or changes one."""

    _identity: str
    _name: str
    _charger: Input
    _password: str

    async def async_step_user(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for a new charger."""
        entry = self._get_entry()
        errors: Errors = {}
        if user_input is not None:
            self._identity = user_input[CONF_IDENTITY].strip()
            if any(
                item.unique_id == self._identity
                for item in entry.get_subentries_of_type(SUBENTRY_CHARGER)
            ):
                return self.async_abort(reason="already_configured")
            errors = (
                identity_errors(self._identity)
                | charger_errors(entry, user_input)
                | security_errors(entry.data, user_input)
            )
            if not errors:
                self._name, data = charger_data(user_input)
                data |= connection_data(user_input)
                self._charger = secured(data, chosen_profile(user_input))
                if needs_new_password(self._charger):
                    return await self.async_step_password()
                return self._finish()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                with_connection(entry, NEW_CHARGER), user_input
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Change a charger."""
        entry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        errors: Errors = {}
        if user_input is not None:
            errors = charger_errors(
                entry, user_input, subentry.unique_id
            ) | security_errors(entry.data, user_input)
            if not errors:
                assert subentry.unique_id is not None
                self._identity = subentry.unique_id
                self._name, changed = charger_data(user_input)
                changed |= connection_data(user_input)
                profile = chosen_profile(user_input)
                self._charger = secured({**subentry.data, **changed}, profile)
                if needs_new_password(self._charger):
                    return await self.async_step_password()
                if (
                    profile is SecurityProfile.CERTIFICATE
                    and access_of(subentry.data).profile is not profile
                ):
                    return await self.async_step_certificate()
                return self._finish()
        shown = user_input or charger_input(subentry.title, subentry.data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                with_connection(entry, EXISTING_CHARGER), shown
            ),
            errors=errors,
            description_placeholders={"make": self._make(subentry) or "?"},
        )

    async def async_step_password(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Show a new password, this once, and write it to the charger if that is wanted."""
        errors: Errors = {}
        if user_input is None:
            self._password = new_password()
        else:
            if user_input[CONF_WRITE_PASSWORD]:
                errors = await self._write_password()
            if not errors:
                digest = PasswordDigest.of(self._password)
                self._charger[CONF_PASSWORD_DIGEST] = asdict(digest)
                return self._finish()
        return self.async_show_form(
            step_id="password",
            data_schema=self.add_suggested_values_to_schema(PASSWORD, user_input),
            errors=errors,
            description_placeholders={
                "charger": self._name,
                "identity": self._identity,
                "password": self._password,
            },
        )

    async def async_step_certificate(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Tell that the charger needs a certificate, and have it ask for one if that is wanted."""
        errors: Errors = {}
        if user_input is not None:
            if user_input[CONF_REQUEST_CERTIFICATE]:
                errors = await self._ask(
                    renew, CONF_REQUEST_CERTIFICATE, "certificate_refused"
                )
            if not errors:
                return self._finish()
        return self.async_show_form(
            step_id="certificate",
            data_schema=self.add_suggested_values_to_schema(CERTIFICATE, user_input),
            errors=errors,
            description_placeholders={"charger": self._name},
        )

    async def _write_password(self) -> Errors:
        def write(station: ChargingStation) -> Awaitable[bool]:
            return station.request(
                lambda version: version.security.set_password(self._password)
            )

        return await self._ask(write, CONF_WRITE_PASSWORD, "password_refused")

    async def _ask(
        self,
        command: Callable[[ChargingStation], Awaitable[object]],
        field: str,
        refusal: str,
    ) -> Errors:
        """Ask the charger for something, and return what is wrong with that."""
        station = self._station(self._identity)
        if station is None or not station.connected:
            return {field: "not_connected"}
        try:
            await command(station)
        except CsmsError:
            return {field: refusal}
        return {}

    def _make(self, subentry: ConfigSubentry) -> str | None:
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        charger = entry.runtime_data.chargers.get(subentry.unique_id)
        return None if charger is None else charger.make

    def _station(self, identity: str) -> ChargingStation | None:
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        hub: Hub = entry.runtime_data
        return hub.central_system.stations.get(identity)

    def _finish(self) -> SubentryFlowResult:
        if self.source == SOURCE_USER:
            return self.async_create_entry(
                title=self._name, data=self._charger, unique_id=self._identity
            )
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._name,
            data=self._charger,
        )
