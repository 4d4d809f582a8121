"""Setting up a circuit: the main fuse, a sub-distribution, a group of chargers."""

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult

from .circuit_form import (
    circuit_data,
    circuit_errors,
    circuit_form,
    circuit_input,
    new_circuit_input,
)
from .forms import Errors, Input


class CircuitFlow(ConfigSubentryFlow):
    """Adds a circuit, or changes one."""

    async def async_step_user(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for a new circuit."""
        entry = self._get_entry()
        errors: Errors = {}
        if user_input is not None:
            errors = circuit_errors(self.hass, entry, user_input)
            if not errors:
                name, data = circuit_data(user_input)
                return self.async_create_entry(title=name, data=data)
        shown = user_input or new_circuit_input(self.hass, entry)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(circuit_form(entry), shown),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Change a circuit."""
        entry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        own_id = subentry.subentry_id
        errors: Errors = {}
        if user_input is not None:
            errors = circuit_errors(self.hass, entry, user_input, own_id)
            if not errors:
                name, data = circuit_data(user_input)
                return self.async_update_and_abort(
                    entry, subentry, title=name, data=data
                )
        shown = user_input or circuit_input(subentry.title, subentry.data)
        form = circuit_form(entry, own_id)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(form, shown),
            errors=errors,
        )
