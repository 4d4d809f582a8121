"""Foreign texts, made fit to be kept, logged and shown: of one line, printable, and not too long."""

from .ocppj.framing import Json, Payload

MOST = 255
"""The length of the longest short text in any version of OCPP."""
MOST_LONG = 10_000

_LONG = frozenset({"certificate", "csr", "data", "value"})
"""The fields that hold more than a short text, in which line breaks mean something."""

_ADDRESS = "URL"
"""The end of the names of fields with an address, which leads elsewhere if it is cut off."""


def plain(text: str, most: int = MOST) -> str:
    """Return a text without characters that break a line, hide, or turn the direction of writing, and cut off."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(char if char.isprintable() else " " for char in cut)


def is_plain(frame: str | bytes) -> bool:
    """Return whether all texts in a frame are plain; it takes far less than to look at each."""
    text = frame.decode(errors="replace") if isinstance(frame, bytes) else frame
    # Without a backslash, nothing else can stand in a text.
    if "\\" in text or not text.isascii() or not text.isprintable():
        return False
    return max(map(len, text.split('"'))) <= MOST


def tidied(payload: Payload) -> Payload:
    """Return a payload with plain texts."""
    return {plain(key): _tidied(item, key) for key, item in payload.items()}


def _tidied(value: Json, key: str) -> Json:
    match value:
        case str() if key in _LONG:
            return value[:MOST_LONG]
        case str() if key.endswith(_ADDRESS):
            return plain(value, MOST_LONG)
        case str():
            return plain(value)
        case list():
            return [_tidied(item, key) for item in value]
        case dict():
            return {plain(name): _tidied(item, name) for name, item in value.items()}
        case _:
            return value
