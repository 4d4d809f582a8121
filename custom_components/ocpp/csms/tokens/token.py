"""Id tokens as chargers read them: cards, key fobs, codes, vehicles."""

from dataclasses import dataclass
from enum import StrEnum

_PADDING = " \t\r\n\0"


class TokenKind(StrEnum):
    """The kind of an id token (OCPP 2.x's IdTokenType); 1.6 does not tell it."""

    CENTRAL = "central"
    """Made up by the central system, for a session that is started from here."""
    LOCAL = "local"
    """Made up by the charger, for a session that is started there without a card."""
    NO_AUTHORIZATION = "no_authorization"
    """None at all: a button was pressed."""
    CARD_14443 = "card_14443"
    CARD_15693 = "card_15693"
    KEY_CODE = "key_code"
    CONTRACT = "contract"
    """The contract of a vehicle that identifies itself by Plug and Charge."""
    MAC_ADDRESS = "mac_address"
    VEHICLE = "vehicle"
    """A vehicle by its EVCC id or its identification number."""


def bare(text: str) -> str:
    """Return the value of an id token without what some readers pad it with."""
    return text.strip(_PADDING)


def key_of(text: str) -> str:
    """Return what tells one id token from another: neither capitals nor padding do."""
    return bare(text).casefold()


def same_token(one: str | None, other: str | None) -> bool:
    """Return whether two texts are the value of the same token, or both of none."""
    return key_of(one or "") == key_of(other or "")


@dataclass(frozen=True, slots=True)
class AdditionalId:
    """Another id that is told along with a token, of a kind that is agreed on with the vendor."""

    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class Token:
    """An id token; its value tells no capitals from small letters, nor padding."""

    value: str
    kind: TokenKind | None = None
    additional: tuple[AdditionalId, ...] = ()

    def is_called(self, text: str) -> bool:
        """Return whether a text is the value of this token."""
        return key_of(self.value) == key_of(text)
