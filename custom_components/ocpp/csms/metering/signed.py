"""Signed meter values: evidence of what a session was charged, which nobody here reads or changes.

Source: OCPP 2.0.1 part 2, J01.FR.21 and J02.FR.21; OCPP 1.6 specification, section 7.31 (SignedData).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

BEGIN, END = "Transaction.Begin", "Transaction.End"
_CONTEXTS = (BEGIN, END)

MAX_DATA_LENGTH = 10_000
MAX_KEY_LENGTH = 2_500


@dataclass(frozen=True, slots=True)
class SignedValue:
    """A signed meter value as the charger has told it, and the public key of its meter if that came with it.

    `format` is that of the data, such as OCMF; None if nobody has said. `context` is OCPP's word for the part of the session.
    """

    measured_at: datetime
    context: str
    data: str
    format: str | None = None
    public_key: str | None = None


def worth_keeping(values: Iterable[SignedValue]) -> tuple[SignedValue, ...]:
    """Return the values of a session's begin and end that are not too long to be kept."""
    return tuple(
        value
        for value in values
        if value.context in _CONTEXTS
        and 0 < len(value.data) <= MAX_DATA_LENGTH
        and len(value.public_key or "") <= MAX_KEY_LENGTH
    )


def with_values(
    known: tuple[SignedValue, ...], new: Iterable[SignedValue]
) -> tuple[SignedValue, ...]:
    """Return the signed values of a session, one of its begin and one of its end; the first of a begin counts."""
    by_context = {value.context: value for value in known}
    for value in worth_keeping(new):
        if value.context == END or value.context not in by_context:
            by_context[value.context] = value
    return tuple(by_context[each] for each in _CONTEXTS if each in by_context)
