"""Security profiles, and the passwords that they ask for.

Passwords are generated, long and random, so a salted digest keeps them as safe as a slow hash would.
Source: OCPP 1.6 security whitepaper, edition 3, section 2.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
import hmac
import secrets
import string

from .certificates import ClientCertificate

PASSWORD_LENGTH = 20
"""The bytes that an AuthorizationKey holds: 40 hexadecimal digits."""

_MAX_UNUSED_CERTIFICATES = 3
_ALPHABET = string.ascii_letters + string.digits


class SecurityProfile(IntEnum):
    """The way in which a charger must authenticate itself; each is stricter than the one before."""

    OPEN = 0
    PASSWORD = 1
    ENCRYPTED_PASSWORD = 2
    CERTIFICATE = 3

    @property
    def asks_for_password(self) -> bool:
        """True if a charger must have a password."""
        return self in (SecurityProfile.PASSWORD, SecurityProfile.ENCRYPTED_PASSWORD)

    @property
    def asks_for_encryption(self) -> bool:
        """True if a charger must connect with encryption."""
        return self >= SecurityProfile.ENCRYPTED_PASSWORD


@dataclass(frozen=True, slots=True)
class PasswordDigest:
    """A password as it is stored: salt and digest, both in hexadecimal digits."""

    salt: str
    digest: str

    @classmethod
    def of(cls, password: str) -> PasswordDigest:
        """Return the digest of a password, with a salt of its own."""
        salt = secrets.token_hex(16)
        return cls(salt, _digest(salt, password.encode()))

    def matches(self, password: bytes) -> bool:
        """Return whether this is the password, as it is or in the hexadecimal digits of an AuthorizationKey."""
        candidates = (password, *_from_digits(password))
        return any(
            hmac.compare_digest(self.digest, _digest(self.salt, candidate))
            for candidate in candidates
        )


def _from_digits(text: bytes) -> list[bytes]:
    """Return the bytes of hexadecimal digits; nothing if there are other characters."""
    with suppress(ValueError):
        return [bytes.fromhex(text.decode("ascii"))]
    return []


def _digest(salt: str, password: bytes) -> str:
    return sha256(bytes.fromhex(salt) + password).hexdigest()


def new_password() -> str:
    """Return a new password of letters and digits, which can be entered on any charger's own page."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))


def authorization_key(password: str) -> str:
    """Return a password in the form of the setting AuthorizationKey."""
    return password.encode().hex()


@dataclass(frozen=True, slots=True)
class Access:
    """The authentication that is required of a charger.

    `next_profile` is the higher profile that the charger was told to use: once it has, it is required. `certificates` are
    the serial numbers of those that are valid, the one in use first and the newest last; None, as long as all are.
    """

    profile: SecurityProfile = SecurityProfile.OPEN
    password: PasswordDigest | None = None
    next_profile: SecurityProfile | None = None
    certificates: tuple[str, ...] | None = None

    def accepts(self, certificate: ClientCertificate) -> bool:
        """Return whether a certificate is valid still."""
        return (
            self.certificates is None or certificate.serial_number in self.certificates
        )

    def with_certificate(self, serial_number: str, in_use: str | None) -> Access:
        """Return this with a new certificate beside the one in use, which is valid until the new one is used."""
        known = self.certificates
        if known is None:
            known = () if in_use is None else (in_use,)
        # The one in use stays however often the charger asks for others.
        kept = (*known[:1], *known[1:][-_MAX_UNUSED_CERTIFICATES + 1 :], serial_number)
        return replace(self, certificates=kept)

    def without_older(self, certificate: ClientCertificate) -> Access:
        """Return this without the certificates that one in use has replaced."""
        known, serial_number = self.certificates or (), certificate.serial_number
        if serial_number not in known[1:]:
            return self
        return replace(self, certificates=known[known.index(serial_number) :])

    @property
    def may_need_certificate(self) -> bool:
        """True if a certificate must be asked for in the charger's TLS handshakes."""
        return SecurityProfile.CERTIFICATE in (self.profile, self.next_profile)


@dataclass(frozen=True, slots=True)
class Destination:
    """The central system as a charger shall connect to it.

    `url` is without the charger's identity; None if no port is open for the profile.
    """

    url: str | None
    profile: SecurityProfile


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials in a request to connect.

    `authorization` is the header of that name; `certificate` is one that is ours and valid.
    """

    authorization: str | None = None
    encrypted: bool = False
    certificate: ClientCertificate | None = None
