"""The skeleton of flows: a form that is shown until it has no errors."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from ..texts import neutral
from .inputs import Errors, Input
from .numbers import NumberFaults, number_faults

NOTHING = probatio.Schema({})
"""A form without fields: a message that is confirmed."""


def show_form[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    flow: FlowHandler[ContextT, ResultT, HandlerT],
    step_id: str,
    form: probatio.Schema,
    shown: Mapping[str, Any] | None = None,
    errors: Errors | None = None,
    own_placeholders: Mapping[str, str] | None = None,
    **placeholders: str,
) -> ResultT:
    """Show a form with the values that were entered, or that are suggested.

    `own_placeholders` are made here, so that they may hold addresses.
    """
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(form, shown),
        errors=errors,
        description_placeholders={
            **(own_placeholders or {}),
            **{name: neutral(text) for name, text in placeholders.items()},
        },
    )


class SubentryFlow(ConfigSubentryFlow):
    """A flow that adds a subentry by one form, and changes one by the same or another form."""

    async def async_step_user(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Ask for a new subentry."""
        return await self._async_ask("user", user_input)

    async def async_step_reconfigure(
        self, user_input: Input | None = None
    ) -> SubentryFlowResult:
        """Change a subentry."""
        return await self._async_ask("reconfigure", user_input)

    async def _async_ask(
        self, step_id: str, user_input: Input | None
    ) -> SubentryFlowResult:
        form, errors, faults = self.form(), Errors(), NumberFaults()
        if user_input is not None:
            faults = number_faults(form, user_input)
            errors = faults.errors or self.errors(user_input)
            if not errors:
                return await self.async_accept(user_input)
        return show_form(
            self,
            step_id,
            form,
            self.suggested() if user_input is None else user_input,
            errors,
            {**self.own_placeholders(), **faults.placeholders},
            **self.placeholders(),
        )

    @property
    def subentry(self) -> ConfigSubentry | None:
        """The subentry that is changed; None while one is added."""
        return None if self.source == SOURCE_USER else self._get_reconfigure_subentry()

    @abstractmethod
    def form(self) -> probatio.Schema:
        """Return the form."""

    @abstractmethod
    def suggested(self) -> Mapping[str, Any] | None:
        """Return the values that the form has at first."""

    @abstractmethod
    def errors(self, user_input: Input) -> Errors:
        """Return the errors in the input by field."""

    @abstractmethod
    async def async_accept(self, user_input: Input) -> SubentryFlowResult:
        """Use the input."""

    def placeholders(self) -> dict[str, str]:
        """Return the placeholders of the form's description."""
        return {}

    def own_placeholders(self) -> Mapping[str, str]:
        """Return the placeholders that may hold addresses."""
        return {}

    def save(
        self, name: str, data: Mapping[str, Any], unique_id: str | None = None
    ) -> SubentryFlowResult:
        """Add the subentry, or change it."""
        if (subentry := self.subentry) is None:
            return self.async_create_entry(title=name, data=data, unique_id=unique_id)
        return self.async_update_and_abort(
            self._get_entry(), subentry, title=name, data=data
        )
