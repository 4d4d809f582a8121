"""Disclosure of frames and settings: only what is known to be harmless is shown; everything else is left out.

A list of secrets is never complete: vendors have settings for passwords of networks, PINs and tags under names of their
own, and put anything into texts. So a version lists what is harmless, and of that only numbers, times, and words of the
specification are shown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
import re

from ..errors import word
from .framing import Json, MessageType, Payload

REDACTED = "**REDACTED**"

_MAX_NUMBER = 10**12
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_MESSAGE_ID = re.compile(
    r"[a-z]?[0-9]{1,12}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+://\S*")
_PRODUCT = re.compile(r"[\w .,:;/+()-]{0,50}")
"""Names and versions of products."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The harmless part of the messages of one version.

    `names` are those of all its fields. The fields in `numbers`, `times` and `products` are shown if they contain such; those
    in `enumerations`, if they contain any of the `words` of the specification. `texts_of_numbers` are fields whose numbers
    are texts, each with the field around it. Only objects in `containers` are shown: what is in others, such as the data
    of vendors, has no known meaning. `setting_in` returns the name of the setting that an object is about, and
    `setting_values` are the fields for its value; `settings`, in lower case, are those whose values are shown.
    """

    actions: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    times: frozenset[str]
    products: frozenset[str]
    enumerations: frozenset[str]
    words: frozenset[str]
    texts_of_numbers: frozenset[tuple[str, str]]
    containers: frozenset[str]
    setting_in: Callable[[Payload], str | None]
    setting_values: frozenset[str]
    settings: frozenset[str]

    def frame(self, frame: Json) -> Json:
        """Return the harmless part of a frame."""
        match frame:
            case [
                MessageType.CALL | MessageType.SEND as kind,
                message_id,
                action,
                payload,
                *_,
            ]:
                return [kind, _id(message_id), self.action(action), self.shown(payload)]
            case [MessageType.CALL_RESULT as kind, message_id, payload, *_]:
                return [kind, _id(message_id), self.shown(payload)]
            case [int(kind), message_id, code, *_] if kind in MessageType:
                return [kind, _id(message_id), self.word(code)]
            case list():
                return f"{len(frame)} elements that are no frame"
            case _:
                return f"{type(frame).__name__} that is no frame"

    def action(self, action: Json) -> str:
        """Return the name of a message if it is one."""
        if isinstance(action, str) and action in self.actions:
            return action
        return self.word(action)

    @staticmethod
    def word(value: Json) -> str:
        """Return a text if it looks like a name in a specification."""
        return word(value) if isinstance(value, str) else REDACTED

    def shown(self, value: Json, field: str = "", parent: str = "") -> Json:
        """Return the harmless part of the value of a field."""
        match value:
            case None | bool():
                return value
            case dict() if field and field not in self.containers:
                return self._hidden(value)
            case dict() if (setting := self.setting_in(value)) is not None:
                return self._of_setting(value, setting)
            case dict():
                return {
                    self._name(name): self.shown(item, name, field)
                    for name, item in value.items()
                }
            case list():
                return [self.shown(item, field, parent) for item in value]
            case _ if self._is_harmless(value, field, parent):
                return value
            case _:
                return REDACTED

    def _hidden(self, value: Json) -> Json:
        """Return no more than the shape of a value."""
        match value:
            case None | bool():
                return value
            case dict():
                return {
                    self._name(name): self._hidden(item) for name, item in value.items()
                }
            case list():
                return [self._hidden(item) for item in value]
            case _:
                return REDACTED

    def setting(self, name: str, value: Json) -> Json:
        """Return the value of a setting if it is harmless."""
        if name.lower() not in self.settings:
            return REDACTED
        match value:
            case None | bool():
                return value
            case int() | float() if abs(value) < _MAX_NUMBER:
                return value
            case str() if _NUMBER.fullmatch(value) or self._is_in_words(value):
                return value
            case _:
                return REDACTED

    def setting_name(self, name: str) -> str:
        """Return the name of a setting; one that is not known is shown if it looks like a name."""
        return name if name.lower() in self.settings else word(name)

    def _of_setting(self, value: Payload, setting: str) -> Payload:
        """Return the harmless part of an object that is about a setting."""
        shown: Payload = {}
        for name, item in value.items():
            if item == setting and isinstance(item, str):
                shown[self._name(name)] = self.setting_name(setting)
            elif name in self.setting_values:
                shown[self._name(name)] = self.setting(setting, item)
            else:
                shown[self._name(name)] = self.shown(item, name)
        return shown

    def _name(self, name: str) -> str:
        return name if name in self.names else REDACTED

    def _is_harmless(self, value: str | float, field: str, parent: str) -> bool:
        match value:
            case str():
                return (
                    (field in self.times and _TIME.fullmatch(value) is not None)
                    or (field in self.enumerations and value in self.words)
                    or (
                        field in self.products and _PRODUCT.fullmatch(value) is not None
                    )
                    or (
                        (parent, field) in self.texts_of_numbers
                        and _NUMBER.fullmatch(value) is not None
                    )
                )
            case _:
                return field in self.numbers and abs(value) < _MAX_NUMBER

    def _is_in_words(self, text: str) -> bool:
        parts = [part.strip() for part in text.split(",")]
        return all(
            part.lower() in ("", "true", "false") or part in self.words
            for part in parts
        )


def words_of(enumerations: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return the words of all enumerations of a specification."""
    return frozenset(str(member) for members in enumerations for member in members)


def without_echo(text: str, sent: Json) -> str:
    """Return the words of a charger about what it was sent, without addresses and parts of what it was sent."""
    for part in sorted(_texts(sent), key=len, reverse=True):
        if len(part) > 2:
            text = text.replace(part, REDACTED)
    return _ADDRESS.sub(REDACTED, text)


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def _id(message_id: Json) -> Json:
    is_plain = _MESSAGE_ID.fullmatch(str(message_id)) is not None
    return message_id if is_plain and isinstance(message_id, str | int) else REDACTED
