"""The last frames of a charger, without secrets, for diagnostics."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import re
from sys import getsizeof

import orjson

from .framing import Json

MAX_FRAMES = 500
MAX_BYTES = 1_000_000
"""The memory for the texts of an adopted charger's frames."""
MAX_BYTES_OF_UNKNOWN = 16_000
_MAX_LENGTH = 4000
REDACTED = "**REDACTED**"

_SECRET_FIELDS = frozenset({"idTag", "parentIdTag", "idToken", "groupIdToken"})
_SECRET_SETTINGS = frozenset({"authorizationkey", "basicauthpassword"})
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET_PATH = re.compile(r"(?<=/)[\w-]{40,}(?=/|$)")
"""The secret part of a URL for transferring a file."""


class Direction(StrEnum):
    """The direction of a frame: in from the charger, or out to it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """One frame as it was on the wire, up to a maximum length."""

    at: datetime
    direction: Direction
    text: str


class MessageLog:
    """A log of the last frames, which are parsed only when it is read."""

    def __init__(self) -> None:
        """Start empty."""
        self._frames: deque[LoggedFrame] = deque()
        self._bytes = 0

    def add(
        self, at: datetime, direction: Direction, text: str, most_bytes: int = MAX_BYTES
    ) -> None:
        """Add a frame, and forget the oldest ones if all take more memory than this."""
        frame = LoggedFrame(at, direction, text[:_MAX_LENGTH])
        self._frames.append(frame)
        self._bytes += getsizeof(frame.text)
        while self._bytes > most_bytes or len(self._frames) > MAX_FRAMES:
            self._bytes -= getsizeof(self._frames.popleft().text)

    def redacted(self) -> list[dict[str, Json]]:
        """Return the frames without secrets, the oldest first."""
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
