"""Authentication: what speaks against letting somebody connect as a charger."""

from base64 import b64decode
import hmac

from ..pki.security_profiles import Access, Credentials, PasswordDigest, SecurityProfile
from .refusals import RefusalReason


def objection(
    identity: str,
    profile: SecurityProfile,
    password: PasswordDigest | None,
    credentials: Credentials,
) -> RefusalReason | None:
    """Return what speaks against letting somebody connect as a charger; None if nothing does.

    A certificate is worth more than a password, and is good enough wherever one is asked for.
    """
    if profile is SecurityProfile.OPEN or _is_certified(identity, credentials):
        return None
    if profile.asks_for_encryption and not credentials.encrypted:
        return RefusalReason.UNENCRYPTED
    if profile is SecurityProfile.CERTIFICATE:
        return RefusalReason.CERTIFICATE
    if not _knows_password(identity, password, credentials.authorization):
        return RefusalReason.PASSWORD
    return None


def raised(identity: str, access: Access, credentials: Credentials) -> Access:
    """Return what it takes to connect as a charger, now that it has done so with these credentials."""
    wanted = access.next_profile
    if wanted is None or objection(identity, wanted, access.password, credentials):
        return access
    return Access(wanted, access.password)


def _is_certified(identity: str, credentials: Credentials) -> bool:
    certificate = credentials.certificate
    return certificate is not None and certificate.identity == identity


def _knows_password(
    identity: str, password: PasswordDigest | None, header: str | None
) -> bool:
    scheme, _, encoded = (header or "").partition(" ")
    if password is None or scheme.lower() != "basic":
        return False
    try:
        shown = b64decode(encoded.strip(), validate=True)
    except ValueError:
        return False
    # Cut off by its length: the identity itself may contain a colon.
    name = identity.encode() + b":"
    right_name = hmac.compare_digest(shown[: len(name)], name)
    return password.matches(shown[len(name) :]) and right_name
