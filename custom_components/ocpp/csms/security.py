"""Passwords of chargers: HTTP Basic authentication, security profiles 1 and 2.

Passwords are made here, long and random, so a salted digest keeps them as safe as a slow hash would.
Source: OCPP 1.6 security whitepaper, edition 3, section 2.2.
"""

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
import hmac
import secrets
import string

PASSWORD_LENGTH = 20
"""As much as an AuthorizationKey holds: 40 hexadecimal digits."""

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class PasswordDigest:
    """What is kept of a password; both in hexadecimal digits."""

    salt: str
    digest: str

    @classmethod
    def of(cls, password: str) -> PasswordDigest:
        """Return the digest of a password, with a salt of its own."""
        salt = secrets.token_hex(16)
        return cls(salt, _digest(salt, password.encode()))

    def matches(self, password: bytes) -> bool:
        """Whether this is the password, as it is or in the hexadecimal digits of an AuthorizationKey."""
        candidates = (password, *_from_digits(password))
        return any(
            hmac.compare_digest(self.digest, _digest(self.salt, candidate))
            for candidate in candidates
        )


def _from_digits(text: bytes) -> list[bytes]:
    """Return what hexadecimal digits stand for; nothing where there are others."""
    with suppress(ValueError):
        return [bytes.fromhex(text.decode("ascii"))]
    return []


def _digest(salt: str, password: bytes) -> str:
    return sha256(bytes.fromhex(salt) + password).hexdigest()


def new_password() -> str:
    """Return a new password of letters and digits, which every charger's own pages can take."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))


def authorization_key(password: str) -> str:
    """Return a password as the setting AuthorizationKey wants it."""
    return password.encode().hex()


def is_authorized(
    header: str | None, identity: str, password: PasswordDigest | None
) -> bool:
    """Whether a request may come in.

    Args:
        header: the request's Authorization header.
        identity: who the charger says it is in the URL, and must say there, too.
        password: the password it must have; None lets everybody in.
    """
    if password is None:
        return True
    scheme, _, credentials = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        username, _, given = b64decode(credentials.strip(), validate=True).partition(
            b":"
        )
    except ValueError:
        return False
    right_name = hmac.compare_digest(username, identity.encode())
    return password.matches(given) and right_name
