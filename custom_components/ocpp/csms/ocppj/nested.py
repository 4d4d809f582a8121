"""Payloads within an object of their own, which names the message once more."""

from .framing import Payload
from .schemas.shapes import Shape
from .spelling import spelling

_ENVELOPES = frozenset({"body", "content", "message", "params", "payload"})
_SUFFIXES = ("", "request", "req", "response", "conf", "confirmation", "payload")
_MOST_MEMBERS = 4
"""The greatest number of members of an object that does nothing but name its message."""


def unwrapped(payload: Payload, action: str, shape: Shape) -> Payload:
    """Return the payload within one that only names it; itself, if it has any field of its message."""
    if not shape.fields.keys().isdisjoint(payload) or len(payload) > _MOST_MEMBERS:
        return payload
    names = _ENVELOPES.union(spelling(action) + suffix for suffix in _SUFFIXES)
    inner = [
        value
        for name, value in payload.items()
        if isinstance(value, dict) and spelling(name) in names
    ]
    return inner[0] if len(inner) == 1 else payload
