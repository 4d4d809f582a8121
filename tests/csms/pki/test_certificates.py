"""Our certificate authority, and what chargers want it to sign."""

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from shutil import which
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.ocsp import OCSPRequestBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.pki.certificate_authority import (
    CertificateAuthority,
    KeyKind,
    ServerNames,
    new_key,
)
from custom_components.ocpp.csms.pki.certificates import ClientCertificate, to_pem
from custom_components.ocpp.csms.pki.signing_requests import (
    InvalidRequestError,
    read_request,
)
from custom_components.ocpp.csms.server.tls import (
    CertificateFiles,
    CertificateProblem,
    UnusableCertificateError,
    server_context,
    written,
)
from tests.pki import LOCALHOST, authority, odd_version, pem, signing_request

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = new_key(KeyKind.ECDSA)


# What we sign.


def test_an_authority_survives_being_stored() -> None:
    issuer = authority()
    loaded = CertificateAuthority.load(issuer.pem, issuer.key_pem)
    assert loaded.certificate == issuer.certificate
    certificate = loaded.certify_server(KEY.public_key(), LOCALHOST, NOW)
    certificate.verify_directly_issued_by(issuer.certificate)


def test_two_authorities_are_told_apart_by_name() -> None:
    assert authority().certificate.subject != authority("other").certificate.subject


def test_a_root_certificate_can_sign_but_not_through_others() -> None:
    certificate = authority().certificate
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value.ca
    assert constraints.value.path_length == 0
    # From 2050 on, dates are written in another way, which not every charger can read.
    assert certificate.not_valid_after_utc.year < 2050


@pytest.mark.parametrize("year", [1970, 2031, 2060])
def test_what_is_signed_with_a_wrong_clock_is_valid_when_it_is_right(
    year: int,
) -> None:
    issuer, wrong = authority(), NOW.replace(year=year)
    request = read_request(pem(signing_request("CP1")), ["CP1"])
    for certificate in (
        issuer.certify_server(KEY.public_key(), LOCALHOST, wrong),
        issuer.certify_client(request, "CP1", wrong),
    ):
        assert certificate.not_valid_before_utc < NOW
        assert certificate.not_valid_after_utc > NOW + timedelta(days=200)
        assert certificate.not_valid_after_utc.year < 2050


@pytest.mark.parametrize("year", [1970, 2026, 2041, 2060])
def test_an_authority_that_was_created_with_a_wrong_clock_is_valid(year: int) -> None:
    issuer = CertificateAuthority.create(KeyKind.ECDSA, NOW.replace(year=year))
    assert issuer.certificate.not_valid_before_utc < NOW
    assert NOW.year + 10 < issuer.certificate.not_valid_after_utc.year < 2050


def test_a_server_certificate_has_all_names() -> None:
    addresses = [ip_address("192.168.1.2"), ip_address("fd00::2")]
    names = ServerNames(["homeassistant.local", "ha.example.org"], addresses)
    certificate = authority().certify_server(KEY.public_key(), names, NOW)
    told = certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    ).value
    # Some chargers compare the address in their URL with the names of hosts.
    assert told.get_values_for_type(x509.DNSName) == [*names.hosts, "192.168.1.2"]
    assert told.get_values_for_type(x509.IPAddress) == addresses
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert list(purposes.value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert certificate.not_valid_before_utc <= NOW - timedelta(days=1)


def test_a_name_that_is_too_long_is_no_common_name() -> None:
    names = ServerNames([f"{'x' * 60}.example.org", "short.example.org"], [])
    certificate = authority().certify_server(KEY.public_key(), names, NOW)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "short.example.org"


@given(st.text(min_size=1, max_size=50).filter(str.isprintable))
def test_a_client_certificate_says_whose_it_is(identity: str) -> None:
    request = read_request(pem(signing_request("SERIAL-1")), ["SERIAL-1"])
    certificate = authority().certify_client(request, identity, NOW)
    assert certificate.subject == request.subject
    read = ClientCertificate.read(certificate.public_bytes(Encoding.DER))
    assert read == ClientCertificate(
        identity, certificate.not_valid_after_utc, f"{certificate.serial_number:x}"
    )


@pytest.mark.parametrize("names", [[], ["https://example.org/CP7"]])
def test_a_certificate_of_another_maker_names_its_owner_as_the_whitepaper_says(
    names: list[str],
) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CP1")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if names:
        others = [x509.UniformResourceIdentifier(each) for each in names]
        extension = x509.SubjectAlternativeName(others)
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(KEY, SHA256())
    read = ClientCertificate.read(certificate.public_bytes(Encoding.DER))
    assert read.identity == "CP1"


@pytest.mark.parametrize("kind", KeyKind)
def test_the_hash_of_a_root_certificate_is_that_of_ocsp(kind: KeyKind) -> None:
    """Which is where the whitepaper takes it from."""
    issuer = CertificateAuthority.create(kind, NOW)
    root = issuer.certificate
    algorithm = root.signature_hash_algorithm
    assert algorithm is not None
    asked = OCSPRequestBuilder().add_certificate(root, root, algorithm).build()
    assert issuer.hash.algorithm.lower() == algorithm.name
    assert issuer.hash.issuer_name_hash == asked.issuer_name_hash.hex()
    assert issuer.hash.issuer_key_hash == asked.issuer_key_hash.hex()
    assert int(issuer.hash.serial_number, 16) == root.serial_number
    assert len(issuer.hash.serial_number) <= 40


@pytest.mark.skipif(which("openssl") is None, reason="there is no openssl command")
def test_openssl_finds_nothing_wrong(tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_text(authority().pem)
    request = read_request(pem(signing_request("CP1")), ["CP1"])
    now = datetime.now(UTC)
    for purpose, certificate in (
        ("sslserver", authority().certify_server(KEY.public_key(), LOCALHOST, now)),
        ("sslclient", authority().certify_client(request, "CP1", now)),
    ):
        file = tmp_path / f"{purpose}.pem"
        file.write_text(to_pem(certificate))
        command = ["openssl", "verify", "-x509_strict", "-purpose", purpose]
        subprocess.run(
            [*command, "-CAfile", str(root), str(file)], check=True, capture_output=True
        )


# What chargers want signed.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(pem(signing_request("CP1")), id="as it should be"),
        pytest.param(pem(signing_request("CP1")).replace("\n", "\r\n"), id="with CR"),
        pytest.param(
            pem(signing_request("CP1")).replace("\n", "\\n"), id="escaped twice"
        ),
        pytest.param(
            b64encode(signing_request("CP1").public_bytes(Encoding.DER)).decode(),
            id="without the lines around it",
        ),
        pytest.param(pem(signing_request("ACME-SERIAL7")), id="by its serial number"),
        pytest.param(pem(signing_request("CP1")).replace("\n", ""), id="in one line"),
        pytest.param(pem(signing_request("CP1")).replace("\n", " "), id="with spaces"),
        pytest.param(pem(signing_request("CP1")).replace("\n", "\r"), id="CR alone"),
        pytest.param(
            pem(signing_request("CP1")).replace("\n", "\\r\\n"), id="CR escaped twice"
        ),
        pytest.param(
            urlsafe_b64encode(signing_request("CP1").public_bytes(Encoding.DER))
            .decode()
            .rstrip("="),
            id="as in URLs",
        ),
    ],
)
def test_requests_as_chargers_write_them(text: str) -> None:
    (name,) = read_request(text, ["CP1", "SERIAL7"]).subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    assert str(name.value).endswith(("CP1", "SERIAL7"))


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("version", [1, 2])
def test_a_request_with_another_version_is_signed_all_the_same(
    kind: KeyKind, version: int
) -> None:
    key = new_key(kind)
    text = odd_version(signing_request("CP1", key), key, version)
    assert read_request(text, ["CP1"]).key == key.public_key()
    other = odd_version(signing_request("CP1", key), new_key(kind), version)
    with pytest.raises(InvalidRequestError, match="not signed by its key"):
        read_request(other, ["CP1"])


def _with_weak_key() -> str:
    return pem(signing_request("CP1", rsa.generate_private_key(65537, 1024)))


def _with_other_key() -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CP1")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return pem(builder.sign(key, None))


def _with_broken_signature() -> str:
    der = bytearray(signing_request("CP1").public_bytes(Encoding.DER))
    der[-1] ^= 1
    return b64encode(der).decode()


def _without_version() -> str:
    request = signing_request("CP1")
    der = request.public_bytes(Encoding.DER)
    # What is signed begins with its version: a whole number of one byte.
    at = der.index(request.tbs_certrequest_bytes)
    return b64encode(der[:at] + der[at:].replace(b"\2\1\0", b"\4\1\0", 1)).decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read"),
        (_without_version(), "cannot be read"),
        ("-----BEGIN CERTIFICATE REQUEST-----", "cannot be read"),
        ("MIIB", "cannot be read"),
        (pem(signing_request("CP2")), "is for CP2, and not for CP1 or SERIAL7"),
        (pem(signing_request(None)), "is for nobody"),
        (_with_weak_key(), "too weak"),
        (_with_other_key(), "too weak"),
        (_with_broken_signature(), "not signed by its key"),
    ],
    # Keys are never the same, and those who run tests in parallel want them to be.
    ids=["empty", "bare", "cut", "short", "other", "nobody", "weak", "curve", "broken"],
)
def test_requests_that_must_not_be_signed(text: str, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        read_request(text, ["CP1", "SERIAL7"])


@given(st.text())
def test_any_text_is_either_a_request_or_an_error(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        read_request(text, ["CP1"])


# Certificate files of the user.


def test_good_files() -> None:
    certificate = authority().certify_server(KEY.public_key(), LOCALHOST, NOW)
    with written(certificate, KEY) as files:
        assert files.check(NOW) == certificate
        before = files.changed_at_ns
        Path(files.private_key).write_text("")
        assert files.changed_at_ns != before
    assert not Path(files.private_key).exists()


def test_only_we_can_read_what_is_written() -> None:
    certificate = authority().certify_server(KEY.public_key(), LOCALHOST, NOW)
    with written(certificate, KEY) as files:
        assert Path(files.private_key).parent.stat().st_mode & 0o077 == 0


def _encrypted() -> bytes:
    return KEY.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )


@pytest.mark.parametrize(
    ("certificate", "key", "problem"),
    [
        (None, b"", CertificateProblem.CERTIFICATE_UNREADABLE),
        (b"", None, CertificateProblem.CERTIFICATE_INVALID),
        (b"no certificate", b"", CertificateProblem.CERTIFICATE_INVALID),
        ("good", None, CertificateProblem.KEY_UNREADABLE),
        ("good", b"no key", CertificateProblem.KEY_INVALID),
        ("good", _encrypted(), CertificateProblem.KEY_ENCRYPTED),
        ("good", authority().key_pem.encode(), CertificateProblem.MISMATCH),
        ("old", "good", CertificateProblem.EXPIRED),
    ],
    ids=lambda value: value if isinstance(value, CertificateProblem) else "",
)
def test_bad_files(
    tmp_path: Path,
    certificate: bytes | str | None,
    key: bytes | str | None,
    problem: CertificateProblem,
) -> None:
    issued = {"good": NOW, "old": NOW - timedelta(days=1000)}
    files = CertificateFiles(str(tmp_path / "certificate"), str(tmp_path / "key"))
    if isinstance(certificate, str):
        at = issued[certificate]
        made = authority().certify_server(KEY.public_key(), LOCALHOST, at)
        certificate = to_pem(made).encode()
    if isinstance(key, str):
        key = CertificateAuthority(authority().certificate, KEY).key_pem.encode()
    for path, content in ((files.certificate, certificate), (files.private_key, key)):
        if content is not None:
            Path(path).write_bytes(content)
    with pytest.raises(UnusableCertificateError) as error:
        files.check(NOW)
    assert error.value.problem is problem
    assert str(tmp_path) in error.value.reason


def test_an_encrypted_key_makes_nobody_wait_for_its_password(tmp_path: Path) -> None:
    certificate = authority().certify_server(KEY.public_key(), LOCALHOST, NOW)
    with written(certificate, KEY) as files:
        Path(files.private_key).write_bytes(_encrypted())
        with pytest.raises(OSError):
            server_context([files])
