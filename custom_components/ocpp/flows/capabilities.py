"""The form section for the capabilities of a charger; whatever stays empty is detected automatically."""

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


TRAITS = probatio.Schema(
    {
        probatio.Optional(setter.name): _selector(capability, setter)
        for capability in CAPABILITIES.values()
        if (setter := capability.description.setter) is not None
    }
)
