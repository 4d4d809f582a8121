"""The authorization of id tokens: those that are known, and the answers about them.

Source: OCPP 1.6 specification, sections 4.1, 4.8 and 7.2 (AuthorizationStatus).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .token import Token, key_of

REMOTE_ID_TOKEN = "HomeAssistant"
"""The id token of sessions started from here; fixed, so that it can be put on a charger's own list."""


class TokenStatus(StrEnum):
    """The status in the answer about an id token (OCPP's AuthorizationStatus)."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    CONCURRENT_TX = "ConcurrentTx"


type Place = tuple[str, int | None]
"""A charger's identity, and the number of one of its EVSEs if one is meant."""


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A tag, card or app that is known; without `chargers`, for all of them, without `evses`, for all of theirs.

    Tokens of the same `group` may end each other's sessions. `message` is shown to the driver by chargers with a
    display.
    """

    id: str
    status: TokenStatus = TokenStatus.ACCEPTED
    expires_at: datetime | None = None
    group: str | None = None
    chargers: frozenset[str] = frozenset()
    evses: frozenset[int] = frozenset()
    message: str | None = None

    def is_for(self, place: Place) -> bool:
        """Return whether it may be used at a place."""
        identity, evse_id = place
        if self.chargers and identity not in self.chargers:
            return False
        return not self.evses or evse_id is None or evse_id in self.evses


@dataclass(frozen=True, slots=True)
class Authorization:
    """The answer about an id token.

    A charger may remember it until `cache_expires_at`. Without `evses`, it holds for all EVSEs of the charger.
    """

    status: TokenStatus
    cache_expires_at: datetime | None = None
    group: Token | None = None
    evses: frozenset[int] = frozenset()
    message: str | None = None


NOT_AUTHORIZED = Authorization(TokenStatus.INVALID)


@dataclass(frozen=True, slots=True)
class Authority:
    """The known id tokens; with `free_vend`, unknown ones may charge, too."""

    tokens: Mapping[str, KnownToken] = field(default_factory=dict)
    free_vend: bool = True

    @classmethod
    def of(cls, tokens: Iterable[KnownToken], free_vend: bool) -> Authority:
        """Return an authority over some tokens, whose ids are not case-sensitive."""
        return cls({key_of(token.id): token for token in tokens}, free_vend)

    def knows(self, id_token: str) -> bool:
        """Return whether a token is known, and not that of a passer-by or of a session from here."""
        return key_of(id_token) in self.tokens

    def group_of(self, id_token: str) -> str | None:
        """Return the group of a token, if it has one."""
        token = self.tokens.get(key_of(id_token))
        return None if token is None else token.group

    def withdraws(self, before: Authority) -> bool:
        """Return whether chargers may remember an acceptance from before that has been withdrawn."""
        if before.free_vend and not self.free_vend:
            return True
        return any(
            before.tokens.get(key) != self.tokens.get(key) and before._has_accepted(key)
            for key in before.tokens.keys() | self.tokens.keys()
        )

    def _has_accepted(self, key: str) -> bool:
        token = self.tokens.get(key)
        return self.free_vend if token is None else token.status is TokenStatus.ACCEPTED

    def decide(self, shown: Token, place: Place, now: datetime) -> Authorization:
        """Return the answer to a charger that asks about a token."""
        token = self.tokens.get(key_of(shown.value))
        if token is None:
            welcome = self.free_vend or shown.is_called(REMOTE_ID_TOKEN)
            return Authorization(TokenStatus.ACCEPTED) if welcome else NOT_AUTHORIZED
        answer = Authorization(
            token.status,
            token.expires_at,
            None if token.group is None else Token(token.group),
            token.evses,
            token.message,
        )
        if token.status is not TokenStatus.ACCEPTED:
            return answer
        if token.expires_at is not None and token.expires_at <= now:
            return replace(answer, status=TokenStatus.EXPIRED)
        if not token.is_for(place):
            return replace(answer, status=TokenStatus.INVALID)
        return answer
