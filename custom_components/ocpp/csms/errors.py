"""Errors between the central system and a charger."""

from collections.abc import Sequence
from enum import StrEnum
import re
from typing import override

_WORD = re.compile(r"(?=.*([A-Z][a-z]|\.))[A-Za-z]{1,50}(\.[A-Za-z]{1,50}){0,5}")
_UNKNOWN_WORD = "an unknown word"


def word(text: str) -> str:
    """Return a text of a charger's if it looks like a name in a specification; others may be secrets.

    Such names are of letters, and begin each word with a capital, or are domains in reverse order.
    """
    return text if _WORD.fullmatch(text) else _UNKNOWN_WORD


class CsmsError(Exception):
    """Base of all errors of the central system."""


class NotConnectedError(CsmsError):
    """The charger has no open connection, or lost it before it answered."""

    def __init__(self, identity: str) -> None:
        """Name the charger."""
        super().__init__(f"Charger {identity} is not connected")
        self.identity = identity


class CallTimeoutError(CsmsError):
    """The charger did not answer a call in time."""

    def __init__(self, action: str, timeout_s: float) -> None:
        """Name the call and how long it was waited for."""
        super().__init__(f"No answer to {action} within {timeout_s:g} s")
        self.action = action
        self.timeout_s = timeout_s


class CallFailedError(CsmsError):
    """The charger answered a call with a CallError."""

    def __init__(self, action: str, code: str, description: str) -> None:
        """Keep the charger's own words; only the code is known to be no secret, and logged."""
        super().__init__(f"{action} failed with {word(code)}")
        self.action = action
        self.code = word(code)
        self.description = description


class RejectedError(CsmsError):
    """The charger answered a call, but did not do what was asked.

    `status` is the charger's answer in the words of the specification, such as `Rejected` or
    `NotSupported`.
    """

    def __init__(self, action: str, status: str) -> None:
        """Keep the charger's own word."""
        super().__init__(f"{action} was answered {word(status)}")
        self.action = action
        self.status = word(status)


class IncompleteAnswerError(CallTimeoutError):
    """An answer in several messages has not come in whole: nothing more came for `timeout_s`."""

    def __init__(self, action: str, timeout_s: float, lack: str) -> None:
        """Name the call and the lack."""
        super().__init__(action, timeout_s)
        self.lack = lack

    @override
    def __str__(self) -> str:
        """Return the lack in words."""
        return f"The answer to {self.action} is incomplete: {self.lack}"


class Objection(StrEnum):
    """An objection of a schema to a field."""

    NO_SUCH_MESSAGE = "no such message"
    MISSING = "missing"
    UNKNOWN = "unknown"
    WRONG_TYPE = "wrong type"
    NO_OPTION = "not one of"
    TOO_LONG = "too long"
    WRONG_VALUE = "wrong value"


class InvalidCallError(CsmsError):
    """A call was not sent because the schema of the charger's version forbids it.

    `field` is named with those around it, and `allowed` are its types, its options or its greatest length.
    """

    def __init__(
        self,
        action: str,
        objection: Objection,
        field: str = "",
        allowed: Sequence[str] = (),
    ) -> None:
        """Name the field and what may be in it."""
        parts = (field, objection, ", ".join(allowed))
        super().__init__(f"{action} cannot be sent: {' '.join(filter(None, parts))}")
        self.action = action
        self.objection = objection
        self.field = field
        self.allowed = tuple(allowed)


class InvalidLimitError(CsmsError):
    """A charging limit that no charger can be asked for."""


class TooManyPeriodsError(CsmsError):
    """A charging profile with more periods than the charger takes."""

    def __init__(self, given: int, most: int) -> None:
        """Name both."""
        super().__init__(f"It takes {most} periods in a schedule, not {given}")
        self.given = given
        self.most = most


class NoTransactionError(CsmsError):
    """There is no running transaction to act on."""

    def __init__(self, identity: str, evse_id: int) -> None:
        """Name the place."""
        super().__init__(
            f"No transaction is running on connector {evse_id} of {identity}"
        )
        self.identity = identity
        self.evse_id = evse_id


class StopFailedError(CsmsError):
    """A session goes on whatever was tried; `refusals` are the charger's answers."""

    def __init__(self, identity: str, evse_id: int, refusals: Sequence[str]) -> None:
        """Name the place, and what was tried."""
        super().__init__(
            f"The session on connector {evse_id} of {identity} cannot be stopped: {'; '.join(refusals)}"
        )
        self.identity = identity
        self.evse_id = evse_id
        self.refusals = tuple(refusals)


class UploadFailedError(CsmsError):
    """A file that was asked for did not come; `reason` is the charger's word for it, or ours."""

    def __init__(self, identity: str, reason: str) -> None:
        """Say why."""
        super().__init__(
            f"Charger {identity} has not uploaded what was asked for: {reason}"
        )
        self.identity = identity
        self.reason = reason


class PublicationFailedError(CsmsError):
    """Firmware is not offered to the chargers behind a local controller; `reason` is its word for it, or ours."""

    def __init__(self, identity: str, reason: str) -> None:
        """Say why."""
        super().__init__(f"{identity} does not offer the firmware: {reason}")
        self.reason = reason


class CertificateNotRenewedError(CsmsError):
    """A charger has not got the certificate that it was to request; `reason` is in words."""

    def __init__(self, identity: str, reason: str) -> None:
        """Say why."""
        super().__init__(f"Charger {identity} has no new certificate: {reason}")
        self.reason = reason


class HandshakeRefusedError(CsmsError):
    """A connection attempt that cannot become a session; `status` is the HTTP status to answer."""

    def __init__(self, status: int, reason: str) -> None:
        """Say why, in words for whoever commissions the charger."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


def is_unsupported(err: CsmsError) -> bool:
    """Return whether an error means that the charger does not know the request, and never will."""
    match err:
        case RejectedError(status="NotSupported" | "NotImplemented"):
            return True
        case CallFailedError(code="NotSupported" | "NotImplemented"):
            return True
        case _:
            return False
