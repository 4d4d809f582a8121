"""Encryption, certificates and security profiles for the central system on the bench."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
import ssl

import aiohttp
from cryptography import x509
import jsonschema_rs
import orjson

from custom_components.ocpp.csms.pki.certificate_authority import (
    CertificateAuthority,
    KeyKind,
    ServerNames,
    new_key,
)
from custom_components.ocpp.csms.pki.contracts.responders import ask_over_http
from custom_components.ocpp.csms.pki.contracts.verifier import ContractVerifier
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.server.tls import (
    CertificateFiles,
    TlsVersion,
    server_context,
    written,
)
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings

CHARGERS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "security_profile": {"enum": [0, 1, 2, 3]},
            "password": {"type": "string", "minLength": 1},
        },
        "required": ["id", "security_profile"],
        "additionalProperties": False,
    },
}


class SecurityFileError(Exception):
    """A file that is not what it should be; says which and why."""


def read_chargers(path: Path) -> dict[str, StationSettings]:
    """Return what each charger in a file must do to connect, by identity.

    Raises:
        SecurityFileError: when it is no such file.
    """
    try:
        items = orjson.loads(path.read_bytes())
        jsonschema_rs.validate(CHARGERS_SCHEMA, items)
    except (orjson.JSONDecodeError, jsonschema_rs.ValidationError) as err:
        reason = getattr(err, "message", str(err))
        raise SecurityFileError(f"{path} is no list of chargers: {reason}") from err
    return {item["id"]: StationSettings(access=_access(item)) for item in items}


def _access(item: Mapping[str, str | int]) -> Access:
    password = item.get("password")
    digest = None if password is None else PasswordDigest.of(str(password))
    return Access(SecurityProfile(int(item["security_profile"])), digest)


def read_contract_roots(path: Path) -> ContractVerifier:
    """Return the check of contracts against the certificates in a file.

    Raises:
        SecurityFileError: when there are none in it.
    """
    try:
        roots = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as err:
        raise SecurityFileError(f"{path} holds no certificates") from err
    return ContractVerifier(roots, _ask, lambda: datetime.now(UTC))


async def _ask(url: str, question: bytes) -> bytes:
    async with aiohttp.ClientSession() as session:
        return await ask_over_http(session, url, question)


async def set_password(station: ChargingStation, password: str) -> bool:
    """Give a charger another password and ask for it from then on; tell whether it must reboot for that."""
    reboot = await station.request(
        lambda version: version.security.set_password(password)
    )
    station.access = replace(
        station.access,
        profile=max(station.access.profile, SecurityProfile.PASSWORD),
        password=PasswordDigest.of(password),
    )
    return reboot


def authority_in(folder: Path) -> CertificateAuthority:
    """Return the certificate authority that is kept in a folder, made when there is none.

    Its key is one of RSA, so that every charger can check what it signs.
    """
    certificate, key = folder / "root.pem", folder / "root-key.pem"
    if certificate.exists():
        return CertificateAuthority.load(certificate.read_text(), key.read_text())
    authority = CertificateAuthority.create(KeyKind.RSA, datetime.now(UTC))
    folder.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_text(authority.key_pem)
    certificate.write_text(authority.pem)
    return authority


def encryption(
    authority: CertificateAuthority,
    files: CertificateFiles | None,
    names: Iterable[str],
    oldest: TlsVersion,
) -> ssl.SSLContext:
    """Return how connections are encrypted: with the files, or with certificates of the authority for these names."""
    if files is not None:
        return server_context([files], oldest, [authority.pem])
    now = datetime.now(UTC)
    with ExitStack() as stack:
        made = []
        for kind in KeyKind:
            key = new_key(kind)
            certificate = authority.certify_server(
                key.public_key(), _server_names(names), now
            )
            made.append(stack.enter_context(written(certificate, key)))
        return server_context(made, oldest, [authority.pem])


def _server_names(names: Iterable[str]) -> ServerNames:
    hosts, addresses = [], []
    for name in names:
        try:
            addresses.append(ip_address(name))
        except ValueError:
            hosts.append(name)
    return ServerNames(hosts, addresses)
