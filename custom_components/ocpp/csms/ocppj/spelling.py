"""Names as chargers write them: in other capitals, with spaces, or with other marks between their words."""

from collections.abc import Iterable, Mapping
import re

_MARKS = re.compile(r"[\W_]+")
_LONGEST = 64


def spelling(name: str) -> str:
    """Return what is the same in all spellings of a name; nothing, for what is none."""
    return _MARKS.sub("", name[:_LONGEST]).lower()


def by_spelling(names: Iterable[str]) -> Mapping[str, str]:
    """Return names by what is the same in all their spellings."""
    return {spelling(name): name for name in names if spelling(name)}
