"""Actions on certificates and security profiles."""

from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util.json import JsonValueType

from ..const import (
    CONF_CERTIFICATES,
    CONF_NEXT_SECURITY_PROFILE,
    CONF_SECURITY_PROFILE,
    CONF_TLS_PORT,
)
from ..csms.errors import RejectedError
from ..csms.operations.sign_certificate import renew
from ..csms.operations.upgrade_security import raise_profile
from ..csms.pki.certificates import CertificateHash, CertificateUse, HashAlgorithm
from ..csms.pki.security_profiles import SecurityProfile
from ..errors import translated_errors, validation_error
from . import fields
from .base import Action, for_each
from .permissions import administrators
from .targets import Target, async_hub, async_target, async_targets

ATTR_CERTIFICATE = "certificate"
ATTR_CERTIFICATE_TYPE = "certificate_type"
ATTR_HASH_ALGORITHM = "hash_algorithm"
ATTR_ISSUER_NAME_HASH = "issuer_name_hash"
ATTR_ISSUER_KEY_HASH = "issuer_key_hash"
ATTR_SERIAL_NUMBER = "serial_number"

_CERTIFICATE_TYPE = probatio.Optional(
    ATTR_CERTIFICATE_TYPE, default=CertificateUse.CENTRAL_SYSTEM_ROOT
)
_ROOTS = [use for use in CertificateUse if use is not CertificateUse.V2G_CHAIN]


async def _get_ca_certificate(call: ServiceCall) -> ServiceResponse:
    authority = async_hub(call).authority
    certificate = authority.certificate
    return {
        "certificate": authority.pem,
        "fingerprint": certificate.fingerprint(SHA256()).hex(":").upper(),
        "valid_until": certificate.not_valid_after_utc.isoformat(),
    }


async def _install_certificate(call: ServiceCall) -> None:
    use: CertificateUse = call.data[ATTR_CERTIFICATE_TYPE]
    given: str | None = call.data.get(ATTR_CERTIFICATE)
    if given is not None:
        _check_certificate(given)

    async def install(target: Target) -> None:
        certificate = given or target.hub.authority.pem
        await target.charger.station.request(
            lambda version: version.security.install_certificate(use, certificate)
        )

    await for_each(async_targets(call), install)


def _check_certificate(pem: str) -> None:
    try:
        x509.load_pem_x509_certificate(pem.encode())
    except ValueError as err:
        raise validation_error("invalid_pem", reason=str(err)) from err


async def _get_installed_certificates(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    use: CertificateUse = call.data[ATTR_CERTIFICATE_TYPE]
    with translated_errors(target.charger):
        found = await target.charger.station.request(
            lambda version: version.security.get_certificates((use,))
        )
    certificates = [_listed(target, item.hash) for item in found]
    return {"certificates": cast(list[JsonValueType], certificates)}


def _listed(target: Target, item: CertificateHash) -> dict[str, JsonValueType]:
    return {
        ATTR_HASH_ALGORITHM: item.algorithm.value,
        ATTR_ISSUER_NAME_HASH: item.issuer_name_hash,
        ATTR_ISSUER_KEY_HASH: item.issuer_key_hash,
        ATTR_SERIAL_NUMBER: item.serial_number,
        "home_assistant": item.is_same(target.hub.authority.hash),
    }


async def _delete_certificate(call: ServiceCall) -> None:
    target = async_target(call)
    certificate = CertificateHash(
        call.data[ATTR_HASH_ALGORITHM],
        call.data[ATTR_ISSUER_NAME_HASH],
        call.data[ATTR_ISSUER_KEY_HASH],
        call.data[ATTR_SERIAL_NUMBER],
    )
    with translated_errors(target.charger):
        try:
            await target.charger.station.request(
                lambda version: version.security.delete_certificate(certificate)
            )
        except RejectedError as err:
            # One that is not there needs no deleting.
            if err.status != "NotFound":
                raise


async def _renew_certificate(call: ServiceCall) -> None:
    await for_each(async_targets(call), lambda target: renew(target.charger.station))


async def _revoke_certificates(call: ServiceCall) -> None:
    for target in async_targets(call):
        target.hub.chargers.async_change(target.charger, {CONF_CERTIFICATES: []})
        # An open connection ends now.
        target.hub.async_sync()


async def _raise_security_profile(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    profile = SecurityProfile(int(call.data[CONF_SECURITY_PROFILE]))
    if profile is target.charger.config.access.profile:
        return {"reboot_required": False}
    _check_profile(target, profile)
    with translated_errors(target.charger):
        reboot = await raise_profile(target.charger.station, profile)
    # The request survives a restart of Home Assistant before the charger reconnects.
    changes = {CONF_NEXT_SECURITY_PROFILE: profile.value}
    target.hub.chargers.async_change(target.charger, changes)
    return {"reboot_required": reboot}


def _check_profile(target: Target, profile: SecurityProfile) -> None:
    charger = target.charger
    access = charger.config.access
    if profile <= access.profile:
        raise validation_error(
            "profile_not_higher",
            charger=charger.name,
            profile=str(access.profile.value),
        )
    if profile.asks_for_encryption and CONF_TLS_PORT not in target.hub.entry.data:
        raise validation_error("tls_port_missing")
    if profile.asks_for_password and access.password is None:
        raise validation_error("password_missing", charger=charger.name)


ACTIONS = (
    Action(
        "get_ca_certificate",
        _get_ca_certificate,
        administrators,
        response=SupportsResponse.ONLY,
    ),
    Action(
        "install_certificate",
        _install_certificate,
        administrators,
        {
            _CERTIFICATE_TYPE: fields.option(_ROOTS),
            probatio.Optional(ATTR_CERTIFICATE): fields.text(),
        },
    ),
    Action(
        "get_installed_certificates",
        _get_installed_certificates,
        administrators,
        {_CERTIFICATE_TYPE: fields.option(CertificateUse)},
        SupportsResponse.ONLY,
    ),
    Action(
        "delete_certificate",
        _delete_certificate,
        administrators,
        {
            probatio.Required(ATTR_HASH_ALGORITHM): fields.option(HashAlgorithm),
            probatio.Required(ATTR_ISSUER_NAME_HASH): fields.text(),
            probatio.Required(ATTR_ISSUER_KEY_HASH): fields.text(),
            probatio.Required(ATTR_SERIAL_NUMBER): fields.text(),
        },
    ),
    Action("renew_certificate", _renew_certificate, administrators),
    Action("revoke_certificates", _revoke_certificates, administrators),
    Action(
        "raise_security_profile",
        _raise_security_profile,
        administrators,
        {probatio.Required(CONF_SECURITY_PROFILE): fields.option(("1", "2", "3"))},
        SupportsResponse.OPTIONAL,
    ),
)
