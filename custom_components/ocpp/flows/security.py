"""The forms for the security profile of a charger, its password and its certificate."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import probatio

from homeassistant.helpers.selector import BooleanSelector

from ..config.security import access_of
from ..const import (
    CONF_NEXT_SECURITY_PROFILE,
    CONF_PASSWORD_DIGEST,
    CONF_SECURITY_PROFILE,
    CONF_TLS_PORT,
)
from ..csms.pki.security_profiles import PasswordDigest, SecurityProfile
from .selectors import choice, values

CONF_WRITE_PASSWORD = "write_password"
CONF_REQUEST_CERTIFICATE = "request_certificate"

SECURITY = {
    probatio.Required(CONF_SECURITY_PROFILE, default="0"): choice(
        values(SecurityProfile), "security_profile"
    )
}
PASSWORD = probatio.Schema(
    {probatio.Required(CONF_WRITE_PASSWORD, default=False): BooleanSelector()}
)
CERTIFICATE = probatio.Schema(
    {probatio.Required(CONF_REQUEST_CERTIFICATE, default=False): BooleanSelector()}
)


def chosen_profile(user_input: Mapping[str, Any]) -> SecurityProfile:
    """Return the security profile that was chosen in a form."""
    return SecurityProfile(int(user_input[CONF_SECURITY_PROFILE]))


def needs_new_password(data: Mapping[str, Any]) -> bool:
    """Return whether a charger needs a password and has none."""
    access = access_of(data)
    return access.profile.asks_for_password and access.password is None


def password_required_once_used(password: str) -> dict[str, Any]:
    """Return the data of a charger that must use a password as soon as it has done so once.

    One that does not know it yet stays connected.
    """
    return {
        CONF_PASSWORD_DIGEST: asdict(PasswordDigest.of(password)),
        CONF_SECURITY_PROFILE: SecurityProfile.OPEN.value,
        CONF_NEXT_SECURITY_PROFILE: SecurityProfile.PASSWORD.value,
    }


def secured(data: Mapping[str, Any], profile: SecurityProfile) -> dict[str, Any]:
    """Return the data of a charger's subentry with another security profile."""
    if profile is access_of(data).profile:
        return dict(data)
    dropped = {CONF_SECURITY_PROFILE, CONF_NEXT_SECURITY_PROFILE}
    if not profile.asks_for_password:
        dropped.add(CONF_PASSWORD_DIGEST)
    kept = {key: value for key, value in data.items() if key not in dropped}
    return {**kept, CONF_SECURITY_PROFILE: profile.value}


def security_errors(
    server: Mapping[str, Any], user_input: Mapping[str, Any]
) -> dict[str, str]:
    """Return the error in the choice of a security profile, given the data of the config entry."""
    if chosen_profile(user_input).asks_for_encryption and CONF_TLS_PORT not in server:
        return {CONF_SECURITY_PROFILE: "tls_port_missing"}
    return {}
