"""Fixtures and settings shared by all tests."""

# Imported first: once Home Assistant has started, `custom_components` would mean the test plugin's own folder.
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
import time
from typing import Any

from coverage import Coverage
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, settings
import pytest

import custom_components.ocpp  # noqa: F401

from .ports import port_source, worker_of_this_run
from .timers import Timers

# No test may depend on the speed of the machine, and every run meets the same cases.
ANY_SPEED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("repeatable", derandomize=True, **ANY_SPEED)
# More cases, and new ones in every run: `scripts/test tests/surplus --hypothesis-profile=random`.
settings.register_profile("random", max_examples=1000, derandomize=False, **ANY_SPEED)
settings.load_profile("repeatable")


def pytest_sessionfinish() -> None:
    """Save what `scripts/coverage` measures: a worker may be ended before it would do so by itself."""
    if (measured := Coverage.current()) is not None:
        measured.save()


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """A source of free ports."""
    return port_source(*worker_of_this_run())


@pytest.fixture
def unused_tcp_port(unused_tcp_port_factory: Callable[[], int]) -> int:
    """A free port."""
    return unused_tcp_port_factory()


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    """The clock of all timers, which the test can put ahead or stop."""
    timers = Timers()
    monkeypatch.setattr(time, "monotonic", timers)
    return timers


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for this machine and its private key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    alternatives: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(IPv4Address("127.0.0.1")),
    ]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder: Path = tmp_path_factory.mktemp("tls")
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(certificate_file), str(key_file)
