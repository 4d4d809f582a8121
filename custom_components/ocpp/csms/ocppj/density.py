"""The greatest number of values in a frame, which is looked at before the frame is parsed."""

import re

MAX_STRUCTURE = 40_000
"""The greatest number of characters that begin or part values; to parse more takes too long."""

_BEGINNING = re.compile(rb'\s*\[\s*\d\s*,\s*"([^"\\]{1,255})"')


def is_too_dense(text: str | bytes) -> bool:
    """Return whether a text of JSON has too many values to be parsed, whatever its size."""
    if len(text) < MAX_STRUCTURE:
        return False
    raw = text.encode() if isinstance(text, str) else text
    return sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MAX_STRUCTURE


def message_id_of(text: str | bytes) -> str | None:
    """Return the message id of a frame that is not to be parsed, if its beginning tells."""
    start = text[:300]
    raw = start.encode() if isinstance(start, str) else start
    found = _BEGINNING.match(raw)
    return None if found is None else found[1].decode(errors="replace")
