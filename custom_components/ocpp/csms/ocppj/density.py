"""The parts of a frame that are looked at before it is parsed: the number of its values, and its message id."""

import re

MAX_STRUCTURE = 40_000
"""The greatest number of characters that begin or part values; to parse more takes too long."""

_BEGINNING = re.compile(
    rb'[^\[]{0,8}\[\s*"?2"?\s*,\s*(?:"([^"\\]{1,255})"|(-?[0-9]{1,18})\s*,)'
)


def is_too_dense(text: str | bytes) -> bool:
    """Return whether a text of JSON has too many values to be parsed, whatever its size."""
    if len(text) < MAX_STRUCTURE:
        return False
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    return sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MAX_STRUCTURE


def message_id_of(text: str | bytes) -> str | int | None:
    """Return the message id of a call that cannot be parsed, if its beginning tells."""
    start = text[:300]
    raw = start.encode(errors="replace") if isinstance(start, str) else start
    match found := _BEGINNING.match(raw):
        case None:
            return None
        case _ if found[1] is None:
            return int(found[2])
        case _:
            return found[1].decode(errors="replace")
