"""Objects in which a name stands twice: JSON leaves open what they mean, and parsers say nothing of them."""

import json

from .framing import Json


def has_repeated_names(value: Json, data: str | bytes) -> bool:
    """Return whether a name stands twice in one object of the JSON text that a value was read from."""
    text = data.decode() if isinstance(data, bytes) else data
    try:
        # As a rule this tells all, in less time than it takes to look at each object. Nothing for orjson: what others
        # have nested deeply, it writes beyond its memory.
        if text.count('":') == repr(value).count("': "):
            return False
        json.loads(text, object_pairs_hook=_checked)
    except _RepeatedNameError:
        return True
    except ValueError, RecursionError:
        # It is nested more deeply than anything that is read.
        return False
    return False


class _RepeatedNameError(Exception):
    """A name that stands twice."""


def _checked(members: list[tuple[str, Json]]) -> None:
    names = {name for name, _ in members}
    if len(names) < len(members):
        raise _RepeatedNameError
