"""The last frames of a charger, for whoever must find out what went wrong; without secrets."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import re

import orjson

from .framing import Json

MAX_FRAMES = 500
_MAX_LENGTH = 4000
REDACTED = "**REDACTED**"

_SECRET_FIELDS = frozenset({"idTag", "parentIdTag", "idToken", "groupIdToken"})
_SECRET_SETTINGS = frozenset({"authorizationkey", "basicauthpassword"})
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET_PATH = re.compile(r"(?<=/)[\w-]{40,}(?=/|$)")
"""The part of a URL that lets whoever knows it transfer a file."""


class Direction(StrEnum):
    """Which way a frame went: in from the charger, or out to it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """One frame, as it was on the wire up to a length."""

    at: datetime
    direction: Direction
    text: str


class MessageLog:
    """Remembers the last frames; what they mean is looked at only when somebody asks."""

    def __init__(self) -> None:
        """Start empty."""
        self._frames: deque[LoggedFrame] = deque(maxlen=MAX_FRAMES)

    def add(self, at: datetime, direction: Direction, text: str) -> None:
        """Remember a frame."""
        self._frames.append(LoggedFrame(at, direction, text[:_MAX_LENGTH]))

    def redacted(self) -> list[dict[str, Json]]:
        """Return the frames, oldest first, without what is nobody else's business."""
        return [
            {
                "time": frame.at.isoformat(timespec="milliseconds"),
                "direction": frame.direction.value,
                "frame": _parsed(frame.text),
            }
            for frame in self._frames
        ]


def _parsed(text: str) -> Json:
    try:
        return redact(orjson.loads(text))
    except orjson.JSONDecodeError:
        # Cut off, or no JSON: what stands where in it cannot be known.
        return f"{len(text)} characters that are no JSON"


def redact(value: Json) -> Json:
    """Return a JSON value without tags, passwords, and credentials in addresses."""
    match value:
        case {"key": str(key), **rest} if key.lower() in _SECRET_SETTINGS:
            return {"key": key, **{str(name): REDACTED for name in rest}}
        case dict():
            return {
                name: REDACTED if name in _SECRET_FIELDS else redact(item)
                for name, item in value.items()
            }
        case list():
            return [redact(item) for item in value]
        case str() if "://" in value:
            without_credentials = _CREDENTIALS.sub(f"{REDACTED}@", value)
            return _SECRET_PATH.sub(REDACTED, without_credentials)
        case _:
            return value
