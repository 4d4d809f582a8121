"""The forms for the capabilities of a charger; whatever stays automatic is detected."""

from collections.abc import Iterable, Mapping

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..csms.devices.capabilities import Capabilities
from ..csms.devices.capability_types import CAPABILITIES, Capability
from .inputs import Input
from .selectors import box

AUTOMATIC = "automatic"
_BY_SETTER = {
    setter.name: capability
    for capability in CAPABILITIES.values()
    if (setter := capability.description.setter) is not None
}
_OF_PROFILES = (
    *("purpose", "kind", "unit", "stack_level", "start_schedule", "duration"),
    *("obeys_in_session", "current_step", "write_interval"),
)


class CapabilityForms:
    """The forms, where each choice says what is detected at present."""

    def __init__(
        self,
        words: Mapping[str, str],
        present: Capabilities | None,
        given: Mapping[str, object],
    ) -> None:
        """Initialize with the texts of choices, what is known of the charger, and what its owner has set."""
        self._words = words
        self._present = present
        self._given = given

    @property
    def profiles(self) -> probatio.Schema:
        """The way in which the charger takes charging profiles."""
        return self._form(_OF_PROFILES)

    @property
    def behavior(self) -> probatio.Schema:
        """Everything else that the charger does in its own way."""
        return self._form(name for name in _BY_SETTER if name not in _OF_PROFILES)

    def _form(self, names: Iterable[str]) -> probatio.Schema:
        fields: dict[probatio.Optional, object] = {}
        for name in names:
            capability = _BY_SETTER[name]
            if capability.choices:
                marker = probatio.Optional(name, default=AUTOMATIC)
                fields[marker] = self._choice(name, capability)
            else:
                fields[probatio.Optional(name)] = _entry(capability)
        return probatio.Schema(fields)

    def _choice(self, name: str, capability: Capability) -> SelectSelector:
        key = "yes_or_no" if capability.kind is bool else name
        automatic = SelectOptionDict(
            value=AUTOMATIC, label=self._automatic(name, capability, key)
        )
        options = [
            SelectOptionDict(value=each, label=each) for each in capability.choices
        ]
        return SelectSelector(
            SelectSelectorConfig(
                options=[automatic, *options],
                translation_key=key,
                mode=SelectSelectorMode.DROPDOWN,
            )
        )

    def _automatic(self, name: str, capability: Capability, key: str) -> str:
        """Return the text of the automatic choice, with what it means now unless the owner has set it."""
        plain = _word(self._words, AUTOMATIC, "unknown")
        if self._present is None or name in self._given:
            return plain
        value = getattr(self._present, capability.name)
        # Where there are several, the first is used.
        first = value[:1] if isinstance(value, tuple) else value
        for choice, meaning in capability.choices.items():
            if meaning == first:
                now = _word(self._words, key, choice)
                return _word(self._words, AUTOMATIC, "known").format(value=now)
        return plain


async def async_words(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the texts of choices in the language of this Home Assistant."""
    return await async_get_translations(
        hass, hass.config.language, "selector", [DOMAIN]
    )


def without_automatic(traits: Mapping[str, object]) -> Input:
    """Return what an owner has set, without the choices that are left to be detected."""
    return {name: value for name, value in traits.items() if value != AUTOMATIC}


def _entry(capability: Capability) -> NumberSelector | TextSelector:
    setter, bounds = capability.description.setter, capability.description.bounds
    if bounds is None or setter is None:
        return TextSelector()
    return box(*bounds, capability.unit, setter.step)


def _word(words: Mapping[str, str], key: str, choice: str) -> str:
    return words.get(f"component.{DOMAIN}.selector.{key}.options.{choice}", choice)
