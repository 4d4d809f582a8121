"""The form section for the capabilities of a charger; whatever stays empty is detected automatically."""

from collections.abc import Iterable

import probatio

from homeassistant.helpers.selector import NumberSelector, SelectSelector, TextSelector

from ..csms.devices.capabilities import Setter
from ..csms.devices.capability_types import CAPABILITIES, Capability
from .selectors import box, choice


def _selector(
    capability: Capability, setter: Setter
) -> SelectSelector | NumberSelector | TextSelector:
    if capability.choices:
        is_bool = capability.kind is bool
        return choice(capability.choices, "yes_or_no" if is_bool else setter.name)
    if (bounds := capability.description.bounds) is None:
        return TextSelector()
    return box(*bounds, capability.unit, setter.step)


_FIELDS = {
    setter.name: _selector(capability, setter)
    for capability in CAPABILITIES.values()
    if (setter := capability.description.setter) is not None
}
_OF_PROFILES = (
    *("purpose", "kind", "unit", "stack_level", "start_schedule", "duration"),
    *("obeys_in_session", "current_step", "write_interval"),
)


def _form(names: Iterable[str]) -> probatio.Schema:
    return probatio.Schema({probatio.Optional(name): _FIELDS[name] for name in names})


PROFILES = _form(_OF_PROFILES)
"""How the charger takes charging profiles."""
BEHAVIOR = _form(name for name in _FIELDS if name not in _OF_PROFILES)
"""Everything else that the charger does in its own way."""
