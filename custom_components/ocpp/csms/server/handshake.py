"""From an HTTP upgrade request to an identity and a protocol version.

The identity is the last segment of the path, whatever comes before it: chargers are shipped with prefixes such as
`/steve/websocket/CentralSystemService/`. Source: OCPP-J 1.6 specification, section 3.1.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
import re
from urllib.parse import unquote

from ..errors import HandshakeRefusedError
from ..versions import DEFAULT_DIALECT, DIALECTS, Dialect

MAX_IDENTITY_LENGTH = 128
"""Longer than any identity in use; OCPP 2.0.1 allows 48 characters, and chargers take liberties."""

_LIKE_A_CONNECTOR = re.compile(r"/(?=[0-9]+$)")
"""The slash of an identity such as `CP/1`, which would be that of the first connector of `CP`."""
_SPELLING = re.compile(r"[-_.]|j(son)?$")
_PROTOCOL = re.compile(r"[a-zA-Z]{1,12}[0-9.]{0,8}")


def identity(path: str) -> str:
    """Return the charger's identity from the path of its request.

    Raises:
        HandshakeRefusedError: when there is none, or it cannot be one.
    """
    segment = path.partition("?")[0].rstrip("/").rpartition("/")[2]
    name = unquote(segment, errors="replace").strip()
    name = _LIKE_A_CONNECTOR.sub("%2F", name)
    if not name:
        raise HandshakeRefusedError(
            HTTPStatus.NOT_FOUND,
            "The charger's URL must end with its identity, as in ws://address:port/CHARGER_ID",
        )
    if len(name) > MAX_IDENTITY_LENGTH:
        raise HandshakeRefusedError(
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The charger's identity has {len(name)} characters; at most {MAX_IDENTITY_LENGTH} are allowed",
        )
    if not name.isprintable() or "\ufffd" in name:
        raise HandshakeRefusedError(
            HTTPStatus.BAD_REQUEST,
            "The charger's identity contains characters that cannot be shown",
        )
    return name


@dataclass(frozen=True, slots=True)
class Negotiation:
    """The choice of the protocol version that a connection speaks, among those offered here, the preferred one first."""

    dialects: Sequence[Dialect] = DIALECTS

    def choose(
        self, offered: Sequence[str], preferred: Collection[str] = ()
    ) -> str | None:
        """Return the subprotocol to agree on with a charger that offers these, if there is one.

        Those of the `preferred` versions come first.
        """
        known = sorted(self.dialects, key=lambda item: item.name not in preferred)
        for dialect in known:
            for subprotocol in offered:
                if _plain(subprotocol) == _plain(dialect.subprotocol):
                    return subprotocol
        return None

    def refusal(self, offered: Sequence[str]) -> str:
        """Return, in words for whoever commissions the charger, why no version can be agreed on."""
        spoken = ", ".join(dialect.subprotocol for dialect in self.dialects)
        # Others put passwords there.
        named = [name if _PROTOCOL.fullmatch(name) else "?" for name in offered[:10]]
        return f"The charger offers {', '.join(named)}, but this central system supports {spoken}"

    def dialect(self, agreed: str | None) -> Dialect:
        """Return the version that goes with an agreed subprotocol, or with none at all."""
        by_name = {_plain(dialect.subprotocol): dialect for dialect in self.dialects}
        return DEFAULT_DIALECT if agreed is None else by_name[_plain(agreed)]


def _plain(subprotocol: str) -> str:
    """Return a subprotocol without marks and the J of JSON, with which some call it otherwise."""
    return _SPELLING.sub("", subprotocol.lower())
