"""A charger's own certificate is renewed before it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.operations.sign_certificate import (
    REMINDER_INTERVAL,
    is_renewal_due,
)
from custom_components.ocpp.csms.pki.certificate_authority import (
    CLIENT_LIFETIME,
    ORGANISATION,
    RENEWAL,
)
from custom_components.ocpp.csms.pki.certificates import ClientCertificate
from custom_components.ocpp.csms.pki.security_profiles import Access, SecurityProfile
from custom_components.ocpp.csms.station import StationSettings
from custom_components.ocpp.csms.timeouts import Timeouts
from tests.csms.conformance.script import ACCEPTED, Message, running
from tests.pki import authority, charger_context, client_files, encryption
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
