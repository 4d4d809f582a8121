"""A charger's own certificate is renewed before it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import CertificateNotRenewedError
from custom_components.ocpp.csms.operations.sign_certificate import (
    REMINDER_INTERVAL,
    is_renewal_due,
    renew,
)
from custom_components.ocpp.csms.pki.certificate_authority import (
    CLIENT_LIFETIME,
    ORGANISATION,
    RENEWAL,
)
from custom_components.ocpp.csms.pki.certificates import ClientCertificate
from custom_components.ocpp.csms.pki.security_profiles import Access, SecurityProfile
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.csms.conformance.peer import ACCEPTED, Message
from tests.csms.conformance.script import running
from tests.pki import (
    authority,
    charger_context,
    client_files,
    encryption,
    odd_version,
    pem,
    signing_request,
)
from tests.simulator.secure_charger import secure_charger
from tests.timers import Timers
from tests.waiting import until

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [
        (RENEWAL + timedelta(seconds=1), None, False),
        (RENEWAL, None, True),
        (RENEWAL, REMINDER_INTERVAL - timedelta(seconds=1), False),
        (RENEWAL, REMINDER_INTERVAL, True),
        (-timedelta(days=1), None, True),
    ],
)
def test_when_a_certificate_must_be_renewed(
    left: timedelta, reminded: timedelta | None, due: bool
) -> None:
    certificate = ClientCertificate("CP1", NOW + left, "1a")
    reminded_at = None if reminded is None else NOW - reminded
    assert is_renewal_due(certificate, reminded_at, NOW) is due
    assert not is_renewal_due(None, reminded_at, NOW)


@pytest.mark.parametrize("organisation", [None, "", "Charging Club"])
async def test_a_charger_is_asked_to_renew_its_certificate(
    organisation: str | None,
) -> None:
    tls = encryption(asks_for_certificates=True)
    signed_at = datetime.now(UTC) - CLIENT_LIFETIME + RENEWAL
    key: Message = {"key": "CpoName", "readonly": False}
    if organisation is not None:
        key["value"] = organisation
    timeouts = Timeouts(housekeeping_s=0.02, ping_s=0.02)
    async with running(tls, lambda: datetime.now(UTC), timeouts) as bench:
        access = Access(SecurityProfile.CERTIFICATE)
        bench.system.adopt("CP1", StationSettings(access=access))
        with client_files("CP1", authority(), signed_at) as files:
            shown = charger_context(files=files)
        async with bench.connected(shown) as charger:
            charger.answers["ExtendedTriggerMessage"] = ACCEPTED
            charger.answers["GetConfiguration"] = {"configurationKey": [key]}
            await until(lambda: charger.called("ExtendedTriggerMessage"))
            # Without an owner's name, some chargers make no request.
            assert charger.called("ChangeConfiguration") == (
                [] if organisation else [{"key": "CpoName", "value": ORGANISATION}]
            )


@asynccontextmanager
async def _with_authority() -> AsyncIterator[CentralSystem]:
    system = CentralSystem()
    system.certificate_authority = authority()
    system.adopt("CP1")
    await system.start("127.0.0.1", 0)
    yield system
    await system.stop()


@pytest.mark.parametrize("version", [0, 1, 2])
async def test_a_certificate_is_renewed_whatever_version_its_request_has(
    version: int,
) -> None:
    async with (
        _with_authority() as system,
        secure_charger(f"ws://127.0.0.1:{system.port}") as charger,
    ):
        charger.compose = lambda key: odd_version(
            signing_request("CP1", key), key, version
        )
        await charger.boot()
        await renew(system.stations["CP1"])
        assert charger.certificate is not None


@pytest.mark.parametrize(
    ("request_text", "why"),
    [("adsad", "cannot be read"), (pem(signing_request("CP2")), "is for CP2")],
    ids=["unreadable", "another"],
)
async def test_a_request_that_cannot_be_signed_is_rejected_and_told(
    request_text: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        _with_authority() as system,
        secure_charger(f"ws://127.0.0.1:{system.port}") as charger,
    ):
        charger.compose = lambda _: request_text
        await charger.boot()
        assert await charger.request_certificate() == "Rejected"
        assert why in caplog.text
        with pytest.raises(CertificateNotRenewedError, match=why):
            await renew(system.stations["CP1"])
        assert charger.certificate is None


async def test_a_certificate_that_is_not_taken_is_told() -> None:
    async with (
        _with_authority() as system,
        secure_charger(f"ws://127.0.0.1:{system.port}") as charger,
    ):
        # It has forgotten its key by the time at which the certificate comes.
        charger.compose = lambda _: pem(signing_request("CP1"))
        await charger.boot()
        with pytest.raises(CertificateNotRenewedError, match="does not take"):
            await renew(system.stations["CP1"])


async def test_a_charger_that_requests_nothing_is_told(timers: Timers) -> None:
    async with (
        _with_authority() as system,
        secure_charger(f"ws://127.0.0.1:{system.port}") as charger,
    ):
        charger.forgets_to_ask = True
        await charger.boot()
        renewing = asyncio.create_task(renew(system.stations["CP1"]))
        await until(lambda: charger.was_asked)
        # During the first one its answer goes out, and that has come before the second.
        await charger.heartbeat()
        await charger.heartbeat()
        while not renewing.done():
            timers.elapse(Timeouts().certificate_s)
            await charger.heartbeat()
        with pytest.raises(CertificateNotRenewedError, match="has not done so"):
            await renewing
