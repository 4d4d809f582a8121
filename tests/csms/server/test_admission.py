"""Admission of chargers, and the limits on repeated attempts."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.pki.certificates import ClientCertificate
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    Credentials,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.server.admission import (
    MAX_ADDRESSES,
    ConnectionLimits,
    ConnectionPolicy,
    ConnectionRequest,
)
from custom_components.ocpp.csms.server.authentication import objection, raised
from custom_components.ocpp.csms.server.refusals import (
    MAX_TOLD,
    RefusalReason,
    RefusedConnection,
)
from custom_components.ocpp.csms.station_settings import StationSettings

PASSWORD = "a1B2c3D4e5F6g7H8i9J0"
DIGEST = PasswordDigest.of(PASSWORD)
HERE, THERE = "10.0.0.1", "10.0.0.2"


def basic(identity: str, password: str = PASSWORD) -> str:
    """Return an Authorization header."""
    return f"Basic {b64encode(f'{identity}:{password}'.encode()).decode()}"


def certificate(identity: str) -> ClientCertificate:
    """Return a charger's certificate."""
    return ClientCertificate(identity, datetime(2030, 1, 1, tzinfo=UTC), "1a")


class AdmissionDesk:
    """A policy, the chargers that it knows, and a clock."""

    def __init__(
        self,
        limits: ConnectionLimits | None = None,
        unknown_chargers: Registration = Registration.PENDING,
    ) -> None:
        """Initialize."""
        self.now = 1000.0
        self.system = CentralSystem()
        self.policy = ConnectionPolicy(
            self.system.stations,
            unknown_chargers,
            limits or ConnectionLimits(),
            lambda: self.now,
        )
        self.told: list[tuple[str, RefusalReason | None]] = []
        self.policy.refused.subscribe(self._hear)

    def _hear(self, address: str, refused: RefusedConnection | None) -> None:
        reason = None if refused is None else refused.reason
        self.told.append((address, reason))

    def add(
        self, identity: str, profile: SecurityProfile = SecurityProfile.PASSWORD
    ) -> None:
        """Set up a charger."""
        self.system.adopt(identity, StationSettings(access=Access(profile, DIGEST)))

    def knock(
        self, identity: str, credentials: Credentials | None = None, address: str = HERE
    ) -> int:
        """ConnectionRequest, and return the HTTP status of the refusal; 101 for none."""
        knock = ConnectionRequest(address, f"/{identity}", credentials or Credentials())
        refusal = self.policy.admit(knock)
        return 101 if refusal is None else refusal.status


PLAIN, TLS = Credentials(), Credentials(encrypted=True)
KEY, TLS_KEY = Credentials(basic("CP1")), Credentials(basic("CP1"), encrypted=True)
WRONG_KEY = Credentials(basic("CP1", "wrong"), encrypted=True)
OWN = Credentials(encrypted=True, certificate=certificate("CP1"))
FOREIGN = Credentials(encrypted=True, certificate=certificate("CP2"))


@pytest.mark.parametrize(
    ("profile", "admitted", "troubles"),
    [
        (SecurityProfile.OPEN, [PLAIN, TLS, KEY, WRONG_KEY, OWN, FOREIGN], {}),
        (
            SecurityProfile.PASSWORD,
            [KEY, TLS_KEY, OWN],
            {
                PLAIN: RefusalReason.PASSWORD,
                TLS: RefusalReason.PASSWORD,
                WRONG_KEY: RefusalReason.PASSWORD,
                FOREIGN: RefusalReason.PASSWORD,
            },
        ),
        (
            SecurityProfile.ENCRYPTED_PASSWORD,
            [TLS_KEY, OWN],
            {
                PLAIN: RefusalReason.UNENCRYPTED,
                KEY: RefusalReason.UNENCRYPTED,
                TLS: RefusalReason.PASSWORD,
                WRONG_KEY: RefusalReason.PASSWORD,
                FOREIGN: RefusalReason.PASSWORD,
            },
        ),
        (
            SecurityProfile.CERTIFICATE,
            [OWN],
            {
                PLAIN: RefusalReason.UNENCRYPTED,
                KEY: RefusalReason.UNENCRYPTED,
                TLS: RefusalReason.CERTIFICATE,
                TLS_KEY: RefusalReason.CERTIFICATE,
                FOREIGN: RefusalReason.CERTIFICATE,
            },
        ),
    ],
)
def test_each_security_profile_asks_for_more(
    profile: SecurityProfile,
    admitted: list[Credentials],
    troubles: dict[Credentials, RefusalReason],
) -> None:
    for credentials in admitted:
        assert objection("CP1", Access(profile, DIGEST), credentials) is None
    for credentials, reason in troubles.items():
        assert objection("CP1", Access(profile, DIGEST), credentials) is reason


def test_a_profile_counts_once_it_was_used() -> None:
    access = Access(
        SecurityProfile.PASSWORD, DIGEST, SecurityProfile.ENCRYPTED_PASSWORD
    )
    assert raised("CP1", access, KEY) == access
    expected = Access(SecurityProfile.ENCRYPTED_PASSWORD, DIGEST)
    assert raised("CP1", access, TLS_KEY) == expected
    assert raised("CP1", expected, TLS_KEY) == expected


def test_a_certificate_that_is_revoked_is_like_none() -> None:
    for certificates in ((), ("2b",)):
        access = Access(SecurityProfile.CERTIFICATE, DIGEST, None, certificates)
        assert objection("CP1", access, OWN) is RefusalReason.CERTIFICATE
        by_password = replace(access, profile=SecurityProfile.ENCRYPTED_PASSWORD)
        assert objection("CP1", by_password, OWN) is RefusalReason.PASSWORD
    for valid in (None, ("1a",), ("2b", "1a")):
        access = Access(SecurityProfile.CERTIFICATE, DIGEST, None, valid)
        assert objection("CP1", access, OWN) is None


def test_a_certificate_replaces_the_ones_before_once_it_is_used() -> None:
    access = Access(SecurityProfile.CERTIFICATE)
    access = access.with_certificate("1a", None)
    assert access.certificates == ("1a",)
    access = access.with_certificate("2b", "9z")
    assert access.certificates == ("1a", "2b")
    assert raised("CP1", access, OWN) == access
    older_first = replace(access, certificates=("0", "1a", "2b"))
    assert raised("CP1", older_first, OWN).certificates == ("1a", "2b")
    # The one in use stays, whatever is asked for and never used.
    for number in range(20):
        access = access.with_certificate(f"{number}", "1a")
    assert access.certificates == ("1a", "17", "18", "19")
    in_use_before = Access().with_certificate("2b", "1a")
    assert in_use_before.certificates == ("1a", "2b")


def test_a_neighbours_wrong_password_locks_nobody_else_out() -> None:
    desk = AdmissionDesk()
    desk.add("CP1")
    desk.add("CP2")
    statuses = [desk.knock("CP1", WRONG_KEY) for _ in range(100)]
    assert set(statuses[:10]) == {401}
    assert set(statuses[10:]) == {429}
    # The right password proves itself, behind the same proxy, too.
    assert desk.knock("CP1", TLS_KEY) == 101
    assert desk.knock("CP1", TLS_KEY, THERE) == 101
    assert desk.knock("CP2", Credentials(basic("CP2"))) == 101
    assert desk.knock("CP1", WRONG_KEY) == 429
    desk.now += 10
    assert desk.knock("CP1", WRONG_KEY) == 401


def test_wrong_passwords_do_not_hide_behind_errors_that_mean_nothing() -> None:
    desk = AdmissionDesk()
    desk.add("CP1")
    for _ in range(5):
        desk.knock("")
    assert desk.told == [(HERE, RefusalReason.IDENTITY)]
    for _ in range(5):
        desk.knock("")
        desk.knock("CP1", WRONG_KEY)
    assert desk.told[1:] == [(HERE, None), (HERE, RefusalReason.PASSWORD)]
    for number in range(MAX_TOLD):
        for _ in range(5):
            desk.knock("", address=f"10.0.1.{number}")
    for _ in range(5):
        desk.knock("CP1", WRONG_KEY, THERE)
    assert desk.told[-2:] == [("10.0.1.0", None), (THERE, RefusalReason.PASSWORD)]


def test_wrong_passwords_are_not_forgotten_for_errors_that_mean_nothing() -> None:
    desk = AdmissionDesk()
    desk.add("CP1")
    for number in range(5):
        desk.knock("CP1", WRONG_KEY)
        for other in range(MAX_ADDRESSES):
            desk.knock("", address=f"2001:db8:{number}::{other:x}")
    assert desk.told == [(HERE, RefusalReason.PASSWORD)]


def test_an_address_that_connects_all_the_time_is_held_up() -> None:
    desk = AdmissionDesk()
    admitted = sum(desk.policy.may_connect(HERE) for _ in range(5000))
    assert admitted == 600
    assert desk.policy.may_connect(THERE)
    assert desk.told == [(HERE, RefusalReason.CONNECTIONS)]
    desk.now += 60
    assert desk.policy.may_connect(HERE)


def test_a_car_park_comes_back_at_once() -> None:
    """Two hundred chargers behind one router, three times in a row."""
    desk = AdmissionDesk()
    for number in range(200):
        desk.add(f"CP{number}", SecurityProfile.OPEN)
    for _ in range(3):
        for number in range(200):
            assert desk.policy.may_connect(HERE)
            assert desk.knock(f"CP{number}") == 101
    assert not desk.told


def test_one_address_cannot_take_all_the_room_for_unknown_chargers() -> None:
    desk = AdmissionDesk(
        ConnectionLimits(unknown_chargers=100, unknown_chargers_of_address=50)
    )
    statuses = [desk.knock(f"NEW{number}") for number in range(60)]
    assert statuses == [101] * 50 + [503] * 10
    assert desk.knock("NEW", address=THERE) == 101
    assert desk.told == [(HERE, RefusalReason.STRANGERS)]


def test_where_everybody_is_welcome_nobody_is_counted() -> None:
    desk = AdmissionDesk(unknown_chargers=Registration.ACCEPTED)
    assert {desk.knock(f"CP{number}") for number in range(1000)} == {101}


def test_the_owner_hears_of_it_until_it_stops() -> None:
    desk = AdmissionDesk()
    desk.add("CP1")
    for _ in range(5):
        desk.knock("CP1", WRONG_KEY)
    desk.knock("")
    assert desk.told == [(HERE, RefusalReason.PASSWORD)]
    desk.now += 901
    desk.policy.tidy()
    assert desk.told[1:] == [(HERE, None)]


def test_no_attack_makes_it_grow_without_end(caplog: pytest.LogCaptureFixture) -> None:
    desk = AdmissionDesk()
    desk.add("CP1")
    for number in range(MAX_ADDRESSES * 3):
        address = f"2001:db8::{number:x}"
        desk.policy.may_connect(address)
        desk.knock("CP1", WRONG_KEY, address)
        desk.knock(f"NEW{number}" * 50, address=address)
    assert len(caplog.records) == 1000
    assert len(desk.told) == 0


@pytest.mark.parametrize("secret", [PASSWORD, basic("CP1")])
def test_no_refusal_tells_a_secret(
    caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    desk = AdmissionDesk()
    desk.add("CP1", SecurityProfile.CERTIFICATE)
    for credentials in (PLAIN, KEY, TLS_KEY, WRONG_KEY, FOREIGN):
        desk.knock("CP1", credentials)
    assert "with the certificate of CP2" in caplog.text
    assert secret not in caplog.text


def test_all_chargers_come_back_at_once_from_behind_one_router() -> None:
    desk = AdmissionDesk()
    for number in range(1000):
        desk.add(f"CP{number}", SecurityProfile.OPEN)
    for _ in range(3):
        assert all(desk.policy.may_connect(HERE) for _ in range(1000))
        desk.now += 10
    assert desk.told == []
    assert sum(desk.policy.may_connect(HERE) for _ in range(9000)) < 3000
    desk.now += 60
    assert all(desk.policy.may_connect(HERE) for _ in range(3000))


def test_nobody_connects_more_often_where_there_are_few_chargers() -> None:
    desk = AdmissionDesk()
    for number in range(50):
        desk.add(f"CP{number}", SecurityProfile.OPEN)
    assert sum(desk.policy.may_connect(HERE) for _ in range(9000)) == 600 + 3 * 50
