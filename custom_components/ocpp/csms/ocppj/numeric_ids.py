"""Identifiers that chargers write as numbers: their digits count, of which a number keeps only the first ones."""

import re

from .framing import Json, WrittenNumber

_NUMBER = r"-?(?:0|[1-9][0-9]{0,254}+)(?:\.[0-9]{1,254}+)?(?:[eE][-+]?[0-9]{1,4}+)?"
_MESSAGE_ID = re.compile(
    rf'[^\[]{{0,8}}\[\s*(?:\[\s*)?"?[0-9]"?\s*,\s*({_NUMBER})\s*[],]'
)
_BEGINNING_LENGTH = 600

_NAMES = ("id", "tag")
_MEMBER = re.compile(
    r'("\w{0,30}(?:id|tag)"\s*+:\s*+)([0-9]{19,}+|[0-9]++[eE][0-9]++)(?=\s*+[,}])',
    re.IGNORECASE,
)


def message_id_in(data: str | bytes) -> WrittenNumber | None:
    """Return the message id with which a text begins, if it is a number."""
    start = data[:_BEGINNING_LENGTH]
    text = start.decode(errors="replace") if isinstance(start, bytes) else start
    found = _MESSAGE_ID.match(text)
    return None if found is None else WrittenNumber(found[1])


def has_rounded_ids(frame: Json) -> bool:
    """Return whether identifiers in the payload of a call have become numbers of which the last digits are lost."""
    match frame:
        case [_, _, _, dict(payload)] if float in map(type, payload.values()):
            return any(
                isinstance(item, float) and name.lower().endswith(_NAMES)
                for name, item in payload.items()
            )
        case _:
            return False


def with_ids_as_texts(data: str | bytes) -> str:
    """Return valid JSON with the identifiers in quotes that would lose digits as numbers."""
    text = data.decode() if isinstance(data, bytes) else data
    # Quotes within texts are escaped, so that no name is found in one.
    return _MEMBER.sub(r'\1"\2"', text)
