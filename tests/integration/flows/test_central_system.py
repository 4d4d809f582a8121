"""The form of the central system: its ports, and their encryption."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
import pytest

from custom_components.ocpp.csms.pki.certificate_authority import key_to_pem
from custom_components.ocpp.csms.pki.certificates import to_pem
from homeassistant.core import HomeAssistant
from tests.pki import authority

from .conftest import faults, step
from .steps import begin, server, suggested


@pytest.mark.parametrize("port", [9000.5, 0, -1, 65536, 99999])
async def test_what_is_no_port_is_refused_in_words(
    hass: HomeAssistant, port: float
) -> None:
    flow = await begin(hass)
    for field in ("port", "tls_port"):
        form = await step(
            hass,
            flow["flow_id"],
            {"advanced": {"host": "127.0.0.1", "port": 9001, field: port}},
        )
        assert form["errors"] == {"base": "invalid_port"}
        assert suggested(form, "advanced")[field] == port


async def test_the_next_free_port_is_filled_in(
    hass: HomeAssistant, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port = unused_tcp_port_factory()
    flow = await begin(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        form = await step(hass, flow["flow_id"], server(port))
    free = suggested(form, "advanced")["port"]
    assert free > port
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["taken"] == str(port)
    assert placeholders["free"] == placeholders["port"] == str(free)
    assert (await step(hass, flow["flow_id"], server(free)))["step_id"] == "energy"


async def test_two_ports_are_moved_apart(
    hass: HomeAssistant, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port = unused_tcp_port_factory()
    flow = await begin(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        form = await step(hass, flow["flow_id"], server(port, tls_port=port + 1))
    shown = suggested(form, "advanced")
    assert len({port, shown["port"], shown["tls_port"]}) == 3


async def test_port_9000_is_replaced_before_anybody_asks(hass: HomeAssistant) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("0.0.0.0", 9000))
            other.listen()
        except OSError:
            # Somebody else has it: just as well.
            pass
        form = await begin(hass)
    assert form["errors"] == {"base": "port_in_use"}
    assert suggested(form, "advanced")["port"] > 9000


async def test_a_certificate_with_a_key_that_is_too_short_is_told(
    hass: HomeAssistant, port: int, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "home")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    files = {"certificate": to_pem(certificate), "private_key": key_to_pem(key)}
    given = {field: str(tmp_path / field) for field in files}
    for field, text in files.items():
        Path(given[field]).write_text(text)
    flow = await begin(hass)
    flow = await step(hass, flow["flow_id"], server(port, tls_port=port + 1, **given))
    assert faults(flow) == {"base": "certificate_invalid"}


async def test_an_old_version_of_tls_that_this_machine_lacks_is_told(
    hass: HomeAssistant, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssl, "HAS_TLSv1", False)
    flow = await begin(hass)
    oldest = server(port, tls_port=port + 1, oldest_tls="tls_1_0")
    flow = await step(hass, flow["flow_id"], oldest)
    assert faults(flow) == {"base": "tls_version_missing"}


async def test_contracts_are_checked_against_the_roots_in_a_file(
    hass: HomeAssistant, port: int, tmp_path: Path
) -> None:
    flow = await begin(hass)
    roots = tmp_path / "roots.pem"
    for unusable in (None, "no certificate"):
        if unusable is not None:
            roots.write_text(unusable)
        flow = await step(
            hass, flow["flow_id"], server(port, contract_roots=str(roots))
        )
        assert faults(flow) == {"base": "contract_roots_invalid"}
    roots.write_text(authority().pem)
    flow = await step(hass, flow["flow_id"], server(port, contract_roots=str(roots)))
    assert flow["step_id"] == "energy"
    hass.config_entries.flow.async_abort(flow["flow_id"])
