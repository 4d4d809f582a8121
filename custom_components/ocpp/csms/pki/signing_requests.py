"""Chargers' certificate signing requests, and the checks that they must pass.

Source: OCPP 1.6 security whitepaper, edition 3, sections 2.6 and 3.2.
"""

from base64 import b64decode
from collections.abc import Collection
from contextlib import suppress

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ..errors import CsmsError
from .certificates import PublicKey, common_name

MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 224


class InvalidRequestError(CsmsError):
    """A certificate signing request that must not be signed."""


def read_request(text: str, names: Collection[str]) -> x509.CertificateSigningRequest:
    """Read a charger's certificate signing request.

    Args:
        text: the request in PEM, or close to it.
        names: the charger's identity and its serial number; its common name must contain one of them.

    Raises:
        InvalidRequestError: when it must not be signed.
    """
    request = _parse(text)
    key_of(request)
    if not request.is_signature_valid:
        raise InvalidRequestError("The certificate request is not signed by its key")
    asked = common_name(request.subject) or ""
    if not any(name and name in asked for name in names):
        raise InvalidRequestError(
            f"The certificate request is for {asked or 'nobody'}, and not for {' or '.join(names)}"
        )
    return request


def _parse(text: str) -> x509.CertificateSigningRequest:
    # Some chargers escape line breaks twice, some leave away the lines around the request.
    text = text.replace("\\n", "\n").strip()
    with suppress(ValueError):
        if text.startswith("-----"):
            return x509.load_pem_x509_csr(text.encode())
        return x509.load_der_x509_csr(b64decode("".join(text.split()), validate=True))
    raise InvalidRequestError("The certificate request cannot be read")


def key_of(request: x509.CertificateSigningRequest) -> PublicKey:
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
