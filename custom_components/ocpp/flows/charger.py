"""The flow for a charger, including its password and its certificate."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, override

import probatio

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import AbortFlow

from ..chargers.charger import Charger
from ..config.security import access_of
from ..const import (
    CONF_CERTIFICATES,
    CONF_IDENTITY,
    CONF_PASSWORD_DIGEST,
    CONF_STARTS_CARS,
    CONF_TRAITS,
    SUBENTRY_CHARGER,
)
from ..csms.operations.sign_certificate import renew
from ..csms.pki.security_profiles import PasswordDigest, SecurityProfile, new_password
from .adoption.waiting import WaitingSteps
from .base import Errors, Input, show_form
from .capabilities import CapabilityForms, async_words
from .charger_form import (
    NEW_CHARGER,
    charger_data,
    charger_errors,
    charger_input,
    charger_parts,
    identity_errors,
    with_connection,
)
from .parts import FlowInParts, Part
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
from .station_commands import async_ask, async_write_password


class ChargerFlow(FlowInParts, WaitingSteps):
    """Adds a charger as soon as it connects, or by hand before that, or changes one."""

    _words: Mapping[str, str]
    _name: str
    _charger: Input
    _password: str

    @override
    def form(self) -> probatio.Schema:
        return with_connection(self._get_entry(), NEW_CHARGER)

    @property
    @override
    def parts(self) -> Mapping[str, Part]:
        charger, given = self._charger_shown, self._get_reconfigure_subentry().data
        capabilities = None if charger is None else charger.station.capabilities
        forms = CapabilityForms(self._words, capabilities, given.get(CONF_TRAITS, {}))
        return charger_parts(self._get_entry(), forms)

    @override
    async def async_step_reconfigure(
        self, _: Input | None = None
    ) -> SubentryFlowResult:
        """Offer the parts."""
        self._words = await async_words(self.hass)
        return await super().async_step_reconfigure()

    async def async_step_settings(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the name, the wiring and the circuit."""
        return await self.async_ask_part("settings", user_input)

    async def async_step_protection(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask how the charger identifies itself, and what stops it at the worst."""
        return await self.async_ask_part("protection", user_input)

    async def async_step_phase_switch(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for the entity that switches phases."""
        return await self.async_ask_part("phase_switch", user_input)

    async def async_step_profiles(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask how the charger takes charging profiles."""
        return await self.async_ask_part("profiles", user_input)

    async def async_step_behavior(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for what the charger does in its own way."""
        return await self.async_ask_part("behavior", user_input)

    @override
    def suggested(self) -> Mapping[str, Any] | None:
        subentry, charger = self.subentry, self._charger_shown
        if subentry is None:
            return None
        shown = charger_input(subentry.title, subentry.data)
        if charger is not None:
            shown.setdefault(
                CONF_STARTS_CARS, charger.station.capabilities.remote_start
            )
        return shown

    @property
    @override
    def present(self) -> Input:
        subentry = self._get_reconfigure_subentry()
        return charger_input(subentry.title, subentry.data)

    @override
    def placeholders(self) -> dict[str, str]:
        charger = self._charger_shown
        make = None if charger is None else charger.make
        return {} if self.subentry is None else {"make": make or "?"}

    @override
    def errors(self, user_input: Input) -> Errors:
        entry, subentry = self._get_entry(), self.subentry
        errors: Errors = {}
        if subentry is None:
            identity = user_input[CONF_IDENTITY].strip()
            if any(
                item.unique_id == identity
                for item in entry.get_subentries_of_type(SUBENTRY_CHARGER)
            ):
                raise AbortFlow("already_configured")
            errors = identity_errors(identity)
        own_id = None if subentry is None else subentry.subentry_id
        return (
            errors
            | charger_errors(entry, user_input, own_id)
            | security_errors(entry.data, user_input)
        )

    @override
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        subentry = self.subentry
        self._name, data = charger_data(user_input)
        profile = chosen_profile(user_input)
        before = {} if subentry is None else subentry.data
        self._charger = secured({**before, **data}, profile)
        if subentry is None:
            self.identity = user_input[CONF_IDENTITY].strip()
        else:
            assert subentry.unique_id is not None
            self.identity = subentry.unique_id
        if needs_new_password(self._charger):
            return await self.async_step_password()
        if (
            subentry is not None
            and profile is SecurityProfile.CERTIFICATE
            and access_of(subentry.data).profile is not profile
        ):
            return await self.async_step_certificate()
        return self._finish()

    async def async_step_password(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Show a new password, this once, and write it to the charger on request."""
        errors: Errors = {}
        if user_input is None:
            self._password = new_password()
        else:
            if user_input[CONF_WRITE_PASSWORD]:
                errors = await async_write_password(self.station, self._password)
            if not errors:
                digest = PasswordDigest.of(self._password)
                self._charger[CONF_PASSWORD_DIGEST] = asdict(digest)
                return self._finish()
        return show_form(
            self,
            "password",
            PASSWORD,
            user_input,
            errors,
            charger=self._name,
            identity=self.identity,
            password=self._password,
        )

    async def async_step_certificate(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Explain that the charger needs a certificate, and have it request one if wanted."""
        errors: Errors = {}
        if user_input is not None:
            if user_input[CONF_REQUEST_CERTIFICATE]:
                errors = await async_ask(
                    self.station,
                    renew,
                    CONF_REQUEST_CERTIFICATE,
                    "certificate_refused",
                )
            if not errors:
                return self._finish()
        return show_form(
            self, "certificate", CERTIFICATE, user_input, errors, charger=self._name
        )

    @property
    def _charger_shown(self) -> Charger | None:
        """The charger that is changed, while its central system runs."""
        hub, subentry = self.hub, self.subentry
        if hub is None or subentry is None or subentry.unique_id is None:
            return None
        return hub.chargers.get(subentry.unique_id)

    def _finish(self) -> SubentryFlowResult:
        # A certificate that was signed while the form was open must not be forgotten.
        present = {} if self.subentry is None else self.subentry.data
        signed = {key: present[key] for key in (CONF_CERTIFICATES,) if key in present}
        return self.save(self._name, {**self._charger, **signed}, self.identity)
