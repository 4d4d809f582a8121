"""Encryption, certificates and security profiles, and what the owner is told of those who try to get in."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import ssl
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from custom_components.ocpp.csms.pki.certificate_authority import SERVER_LIFETIME
from custom_components.ocpp.csms.server.refusals import RefusalReason
from custom_components.ocpp.csms.server.tls import CertificateFiles
from custom_components.ocpp.diagnostics import async_get_config_entry_diagnostics
from custom_components.ocpp.server.ports import CHECK_INTERVAL
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
from tests.integration.conftest import Connect, state
from tests.integration.flows.steps import open_part
from tests.integration.repairs.flows import choose_way
from tests.pki import authority, certified_server
from tests.simulator.charger import reconnected, simulated_charger
from tests.simulator.secure_charger import SecureCharger, secure_charger
from tests.waiting import until

CHARGER = {"name": "Charger", "max_current": 16, "phases": "1", "safe_current": 6}


@pytest.fixture
def tls_port(unused_tcp_port_factory: Callable[[], int]) -> int:
    """The port for chargers with encryption."""
    return unused_tcp_port_factory()


@pytest.fixture
def server(port: int, tls_port: int) -> dict[str, Any]:
    """The settings of the ports; tests that need other settings override them."""
    return {
        "host": "127.0.0.1",
        "port": port,
        "tls_port": tls_port,
        "server_names": ["127.0.0.1"],
    }


@pytest.fixture
def entry(
    hass: HomeAssistant, server: dict[str, Any], chargers: list[ConfigSubentryData]
) -> MockConfigEntry:
    """A central system with both kinds of ports."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="OCPP",
        version=3,
        minor_version=2,
        data=server,
        subentries_data=chargers,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def plain(port: int) -> str:
    """The URL for chargers without encryption."""
    return f"ws://127.0.0.1:{port}"


@pytest.fixture
def encrypted(tls_port: int) -> str:
    """The URL for chargers with encryption."""
    return f"wss://127.0.0.1:{tls_port}"


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action and return its response."""
    response = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


async def trusting(hass: HomeAssistant) -> ssl.SSLContext:
    """Return how a charger encrypts that trusts this Home Assistant."""
    shown = await act(hass, "get_ca_certificate")
    return ssl.create_default_context(cadata=shown["certificate"])


def issue(hass: HomeAssistant, key: str) -> ir.IssueEntry | None:
    """Return the repair of that kind, if there is one."""
    found = [
        item
        for item in ir.async_get(hass).issues.values()
        if item.domain == DOMAIN and item.translation_key == key and item.active
    ]
    return found[0] if found else None


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta
) -> None:
    """Let time pass, and what is due then be done."""
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


# Ports and certificates.


async def test_chargers_with_encryption_and_without(
    hass: HomeAssistant, running: MockConfigEntry, plain: str, encrypted: str
) -> None:
    tls = await trusting(hass)
    async with (
        simulated_charger(plain, "CP1") as one,
        simulated_charger(encrypted, "CP2", tls=tls) as other,
    ):
        assert await one.boot() == "Accepted"
        assert await other.boot() == "Pending"


async def test_the_authority_stays_the_same(
    hass: HomeAssistant, running: MockConfigEntry, encrypted: str
) -> None:
    tls = await trusting(hass)
    before = await act(hass, "get_ca_certificate")
    assert await hass.config_entries.async_reload(running.entry_id)
    assert await act(hass, "get_ca_certificate") == before
    assert before["fingerprint"].count(":") == 31
    async with simulated_charger(encrypted, "CP1", tls=tls) as charger:
        assert await charger.boot() == "Accepted"


async def test_chargers_that_know_only_rsa(
    hass: HomeAssistant, entry: MockConfigEntry, encrypted: str
) -> None:
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "key_kind": "rsa", "oldest_tls": "tls_1_2"}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    old = await trusting(hass)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("AES128-GCM-SHA256")
    new = await trusting(hass)
    new.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")
    for tls in (old, new):
        async with simulated_charger(encrypted, "CP1", tls=tls) as charger:
            assert await charger.boot() == "Accepted"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_the_oldest_version_of_tls_can_be_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, encrypted: str
) -> None:
    data = {**entry.data, "oldest_tls": "tls_1_3"}
    hass.config_entries.async_update_entry(entry, data=data)
    assert await hass.config_entries.async_setup(entry.entry_id)
    tls = await trusting(hass)
    async with simulated_charger(encrypted, "CP1", tls=tls) as charger:
        assert await charger.boot() == "Accepted"
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError):
        async with simulated_charger(encrypted, "CP1", tls=tls):
            pass
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_certificate_made_here_is_renewed_by_itself(
    hass: HomeAssistant,
    running: MockConfigEntry,
    encrypted: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    tls = await trusting(hass)
    first = await server_certificate(encrypted, tls)
    await pass_time(hass, freezer, CHECK_INTERVAL)
    assert await server_certificate(encrypted, tls) == first
    await pass_time(hass, freezer, SERVER_LIFETIME)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    assert await server_certificate(encrypted, tls) != first


async def server_certificate(url: str, tls: ssl.SSLContext) -> bytes:
    """Return the certificate that a charger gets to see."""
    async with simulated_charger(url, "CP1", tls=tls) as charger:
        encryption = charger.socket.transport.get_extra_info("ssl_object")
        certificate: bytes = encryption.getpeercert(True)
    return certificate


class TestFiles:
    """A certificate that the user takes care of."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> CertificateFiles:
        """A certificate of an authority of the user's, and its key."""
        files = CertificateFiles(str(tmp_path / "c.pem"), str(tmp_path / "k.pem"))
        self.replace(files, datetime.now(UTC))
        return files

    @pytest.fixture
    def server(
        self, port: int, tls_port: int, files: CertificateFiles
    ) -> dict[str, Any]:
        """Both ports, and the files."""
        return {
            "host": "127.0.0.1",
            "port": port,
            "tls_port": tls_port,
            "certificate": files.certificate,
            "private_key": files.private_key,
        }

    def replace(self, files: CertificateFiles, at: datetime) -> None:
        """Put another certificate in their place."""
        certificate, key = certified_server(authority(), at)
        Path(files.certificate).write_text(certificate)
        Path(files.private_key).write_text(key)

    async def test_other_files_are_used_as_soon_as_they_are_there(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        encrypted: str,
        files: CertificateFiles,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        tls = ssl.create_default_context(cadata=authority().pem)
        async with simulated_charger(encrypted, "CP2", tls=tls) as charger:
            first = await server_certificate(encrypted, tls)
            Path(files.private_key).write_text("half a k")
            await pass_time(hass, freezer, CHECK_INTERVAL)
            told = issue(hass, "certificate_unusable")
            assert told is not None
            assert told.translation_placeholders is not None
            assert files.private_key in told.translation_placeholders["reason"]
            assert await server_certificate(encrypted, tls) == first
            self.replace(files, datetime.now(UTC))
            await pass_time(hass, freezer, CHECK_INTERVAL)
            assert issue(hass, "certificate_unusable") is None
            assert await server_certificate(encrypted, tls) != first
            # Whoever is connected stays so.
            await charger.heartbeat()

    async def test_its_end_is_told_in_time(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        files: CertificateFiles,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        await pass_time(hass, freezer, SERVER_LIFETIME - timedelta(days=15))
        assert issue(hass, "certificate_expires") is None
        await pass_time(hass, freezer, timedelta(days=2))
        assert issue(hass, "certificate_expires") is not None
        self.replace(files, datetime.now(UTC))
        await pass_time(hass, freezer, CHECK_INTERVAL)
        assert issue(hass, "certificate_expires") is None

    async def test_files_that_were_replaced_are_loaded_by_the_repair(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        files: CertificateFiles,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        await pass_time(hass, freezer, SERVER_LIFETIME - timedelta(days=13))
        told = issue(hass, "certificate_expires")
        assert told is not None
        assert told.translation_placeholders is not None
        assert told.translation_placeholders["certificate"] == files.certificate
        result = await choose_way(hass, "certificate_expires", "replaced")
        assert result["reason"] == "not_replaced"
        self.replace(files, datetime.now(UTC))
        result = await choose_way(hass, "certificate_expires", "replaced")
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert issue(hass, "certificate_expires") is None

    async def test_the_own_certificate_takes_their_place_by_the_repair(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        encrypted: str,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        await pass_time(hass, freezer, SERVER_LIFETIME - timedelta(days=13))
        await choose_way(hass, "certificate_expires", "own_certificate")
        await hass.async_block_till_done(wait_background_tasks=True)
        assert issue(hass, "certificate_expires") is None
        assert not {"certificate", "private_key"} & running.data.keys()
        assert await server_certificate(encrypted, await trusting(hass))

    async def test_without_them_the_other_port_is_open(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        plain: str,
        encrypted: str,
        files: CertificateFiles,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        Path(files.certificate).unlink()
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert issue(hass, "certificate_unusable") is not None
        async with simulated_charger(plain, "CP1") as charger:
            assert await charger.boot() == "Accepted"
        tls = ssl.create_default_context(cadata=authority().pem)
        with pytest.raises(OSError):
            await server_certificate(encrypted, tls)
        self.replace(files, datetime.now(UTC))
        await pass_time(hass, freezer, CHECK_INTERVAL)
        assert await server_certificate(encrypted, tls)
        assert issue(hass, "certificate_unusable") is None
        await hass.config_entries.async_unload(entry.entry_id)


async def test_what_was_set_up_with_one_port_goes_on(
    hass: HomeAssistant, port: int, tls_files: tuple[str, str]
) -> None:
    certificate, private_key = tls_files
    data = {"host": "127.0.0.1", "port": port}
    files = {"certificate": certificate, "private_key": private_key}
    entry = MockConfigEntry(domain=DOMAIN, version=3, data={**data, **files})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.data == {"host": "127.0.0.1", "tls_port": port, **files}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_what_a_newer_release_has_set_up_is_left_alone(
    hass: HomeAssistant,
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, version=99, data={"csid": "central"})
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert entry.data == {"csid": "central"}


# Security profiles.


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, profile: str
) -> dict[str, Any]:
    """Choose a security profile for the charger."""
    (charger,) = entry.get_subentries_of_type(SUBENTRY_CHARGER)
    flow = await open_part(hass, entry, charger.subentry_id, "protection")
    result = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"security_profile": profile}
    )
    return dict(result)


async def submit(
    hass: HomeAssistant, flow: dict[str, Any], **user_input: Any
) -> dict[str, Any]:
    """Fill in the next form."""
    result = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], user_input
    )
    return dict(result)


async def ask_for_password(
    hass: HomeAssistant, entry: MockConfigEntry, profile: str
) -> str:
    """Choose a security profile with a password, and return the password."""
    flow = await choose(hass, entry, profile)
    assert flow["step_id"] == "password"
    password: str = flow["description_placeholders"]["password"]
    await submit(hass, flow, write_password=False)
    await hass.async_block_till_done()
    return password


async def is_refused(
    url: str, tls: ssl.SSLContext | None = None, password: str | None = None
) -> int:
    """Return the HTTP status with which a charger is refused."""
    with pytest.raises(InvalidStatus) as refusal:
        async with simulated_charger(url, "CP1", tls=tls, password=password):
            pass
    return refusal.value.response.status_code


async def test_a_password_and_encryption(
    hass: HomeAssistant, running: MockConfigEntry, plain: str, encrypted: str
) -> None:
    password = await ask_for_password(hass, running, "2")
    tls = await trusting(hass)
    assert await is_refused(plain, password=password) == 403
    assert await is_refused(encrypted, tls) == 401
    async with simulated_charger(
        encrypted, "CP1", tls=tls, password=password
    ) as charger:
        assert await charger.boot() == "Accepted"
    # Between profiles with a password, it stays the same one.
    result = await choose(hass, running, "1")
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    async with simulated_charger(plain, "CP1", password=password):
        pass


@pytest.mark.parametrize("profile", ["2", "3"])
async def test_encryption_needs_a_port(
    hass: HomeAssistant, entry: MockConfigEntry, port: int, profile: str
) -> None:
    data = {"host": "127.0.0.1", "port": port}
    hass.config_entries.async_update_entry(entry, data=data)
    result = await choose(hass, entry, profile)
    assert result["errors"] == {"security_profile": "tls_port_missing"}


async def test_from_nothing_to_a_certificate(
    hass: HomeAssistant, running: MockConfigEntry, plain: str, encrypted: str
) -> None:
    """All that an owner does to have a charger that nobody can impersonate."""
    async with secure_charger(plain) as charger:
        await charger.boot()
        await act_on(hass, "install_certificate")
        flow = await choose(hass, running, "3")
        assert flow["step_id"] == "certificate"
        result = await submit(hass, flow, request_certificate=True)
        assert result["reason"] == "reconfigure_successful"
        await until(lambda: charger.certificate is not None)
        assert charger.settings["CpoName"] == "Home Assistant"
    await hass.async_block_till_done()
    assert await is_refused(plain) == 403
    assert await is_refused(encrypted, await trusting(hass)) == 403
    async with reconnected(charger, encrypted, charger.encryption()):
        assert await charger.boot() == "Accepted"
    # Who gives up the certificate is let in as before.
    await choose(hass, running, "0")
    await hass.async_block_till_done()
    async with reconnected(charger, plain):
        assert await charger.boot() == "Accepted"


async def test_a_revoked_certificate_ends_its_connection_for_good(
    hass: HomeAssistant, running: MockConfigEntry, plain: str, encrypted: str
) -> None:
    async with certified(hass, running, plain) as charger:
        tls = charger.encryption()
    async with reconnected(charger, encrypted, tls):
        await charger.boot()
        await act_on(hass, "revoke_certificates")
        await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    assert await is_refused(encrypted, tls) == 403
    assert await hass.config_entries.async_reload(running.entry_id)
    assert await is_refused(encrypted, tls) == 403
    # By another way, it gets another certificate.
    await choose(hass, running, "0")
    await hass.async_block_till_done()
    async with reconnected(charger, plain):
        await charger.boot()
        before = charger.certificate
        flow = await choose(hass, running, "3")
        await submit(hass, flow, request_certificate=True)
        await until(lambda: charger.certificate != before)
    await hass.async_block_till_done()
    assert await is_refused(encrypted, tls) == 403
    async with reconnected(charger, encrypted, charger.encryption()):
        assert await charger.boot() == "Accepted"


async def test_another_password_ends_the_connection(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    password = await ask_for_password(hass, running, "1")
    async with simulated_charger(plain, "CP1", password=password) as charger:
        await charger.boot()
        await choose(hass, running, "0")
        await ask_for_password(hass, running, "1")
        await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")


async def test_a_replaced_certificate_is_refused_once_the_new_one_was_used(
    hass: HomeAssistant, running: MockConfigEntry, plain: str, encrypted: str
) -> None:
    async with certified(hass, running, plain) as charger:
        old = charger.encryption()
    async with reconnected(charger, encrypted, old):
        await charger.boot()
        before = charger.certificate
        await act_on(hass, "renew_certificate")
        await until(lambda: charger.certificate != before)
    # It may have been switched off before it took the new one.
    assert await hass.config_entries.async_reload(running.entry_id)
    async with reconnected(charger, encrypted, old):
        assert await charger.boot() == "Accepted"
    async with reconnected(charger, encrypted, charger.encryption()):
        assert await charger.boot() == "Accepted"
    assert await is_refused(encrypted, old) == 403
    assert await hass.config_entries.async_reload(running.entry_id)
    assert await is_refused(encrypted, old) == 403
    async with reconnected(charger, encrypted, charger.encryption()):
        assert await charger.boot() == "Accepted"


@asynccontextmanager
async def certified(
    hass: HomeAssistant, entry: MockConfigEntry, url: str
) -> AsyncIterator[SecureCharger]:
    """Connect a charger that has got its certificate, and needs it from now on."""
    async with secure_charger(url) as charger:
        await charger.boot()
        await act_on(hass, "install_certificate")
        flow = await choose(hass, entry, "3")
        await submit(hass, flow, request_certificate=True)
        await until(lambda: charger.certificate is not None)
        await hass.async_block_till_done()
        yield charger


async def act_on(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Call an action that answers nothing."""
    await hass.services.async_call(
        DOMAIN, action, {"devid": "CP1", **data}, blocking=True
    )


async def test_a_charger_that_cannot_ask_for_a_certificate(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    flow = await choose(hass, running, "3")
    flow = await submit(hass, flow, request_certificate=True)
    assert flow["errors"] == {"request_certificate": "not_connected"}
    async with connect() as charger:
        charger.statuses["ExtendedTriggerMessage"] = "NotImplemented"
        await until(lambda: running.runtime_data.chargers["CP1"].station.connected)
        flow = await submit(hass, flow, request_certificate=True)
        assert flow["errors"] == {"request_certificate": "certificate_refused"}
        result = await submit(hass, flow, request_certificate=False)
        assert result["reason"] == "reconfigure_successful"


class TestActions:
    """Actions for automations that manage security."""

    @pytest.fixture
    async def charger(
        self, hass: HomeAssistant, running: MockConfigEntry, plain: str
    ) -> AsyncIterator[SecureCharger]:
        """A charger with a store for certificates."""
        async with secure_charger(plain) as charger:
            await charger.boot()
            yield charger

    async def test_root_certificates_come_and_go(
        self, hass: HomeAssistant, charger: SecureCharger
    ) -> None:
        ours = {"devid": "CP1", "certificate_type": "central_system_root"}
        found = await act(hass, "get_installed_certificates", **ours)
        assert found == {"certificates": []}
        await act_on(hass, "install_certificate")
        await act_on(hass, "install_certificate", certificate=authority().pem)
        found = await act(hass, "get_installed_certificates", **ours)
        own, other = found["certificates"]
        assert own.pop("home_assistant") is True
        assert other.pop("home_assistant") is False
        await act_on(hass, "delete_certificate", **other)
        assert len(charger.roots["CentralSystemRootCertificate"]) == 1
        await act_on(hass, "delete_certificate", **other)
        assert len(charger.roots["CentralSystemRootCertificate"]) == 1

    async def test_another_kind_of_root_certificate(
        self, hass: HomeAssistant, charger: SecureCharger
    ) -> None:
        kind = {"certificate_type": "manufacturer_root"}
        pem = authority().pem
        await act_on(hass, "install_certificate", certificate=pem, **kind)
        assert list(charger.roots) == ["ManufacturerRootCertificate"]
        found = await act(hass, "get_installed_certificates", devid="CP1", **kind)
        assert len(found["certificates"]) == 1

    async def test_what_is_no_certificate_is_not_sent(
        self, hass: HomeAssistant, charger: SecureCharger
    ) -> None:
        with pytest.raises(ServiceValidationError, match="not a certificate"):
            await act_on(hass, "install_certificate", certificate="no certificate")
        assert not charger.roots

    async def test_a_certificate_is_renewed(
        self, hass: HomeAssistant, charger: SecureCharger
    ) -> None:
        await act_on(hass, "renew_certificate")
        await until(lambda: charger.certificate is not None)
        first = charger.certificate
        await act_on(hass, "renew_certificate")
        await until(lambda: charger.certificate != first)

    async def test_the_security_profile_is_raised(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        charger: SecureCharger,
        plain: str,
        encrypted: str,
    ) -> None:
        password = await ask_for_password(hass, running, "1")
        async with reconnected(charger, plain, password=password):
            answer = await act(
                hass, "raise_security_profile", devid="CP1", security_profile="2"
            )
        assert answer == {"reboot_required": False}
        assert charger.settings["SecurityProfile"] == "2"
        await hass.async_block_till_done()
        # Until it has come with encryption, it may come without, even after a restart of ours.
        assert await hass.config_entries.async_reload(running.entry_id)
        async with simulated_charger(plain, "CP1", password=password):
            pass
        tls = await trusting(hass)
        async with simulated_charger(encrypted, "CP1", tls=tls, password=password):
            (id_,) = running.subentries
            await until(lambda: running.subentries[id_].data["security_profile"] == 2)
        assert await is_refused(plain, password=password) == 403
        assert await hass.config_entries.async_reload(running.entry_id)
        assert await is_refused(plain, password=password) == 403

    async def test_the_security_profile_is_raised_to_a_certificate(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        charger: SecureCharger,
        encrypted: str,
    ) -> None:
        """A charger that is asked for its certificate at once."""
        await act_on(hass, "install_certificate")
        await act_on(hass, "renew_certificate")
        await until(lambda: charger.certificate is not None)
        await act_on(hass, "raise_security_profile", security_profile="3")
        await hass.async_block_till_done()
        async with reconnected(charger, encrypted, charger.encryption()):
            assert await charger.boot() == "Accepted"
        await hass.async_block_till_done()
        assert await is_refused(encrypted, await trusting(hass)) == 403

    @pytest.mark.parametrize(
        ("profile", "server_data", "why"),
        [
            ("1", {}, "no password yet"),
            ("2", {}, "no password yet"),
            ("3", {"tls_port": None}, "no port for encrypted connections"),
        ],
    )
    async def test_a_security_profile_that_cannot_be(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        plain: str,
        profile: str,
        server_data: dict[str, Any],
        why: str,
    ) -> None:
        data = {
            key: value for key, value in running.data.items() if key not in server_data
        }
        hass.config_entries.async_update_entry(running, data=data)
        await hass.async_block_till_done()
        with pytest.raises(ServiceValidationError, match=why):
            await act_on(hass, "raise_security_profile", security_profile=profile)

    async def test_a_security_profile_is_not_lowered(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        await ask_for_password(hass, running, "2")
        with pytest.raises(
            ServiceValidationError, match="has to use security profile 2"
        ):
            await act_on(hass, "raise_security_profile", security_profile=1)
        answer = await act(
            hass, "raise_security_profile", devid="CP1", security_profile=2
        )
        assert answer == {"reboot_required": False}

    async def test_a_charger_that_refuses(
        self, hass: HomeAssistant, running: MockConfigEntry, plain: str
    ) -> None:
        password = await ask_for_password(hass, running, "1")
        station = running.runtime_data.chargers["CP1"].station
        async with simulated_charger(plain, "CP1", password=password):
            await until(lambda: station.connected)
            with pytest.raises(HomeAssistantError, match="NotSupported"):
                await act_on(hass, "raise_security_profile", security_profile="2")
        (subentry,) = running.subentries.values()
        assert subentry.data.get("next_security_profile") is None


# Those who try to get in.


async def test_the_owner_is_told_who_tries_in_vain(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    password = await ask_for_password(hass, running, "1")
    for _ in range(5):
        assert issue(hass, "refused_password") is None
        assert await is_refused(plain, password="wrong") == 401
    told = issue(hass, "refused_password")
    assert told is not None
    assert told.translation_placeholders == {
        "address": "127.0.0.1",
        "charger": "CP1",
        "reason": "A device tried to connect as CP1 with a wrong password",
        "url": f"{plain}/",
    }
    async with simulated_charger(plain, "CP1", password=password):
        await until(lambda: issue(hass, "refused_password") is None)


async def test_a_new_password_is_shown_by_the_repair(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    old = await ask_for_password(hass, running, "1")
    for _ in range(5):
        await is_refused(plain, password="wrong")
    result = await choose_way(hass, "refused_password", "not_mine")
    assert result["reason"] == "not_mine"
    form = await choose_way(hass, "refused_password", "new_password")
    password = form["description_placeholders"]["password"]
    assert await is_refused(plain, password=password) == 401
    manager = hass.data[REPAIRS]["flow_manager"]
    result = await manager.async_configure(form["flow_id"], {})
    assert result["reason"] == "password_set"
    assert issue(hass, "refused_password") is not None
    assert await is_refused(plain, password="wrong") == 401
    assert await is_refused(plain, password=old) == 401
    async with simulated_charger(plain, "CP1", password=password):
        await until(lambda: issue(hass, "refused_password") is None)


async def test_a_wrong_password_is_told_no_more_once_its_charger_is_removed(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    await ask_for_password(hass, running, "1")
    for _ in range(5):
        await is_refused(plain, password="wrong")
    assert issue(hass, "refused_password") is not None
    (subentry,) = running.subentries.values()
    hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
    await hass.async_block_till_done()
    assert issue(hass, "refused_password") is None


async def test_the_password_of_a_connected_charger_stays(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    password = await ask_for_password(hass, running, "1")
    station = running.runtime_data.chargers["CP1"].station
    async with simulated_charger(plain, "CP1", password=password):
        await until(lambda: station.connected)
        for _ in range(5):
            await is_refused(plain, password="wrong")
        result = await choose_way(hass, "refused_password", "new_password")
        assert result["reason"] == "connected"
    async with simulated_charger(plain, "CP1", password=password):
        await until(lambda: station.connected)


async def test_strangers_cannot_write_links_into_a_repair(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    for _ in range(5):
        async with connect(
            f"{plain}/%5BCP1%5D%28example.org%29",
            subprotocols=[Subprotocol("ocpp9.9")],
        ) as socket:
            await socket.wait_closed()
    told = issue(hass, "refused_version")
    assert told is not None
    assert told.translation_placeholders is not None
    for text in told.translation_placeholders.values():
        assert not set(text) & set("[]<>`")


async def test_what_was_told_goes_with_the_central_system(
    hass: HomeAssistant, running: MockConfigEntry, plain: str
) -> None:
    await ask_for_password(hass, running, "1")
    for _ in range(5):
        await is_refused(plain, password="wrong")
    assert issue(hass, "refused_password") is not None
    await hass.config_entries.async_unload(running.entry_id)
    assert issue(hass, "refused_password") is None


async def test_there_are_words_for_every_trouble(hass: HomeAssistant) -> None:
    words = await async_get_translations(hass, "en", "issues", [DOMAIN])
    for reason in RefusalReason:
        key = f"component.{DOMAIN}.issues.refused_{reason}"
        described = [f"{key}.description", f"{key}.fix_flow.step.init.description"]
        for name in (f"{key}.title", next(name for name in described if name in words)):
            words[name].format(address="a", charger="c", reason="r", url="ws://a:1/")


async def test_no_secret_leaves_the_house(
    hass: HomeAssistant,
    running: MockConfigEntry,
    plain: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    password = await ask_for_password(hass, running, "1")
    async with secure_charger(plain, password=password) as charger:
        await charger.boot()
        await act_on(hass, "renew_certificate")
        await until(lambda: charger.certificate is not None)
    shown = str(await async_get_config_entry_diagnostics(hass, running))
    for text in (shown, caplog.text):
        assert "PRIVATE KEY" not in text
        assert password not in text
