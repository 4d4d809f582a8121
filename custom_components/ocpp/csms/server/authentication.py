"""Authentication: what speaks against letting somebody connect as a charger."""

from base64 import b64decode
from dataclasses import replace
import hmac

from ..pki.security_profiles import Access, Credentials, PasswordDigest, SecurityProfile
from .refusals import RefusalReason


def objection(
    identity: str,
    access: Access,
    credentials: Credentials,
) -> RefusalReason | None:
    """Return what speaks against letting somebody connect as a charger; None if nothing does.

    A certificate is worth more than a password, and is good enough wherever one is asked for.
    """
    profile = access.profile
    if profile is SecurityProfile.OPEN or _is_certified(identity, access, credentials):
        return None
    if profile.asks_for_encryption and not credentials.encrypted:
        return RefusalReason.UNENCRYPTED
    if profile is SecurityProfile.CERTIFICATE:
        return RefusalReason.CERTIFICATE
    if not _knows_password(identity, access.password, credentials.authorization):
        return RefusalReason.PASSWORD
    return None


def is_outdated(identity: str, access: Access, credentials: Credentials) -> bool:
    """Return whether somebody who has come in with these credentials must prove itself again."""
    certificate = credentials.certificate
    if certificate is not None and not access.accepts(certificate):
        return True
    return objection(identity, access, credentials) is not None


def raised(identity: str, access: Access, credentials: Credentials) -> Access:
    """Return what it takes to connect as a charger, now that it has done so with these credentials."""
    if credentials.certificate is not None:
        access = access.without_older(credentials.certificate)
    if access.next_profile is None:
        return access
    wanted = replace(access, profile=access.next_profile, next_profile=None)
    return access if objection(identity, wanted, credentials) else wanted


def _is_certified(identity: str, access: Access, credentials: Credentials) -> bool:
    certificate = credentials.certificate
    return (
        certificate is not None
        and certificate.identity == identity
        and access.accepts(certificate)
    )


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
