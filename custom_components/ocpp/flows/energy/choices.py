"""Chosen entities that are refused, as they show something else, or questioned, as they look like a mistake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.selector import BooleanSelector

from ...config.energy_sources import QUANTITIES, entity_ids
from ...quantities import Quantity, Trouble, shown_by
from ..base import Errors, Input, show_form
from ..selectors import exists
from .doubts import Objection, doubts

CONF_USE_ANYWAY = "use_anyway"
_INSISTING = {probatio.Optional(CONF_USE_ANYWAY, default=False): BooleanSelector()}
"""The field by which the owner insists on what is questioned."""
_OF_SOMETHING_ELSE: Mapping[Quantity, str] = {
    Quantity.POWER: "no_power",
    Quantity.CURRENT: "no_current",
    Quantity.CHARGE: "no_charge",
}


@dataclass(frozen=True, slots=True)
class Objections:
    """Objections to what was chosen in a form.

    Attributes:
        errors: the keys of their texts by field.
        entities: the entities that they are about.
        can_be_overruled: the owner may insist.
    """

    errors: Errors
    entities: str
    can_be_overruled: bool

    @classmethod
    def of(
        cls,
        hass: HomeAssistant,
        objections: Sequence[Objection],
        *,
        can_be_overruled: bool,
    ) -> Objections:
        """Return several objections together."""
        errors = {each.field: each.key for each in objections}
        entity_ids = dict.fromkeys(each.entity_id for each in objections)
        return cls(errors, all_named(hass, entity_ids), can_be_overruled)

    def show[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
        self,
        flow: FlowHandler[ContextT, ResultT, HandlerT],
        step_id: str,
        form: probatio.Schema,
        chosen: Input,
    ) -> ResultT:
        """Show the form again with the objections."""
        shown = form.extend(_INSISTING) if self.can_be_overruled else form
        return show_form(
            flow, step_id, shown, chosen, self.errors, entities=self.entities
        )


def objections_to(
    hass: HomeAssistant, options: Mapping[str, object], user_input: Input
) -> Objections | None:
    """Return the objections to the input of a form, which has become part of the options."""
    if refused := list(_refused(hass, user_input)):
        return Objections.of(hass, refused, can_be_overruled=False)
    if user_input.get(CONF_USE_ANYWAY):
        return None
    questioned = doubts(hass, options, user_input)
    return (
        Objections.of(hass, questioned, can_be_overruled=True) if questioned else None
    )


def sensor_errors(hass: HomeAssistant, user_input: Input) -> Errors:
    """Return the errors of sensors that do not exist, or show something else than they should."""
    return {each.field: each.key for each in _refused(hass, user_input)}


def without_insisting(user_input: Input) -> Input:
    """Return the input of a form without the field by which the owner insists."""
    return {key: each for key, each in user_input.items() if key != CONF_USE_ANYWAY}


def all_named(hass: HomeAssistant, entities: Iterable[str]) -> str:
    """Return entities in one line, as their owner knows them."""
    states = {entity_id: hass.states.get(entity_id) for entity_id in entities}
    return ", ".join(
        entity_id if state is None else f"{state.name} ({entity_id})"
        for entity_id, state in states.items()
    )


def _refused(hass: HomeAssistant, given: Mapping[str, object]) -> Iterator[Objection]:
    """Yield the sensors that do not exist, or show something else than they should."""
    for field, quantity in QUANTITIES.items():
        for entity_id in entity_ids(given, field):
            if (key := _trouble(hass, entity_id, quantity)) is not None:
                yield Objection(field, key, entity_id)


def _trouble(hass: HomeAssistant, entity_id: str, quantity: Quantity) -> str | None:
    state = hass.states.get(entity_id)
    if state is None:
        return None if exists(hass, entity_id) else "unknown_entity"
    match shown_by(state, quantity).trouble:
        case Trouble.UNIT:
            return _OF_SOMETHING_ELSE[quantity]
        case Trouble.NUMBER:
            return "no_number"
    return None
