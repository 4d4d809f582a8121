"""The flow for all options: a menu of forms by subject."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import BooleanSelector

from ..config.allowed_addresses import is_address
from ..const import (
    CONF_ALLOWED_ADDRESSES,
    CONF_AUTO_ADOPT,
    CONF_CONTRACT,
    CONF_DATA_VENDORS,
    CONF_FREE_VEND,
    CONF_HOME_ASSISTANT_TAGS,
    CONF_LOCAL_LIST,
    CONF_SITE_LIMIT,
    CONF_TARIFF,
)
from .base import NOTHING, Errors, Input, show_form
from .energy.choices import objections_to, without_insisting
from .energy.contract import CONTRACT, contract_errors
from .energy.sources import (
    BATTERY,
    DELAY,
    LIMITS,
    PHASES,
    SOLAR,
    as_lists,
    balance_errors,
    battery_errors,
    limit_errors,
    phase_errors,
    solar_errors,
)
from .energy.steps import EnergySteps
from .numbers import number_faults
from .parts import Part
from .selectors import TEXTS, unknown_entities
from .tariff import TARIFF, tariff_errors

ACCESS = probatio.Schema(
    {
        probatio.Required(CONF_AUTO_ADOPT, default=False): BooleanSelector(),
        probatio.Required(CONF_FREE_VEND, default=True): BooleanSelector(),
        probatio.Required(CONF_HOME_ASSISTANT_TAGS, default=False): BooleanSelector(),
        probatio.Required(CONF_LOCAL_LIST, default=False): BooleanSelector(),
    }
)
SECURITY = probatio.Schema(
    {
        probatio.Optional(CONF_DATA_VENDORS, default=[]): TEXTS,
        probatio.Optional(CONF_ALLOWED_ADDRESSES, default=[]): TEXTS,
    }
)


def _no_errors(_: HomeAssistant, __: Input) -> Errors:
    return {}


@dataclass(frozen=True, slots=True)
class _Subject(Part):
    """A form for some of the options; `errors` returns what is wrong with all of them after a change."""

    errors: Callable[[HomeAssistant, Input], Errors] = _no_errors


def _phase_errors(_: HomeAssistant, options: Input) -> Errors:
    return phase_errors(options)


def _solar_errors(_: HomeAssistant, options: Input) -> Errors:
    return balance_errors(options) or solar_errors(options)


def _battery_errors(_: HomeAssistant, options: Input) -> Errors:
    return battery_errors(options)


def _limit_errors(hass: HomeAssistant, options: Input) -> Errors:
    return unknown_entities(hass, options, (CONF_SITE_LIMIT,)) or limit_errors(options)


def _tariff_errors(hass: HomeAssistant, options: Input) -> Errors:
    return tariff_errors(hass, options[CONF_TARIFF])


def _contract_errors(hass: HomeAssistant, options: Input) -> Errors:
    return contract_errors(hass, options[CONF_CONTRACT])


def _security_errors(_: HomeAssistant, options: Input) -> Errors:
    if all(map(is_address, options[CONF_ALLOWED_ADDRESSES])):
        return {}
    return {CONF_ALLOWED_ADDRESSES: "invalid_address"}


SUBJECTS: Mapping[str, _Subject] = {
    "solar": _Subject(SOLAR, errors=_solar_errors),
    "battery": _Subject(BATTERY, errors=_battery_errors),
    "tariff": _Subject(TARIFF, CONF_TARIFF, _tariff_errors),
    "contract": _Subject(CONTRACT, CONF_CONTRACT, _contract_errors),
    "limits": _Subject(LIMITS, errors=_limit_errors),
    "phases": _Subject(PHASES, errors=_phase_errors),
    "delay": _Subject(DELAY),
    "access": _Subject(ACCESS),
    "security": _Subject(SECURITY, errors=_security_errors),
}


class OcppOptionsFlow(EnergySteps, OptionsFlow):
    """Changes the energy sources, and the rules for chargers and tags."""

    async def async_step_init(self, _: Input | None = None) -> ConfigFlowResult:
        """Offer the subjects."""
        return self.async_show_menu(step_id="init", menu_options=["energy", *SUBJECTS])

    @property
    @override
    def options_before(self) -> Mapping[str, object]:
        return self.config_entry.options

    @property
    @override
    def asked_beside(self) -> probatio.Schema:
        return NOTHING

    @override
    async def async_energy_done(self, options: Input) -> ConfigFlowResult:
        return self.async_create_entry(data=options)

    async def async_step_phases(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the power of each phase."""
        return self._ask("phases", user_input)

    async def async_step_delay(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the delay of the grid meter."""
        return self._ask("delay", user_input)

    async def async_step_solar(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the inverters."""
        return self._ask("solar", user_input)

    async def async_step_battery(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the home batteries."""
        return self._ask("battery", user_input)

    async def async_step_tariff(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for prices and forecasts."""
        return self._ask("tariff", user_input)

    async def async_step_contract(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for holidays and contracted power."""
        return self._ask("contract", user_input)

    async def async_step_limits(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for what protects the grid connection."""
        return self._ask("limits", user_input)

    async def async_step_access(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for the rules for chargers and tags."""
        return self._ask("access", user_input)

    async def async_step_security(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for foreign data and addresses that are trusted."""
        return self._ask("security", user_input)

    def _ask(self, key: str, user_input: Input | None) -> ConfigFlowResult:
        subject, options = SUBJECTS[key], self.config_entry.options
        if user_input is None:
            return show_form(self, key, subject.form, subject.shown(as_lists(options)))
        chosen = without_insisting(user_input)
        faults = number_faults(subject.form, chosen)
        if faults.errors:
            return show_form(
                self, key, subject.form, chosen, faults.errors, faults.placeholders
            )
        changed = subject.changed(options, chosen)
        if objections := objections_to(self.hass, changed, user_input):
            return objections.show(self, key, subject.form, chosen)
        if errors := subject.errors(self.hass, changed):
            return show_form(self, key, subject.form, chosen, errors)
        return self.async_create_entry(data=changed)
