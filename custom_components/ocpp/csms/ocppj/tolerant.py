"""The second reading of a text that is no JSON: firmware writes it with small mistakes that leave no doubt.

One pass reads what is put together wrongly: a value that was left out, a comma too many or too few, a bracket that is
missing at the end, comments, a byte order mark, zeros behind the end, words and numbers that JSON does not have. Of a
text that was cut off, only whole values are read, and only where asked for: half a number is another number. The work
grows with the length of the text, which is limited.
"""

import codecs
from collections.abc import Sequence
from contextlib import suppress
from json import JSONDecoder
import math
import re

from .building import Building, DoubtError
from .framing import Json

MAX_LENGTH = 16_000
"""The length of the longest text that is read a second time; those of chargers that write such have some thousands."""

MAX_CUT_OFF_LENGTH = 2_000
"""The length of the longest text whose end is missing that is read; what begins or ends a session is shorter."""

_MOST_VALUES = 10
"""The greatest number of values, one behind the other, that are read from one text."""

# Each token takes in all that it can and gives nothing back, so that no character is looked at twice.
_TOKEN = re.compile(
    r"""
      (?P<mark>[][{}:,])
    | (?P<text>"(?:[^"\\]++|\\.)*+(?P<end>"?))
    | (?P<quoted>'(?:[^'\\]++|\\.)*+(?P<quoted_end>'?))
    | (?P<number>[-+]?\.?[0-9](?:[\w.+-]|:(?=[0-9]))*+)
    | (?P<word>[-+]?[A-Za-z_][\w.$-]*+)
    | (?P<comment>//[^\r\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z))
    | (?P<doubt>[!-~])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"""
      \\["\\/bfnrt]
    | \\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}
    | (?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})
    | \\u[0-9a-fA-F]{4}
    | (?P<stray>\\)
    """,
    re.VERBOSE,
)
_OTHER_QUOTE = re.compile(r"""(?P<escaped>\\')|\\.|(?P<bare>")""", re.DOTALL)
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,15}")
_ESCAPED_FRAME = re.compile(r'\s*\[\s*\\?"?[0-9]\\?"?\s*,\s*\\"')

_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_NOTHING = frozenset({"nan", "inf", "infinity", "none", "nil", "undefined"})
_MOST_DIGITS = 18
"""The number of digits up to which a whole number can be sent back."""
_ONLY_DIGITS_COUNT = re.compile(r"0[0-9]+|[0-9]{19,}|[0-9]+[eE][0-9]+")
"""Ids that look like numbers: as such they would lose some of their digits."""

# Characters that must be escaped may stand in texts as they are.
_DECODER = JSONDecoder(strict=False)


def values_in(data: str | bytes) -> Sequence[Json]:
    """Return the values in a text that is no JSON, as far as they can be read; none of one that is too long."""
    if len(data) > MAX_LENGTH:
        return ()
    building = Building()
    with suppress(DoubtError):
        _build(building, _decoded(data))
    return building.values[:_MOST_VALUES]


def value_cut_off_in(data: str | bytes) -> Json:
    """Return the value in a text whose end is missing, without what may be half; None if there is doubt."""
    if len(data) > MAX_CUT_OFF_LENGTH:
        return None
    building = Building()
    try:
        text = _decoded(data)
        _add_tokens(building, text[: _end_of_whole_tokens(text)])
        building.cut_off()
    except DoubtError:
        return None
    return building.values[0] if building.values else None


def _end_of_whole_tokens(text: str) -> int:
    """Return the place where the token begins that the end of a text has cut, or the end."""
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        is_open = "" in {token["end"], token["quoted_end"]}
        is_last = token.end() == len(text)
        if is_open or (is_last and kind in {"number", "word"}):
            return token.start()
    return len(text)


def _build(building: Building, text: str) -> None:
    if _ESCAPED_FRAME.match(text) is not None:
        text = text.replace('\\"', '"')
    _add_tokens(building, text)
    building.end()


def _add_tokens(building: Building, text: str) -> None:
    for token in _TOKEN.finditer(text):
        kind, content = token.lastgroup, token[0]
        if kind == "mark":
            building.mark(content)
        elif kind == "text":
            building.add(_text(content, token["end"]))
        elif kind == "quoted":
            building.add(_text(content, token["quoted_end"]))
        elif kind == "number":
            building.add(_number(content))
        elif kind == "word":
            building.add(_word(content))
        elif kind == "doubt" and building.is_open:
            raise DoubtError(content)
        if len(building.values) >= _MOST_VALUES:
            return


def _decoded(data: str | bytes) -> str:
    """Return the text of a frame; where it is not encoded in UTF-8, it is taken for UTF-16 or Latin-1."""
    if isinstance(data, str):
        return data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"[\0"):
        return data.decode("utf-16-le", errors="replace")
    if data.startswith(b"\0["):
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _text(text: str, end: str) -> str:
    if not end:
        raise DoubtError("a text without an end")
    inside = text[1:-1]
    if "\\" not in inside:
        return inside
    if end == "'":
        inside = _OTHER_QUOTE.sub(_quoted, inside)
    return str(_DECODER.decode(f'"{_ESCAPE.sub(_escaped, inside)}"'))


def _quoted(part: re.Match[str]) -> str:
    """Return a part of a text in single quotes as it stands between double ones."""
    if part["escaped"]:
        return "'"
    return '\\"' if part["bare"] else part[0]


def _escaped(escape: re.Match[str]) -> str:
    if escape["half"]:
        return "\\ufffd"
    return "" if escape["stray"] else escape[0]


def _word(text: str) -> Json:
    lowered = text.lstrip("-+").lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    return None if lowered in _NOTHING else text


def _number(text: str) -> Json:
    """Return a number; what only begins like one is a text without quotes."""
    if _ONLY_DIGITS_COUNT.fullmatch(text):
        return text
    if text.isascii() and text.isdecimal():
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return None
    is_exact = number.is_integer() and abs(number) < 10**_MOST_DIGITS
    return int(number) if is_exact and not _is_fraction(text) else number


def _is_fraction(text: str) -> bool:
    return "." in text or "e" in text.lower()
