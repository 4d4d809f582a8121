"""Large forms in parts: a menu by subject, each with a short form of its own."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import override

import probatio

from homeassistant.config_entries import SubentryFlowResult

from ..texts import neutral
from .base import Input, SubentryFlow, show_form
from .numbers import NumberFaults, number_faults


@dataclass(frozen=True, slots=True)
class Part:
    """A form for some of many values.

    Attributes:
        form: the form.
        within: the key of the value that holds all its fields; None if they are values themselves.
    """

    form: probatio.Schema
    within: str | None = None

    def shown(self, values: Mapping[str, object]) -> Input:
        """Return the present values of the fields."""
        if self.within is None:
            return dict(values)
        inner = values.get(self.within)
        return dict(inner) if isinstance(inner, Mapping) else {}

    def changed(self, values: Mapping[str, object], user_input: Input) -> Input:
        """Return all values with the input in place of the fields' former values."""
        fields = {str(field) for field in self.form.schema}
        former = self.shown(values)
        others = {key: each for key, each in former.items() if key not in fields}
        if self.within is None:
            return others | user_input
        return {**values, self.within: others | user_input}


class FlowInParts(SubentryFlow):
    """A flow that adds a subentry by one form, and changes one by a menu of its parts."""

    @property
    @abstractmethod
    def parts(self) -> Mapping[str, Part]:
        """The parts by their steps."""

    @override
    async def async_step_reconfigure(
        self, _: Input | None = None
    ) -> SubentryFlowResult:
        """Offer the parts."""
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=list(self.parts),
            description_placeholders={
                name: neutral(text) for name, text in self.placeholders().items()
            },
        )

    @property
    def present(self) -> Input:
        """The present values of all parts, without what is only suggested."""
        return dict(self.suggested() or {})

    async def async_ask_part(
        self, step_id: str, user_input: Input | None
    ) -> SubentryFlowResult:
        """Ask for one part, and use it with the present values of the others."""
        part = self.parts[step_id]
        if user_input is None:
            shown = part.shown(self.suggested() or {})
            return show_form(self, step_id, part.form, shown)
        faults = number_faults(part.form, user_input)
        if not faults.errors:
            changed = part.changed(self.present, user_input)
            errors = self.errors(changed)
            if not errors:
                return await self.async_accept(changed)
            # An error of values that belong together is shown where one of them is changed.
            fields = {str(field) for field in part.form.schema}
            faults = NumberFaults(
                {
                    field if field in fields else "base": error
                    for field, error in errors.items()
                }
            )
        return show_form(
            self, step_id, part.form, user_input, faults.errors, faults.placeholders
        )
