"""The requirements that a charger must meet to connect."""

from collections.abc import Mapping
from typing import Any

from ..const import (
    CONF_CERTIFICATES,
    CONF_NEXT_SECURITY_PROFILE,
    CONF_PASSWORD_DIGEST,
    CONF_SECURITY_PROFILE,
)
from ..csms.pki.security_profiles import Access, PasswordDigest, SecurityProfile


def access_of(data: Mapping[str, Any]) -> Access:
    """Return the access requirements in the data of a charger's subentry."""
    digest = data.get(CONF_PASSWORD_DIGEST)
    # The first release had passwords and no profiles.
    without_choice = (
        SecurityProfile.OPEN if digest is None else SecurityProfile.PASSWORD
    )
    certificates = data.get(CONF_CERTIFICATES)
    next_profile = data.get(CONF_NEXT_SECURITY_PROFILE)
    return Access(
        SecurityProfile(data.get(CONF_SECURITY_PROFILE, without_choice)),
        None if digest is None else PasswordDigest(**digest),
        None if next_profile is None else SecurityProfile(next_profile),
        None if certificates is None else tuple(certificates),
    )
