"""Credentials of chargers: what is asked of them, and certificates that are no good."""

from datetime import timedelta

import pytest

from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.pki import authority, client_files

from .peer import NOW

PASSWORD = "FirstPassword1234567"

INVALID_CERTIFICATES = pytest.mark.parametrize(
    "files",
    [
        pytest.param(lambda: client_files("CP2", authority()), id="another's"),
        pytest.param(lambda: client_files("CP1", authority("other")), id="foreign"),
        pytest.param(
            lambda: client_files("CP1", authority(), NOW - timedelta(days=2000)),
            id="expired",
        ),
    ],
)


def demanding(
    profile: SecurityProfile, password: str | None = PASSWORD
) -> StationSettings:
    """Return settings by which a charger must prove itself."""
    digest = None if password is None else PasswordDigest.of(password)
    return StationSettings(access=Access(profile, digest))
