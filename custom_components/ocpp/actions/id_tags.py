"""ID tags as actions are given them: texts, or numbers that YAML has made of them."""

from ..csms.tokens.authorization import Authority
from ..csms.versions import MAX_TOKEN_LENGTH
from ..errors import validation_error
from .fields import text

_UID_LENGTHS = (8, 14, 20)
"""The lengths of the serial numbers of cards in hexadecimal digits (ISO 14443)."""

_read_text = text(least=1, most=MAX_TOKEN_LENGTH)
"""Reads a tag of any version; a charger is not sent one that is too long for its own."""


def id_tag(value: object) -> str | int:
    """Return a tag, or the number that YAML has made of it."""
    found = _read_text(value)
    return value if isinstance(value, int) else found


def resolved(given: str | int, authority: Authority) -> str:
    """Return the tag that is meant.

    YAML reads a number that begins with 0 as an octal one, so that 123 may have been 0173. It was, if that is known, or
    alone has the length of a card's serial number.

    Raises:
        ServiceValidationError: when digits were lost.
    """
    if isinstance(given, str):
        return given
    decimal, octal = str(given), f"0{given:o}"
    fits = len(octal) in _UID_LENGTHS and len(decimal) not in _UID_LENGTHS
    if authority.knows(decimal) or not (authority.knows(octal) or fits):
        return decimal
    raise validation_error("tag_lost_digits", number=decimal, tag=octal)
