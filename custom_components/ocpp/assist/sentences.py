"""The sentences of the intents, registered for Home Assistant's own agent, which understands them without any file of the user's."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
import logging
import re
from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, Context, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    intent,
    trigger,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.typing import ConfigType
from homeassistant.setup import async_when_setup

from ..const import DOMAIN
from .language import Language, language
from .places import names

_LOGGER = logging.getLogger(__name__)
_NOT_SPOKEN = re.compile(r"[^\w'’ -]+|(?<!\w)['’-]+|['’-]+(?!\w)")
"""The characters that have a meaning of their own in the templates of sentences, or are left out when they are heard."""


class Sentences:
    """The sentences for all names of chargers, vehicles and areas; they follow changes of names."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize; nothing is registered yet."""
        self._hass = hass
        self._names: set[str] | None = None
        self._unregister: CALLBACK_TYPE | None = None
        self._lock = asyncio.Lock()

    @callback
    def async_start(self) -> None:
        """Register as soon as there is somebody who understands sentences, and again whenever a name has changed."""
        for event in (
            dr.EVENT_DEVICE_REGISTRY_UPDATED,
            ar.EVENT_AREA_REGISTRY_UPDATED,
        ):
            self._hass.bus.async_listen(event, self._async_on_event)
        # At a restart, the devices are known before their chargers are.
        async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_on_entry
        )

        async def register(_: HomeAssistant, __: str) -> None:
            await self.async_register()

        async_when_setup(self._hass, "conversation", register)

    async def _async_on_event(self, _: Event[Any]) -> None:
        if self._names is not None:
            await self.async_register()

    async def _async_on_entry(self, _: ConfigEntryChange, entry: ConfigEntry) -> None:
        if self._names is not None and entry.domain == DOMAIN:
            await self.async_register()

    async def async_register(self) -> None:
        """Register the sentences, unless the names are those that are registered."""
        async with self._lock:
            if (present := names(self._hass)) != self._names:
                self._names = present
                await self._async_replace(present)

    async def _async_replace(self, named: set[str]) -> None:
        spoken = await self._hass.async_add_executor_job(
            language, self._hass.config.language
        )
        triggers = cv.TRIGGER_SCHEMA(list(_triggers(spoken, named)))
        config = await trigger.async_validate_trigger_config(self._hass, triggers)
        if self._unregister is not None:
            self._unregister()
        self._unregister = await trigger.async_initialize_triggers(
            self._hass, config, self._async_handle, DOMAIN, "sentences", _LOGGER.log
        )

    async def _async_handle(
        self, variables: Mapping[str, Any], _: object = None
    ) -> ScriptRunResult:
        """Pass what was heard to its intent, and return the answer."""
        heard = variables["trigger"]
        intent_type, _, name = heard["id"].partition("|")
        slots = {key: {"value": value} for key, value in heard["slots"].items()}
        if name:
            slots["name"] = {"value": name}
        user_input = heard["user_input"]
        response = await intent.async_handle(
            self._hass,
            DOMAIN,
            intent_type,
            slots,
            text_input=heard["sentence"],
            context=_context(user_input["context"]),
            language=user_input["language"],
            device_id=heard["device_id"],
        )
        said = response.speech["plain"]["speech"]
        return ScriptRunResult(said, None, {})


def _context(told: Mapping[str, str | None]) -> Context:
    return Context(user_id=told["user_id"], parent_id=told["id"])


def _triggers(spoken: Language, named: Iterable[str]) -> Iterator[ConfigType]:
    """Yield the sentences of each intent: about nobody in particular, and about each name."""
    for intent_type, forms in spoken.sentences.items():
        someone = _sentences(forms["car"], spoken.any)
        yield _trigger(intent_type, [*someone, *forms["alone"]])
        for name in sorted(named):
            if heard := " ".join(_NOT_SPOKEN.sub(" ", name).split()):
                car = [form.replace("{name}", heard) for form in spoken.names]
                sentences = _sentences(forms["car"], car)
                yield _trigger(f"{intent_type}|{name}", sentences)


def _sentences(templates: Iterable[str], cars: Iterable[str]) -> list[str]:
    car = f"({'|'.join(cars)})"
    return [template.replace("{car}", car) for template in templates]


def _trigger(trigger_id: str, sentences: list[str]) -> ConfigType:
    return {"trigger": "conversation", "id": trigger_id, "command": sentences}
