"""Chargers' certificate signing requests, and the checks that they must pass.

Source: OCPP 1.6 security whitepaper, edition 3, sections 2.6 and 3.2.
"""

from base64 import b64decode
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding

from ..errors import CsmsError
from .certificates import PublicKey, common_name

MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 224


_WHOLE_LENGTH = 0x80
"""The first length in DER that does not fit into the byte that tells it."""


_AROUND = re.compile(r"-----[A-Z ]*-----|\\[rnt]|\s+|\0")
_URL_SAFE = str.maketrans("-_", "+/")


class InvalidRequestError(CsmsError):
    """A certificate signing request that must not be signed."""


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """A request that may be signed: for whom, and with which key."""

    subject: x509.Name
    key: PublicKey


def read_request(text: str, names: Collection[str]) -> SigningRequest:
    """Read a charger's certificate signing request.

    Args:
        text: the request in PEM, or close to it.
        names: the charger's identity and its serial number; its common name must contain one of them.

    Raises:
        InvalidRequestError: when it must not be signed.
    """
    der = _der(text)
    request = _parse(der)
    key = _key_of(request)
    if not _is_signed(request, key, _signed_part(der)):
        raise InvalidRequestError("The certificate request is not signed by its key")
    asked = common_name(request.subject) or ""
    if not any(name and name in asked for name in names):
        raise InvalidRequestError(
            f"The certificate request is for {asked or 'nobody'}, and not for {' or '.join(names)}"
        )
    return SigningRequest(request.subject, key)


def _der(text: str) -> bytes:
    # Some chargers write it in one line, escape line breaks twice, or leave away the lines around it or the padding.
    inner = _AROUND.sub("", text).rstrip("=").translate(_URL_SAFE)
    padding = "=" * (-len(inner) % 4)
    with suppress(ValueError):
        return b64decode(inner + padding, validate=True)
    raise InvalidRequestError("The certificate request cannot be read")


def _parse(der: bytes) -> x509.CertificateSigningRequest:
    """Read a request whatever its version: there is but one, which many number wrongly."""
    with suppress(ValueError, IndexError):
        at = _version_at(der)
        return x509.load_der_x509_csr(der[:at] + b"\0" + der[at + 1 :])
    raise InvalidRequestError("The certificate request cannot be read")


def _content_at(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of an element of DER begins and ends."""
    length, begin = der[at + 1], at + 2
    if length >= _WHOLE_LENGTH:
        begin, size = begin + length - _WHOLE_LENGTH, begin
        length = int.from_bytes(der[size:begin])
    return begin, begin + length


def _signed_part(der: bytes) -> bytes:
    """Return the part of a request that its signature is about."""
    begin, _ = _content_at(der, 0)
    return der[begin : _content_at(der, begin)[1]]


def _version_at(der: bytes) -> int:
    """Return where the version of a request stands, which is one byte."""
    begin, _ = _content_at(der, 0)
    version, _ = _content_at(der, begin)
    if der[version : version + 2] != b"\x02\x01":
        raise ValueError("no version")
    return version + 2


def _is_signed(
    request: x509.CertificateSigningRequest, key: PublicKey, signed: bytes
) -> bool:
    with suppress(InvalidSignature, UnsupportedAlgorithm, ValueError):
        how, digest = (
            request.signature_algorithm_parameters,
            request.signature_hash_algorithm,
        )
        match key, how:
            case ec.EllipticCurvePublicKey(), ec.ECDSA():
                key.verify(request.signature, signed, how)
                return True
            case rsa.RSAPublicKey(), AsymmetricPadding() if digest is not None:
                key.verify(request.signature, signed, how, digest)
                return True
    return False


def _key_of(request: x509.CertificateSigningRequest) -> PublicKey:
    """Return the key of a request, if it is as strong as the whitepaper demands.

    Raises:
        InvalidRequestError: when it is not.
    """
    try:
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm) as err:
        raise InvalidRequestError(f"The key cannot be used: {err}") from err
    match key:
        case rsa.RSAPublicKey(key_size=bits) if bits >= MIN_RSA_BITS:
            return key
        case ec.EllipticCurvePublicKey(key_size=bits) if bits >= MIN_CURVE_BITS:
            return key
    raise InvalidRequestError("The key of the certificate request is too weak")
