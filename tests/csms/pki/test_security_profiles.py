"""Passwords of chargers."""

from base64 import b64encode

from hypothesis import given, strategies as st
import pytest
from websockets.exceptions import InvalidStatus

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    Credentials,
    PasswordDigest,
    SecurityProfile,
    authorization_key,
    new_password,
)
from custom_components.ocpp.csms.server.authentication import objection
from custom_components.ocpp.csms.server.refusals import RefusalReason
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.charger import simulated_charger

SECRET = "a1B2c3D4e5F6g7H8i9J0"
DIGEST = PasswordDigest.of(SECRET)
ACCESS = Access(SecurityProfile.PASSWORD, DIGEST)


def _basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


def is_password_right(header: str | None, identity: str = "CP1") -> bool:
    """Return whether a header authenticates the charger."""
    reason = objection(identity, ACCESS, Credentials(header))
    assert reason in (None, RefusalReason.PASSWORD)
    return reason is None


@pytest.mark.parametrize(
    "header",
    [
        _basic(f"CP1:{SECRET}"),
        _basic(f"CP1:{SECRET}").replace("Basic", "basic"),
        pytest.param(_basic(f"CP1:{authorization_key(SECRET)}"), id="in digits"),
        pytest.param(
            _basic(f"CP1:{authorization_key(SECRET).upper()}"), id="in large digits"
        ),
    ],
)
def test_the_right_password(header: str) -> None:
    assert is_password_right(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Bearer x",
        _basic("CP1"),
        _basic("CP1:"),
        _basic("CP1:wrong"),
        _basic(f"CP2:{SECRET}"),
        _basic(f"CP1:{SECRET} "),
        pytest.param(_basic(f"CP1:{DIGEST.digest}"), id="the digest"),
    ],
)
def test_a_wrong_password(header: str | None) -> None:
    assert not is_password_right(header)


@given(st.text())
def test_any_header_is_an_answer(header: str) -> None:
    assert not is_password_right(header)


def test_an_identity_may_contain_colons() -> None:
    assert is_password_right(_basic(f"AA:BB:CC:{SECRET}"), "AA:BB:CC")
    assert not is_password_right(_basic(f"AA:BB:CC:{SECRET}"), "AA")


def test_passwords_are_long_and_never_the_same() -> None:
    passwords = {new_password() for _ in range(100)}
    assert len(passwords) == 100
    assert all(len(password) == 20 and password.isalnum() for password in passwords)
    assert len(authorization_key(new_password())) == 40


def test_the_same_password_looks_different_in_each_place() -> None:
    assert PasswordDigest.of(SECRET) != DIGEST
    assert SECRET not in repr(DIGEST)


async def test_only_who_knows_the_password_connects(
    central_system: CentralSystem, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    central_system.adopt("CP1", StationSettings(access=ACCESS))
    async with simulated_charger(url, "CP1", password=SECRET) as charger:
        assert await charger.boot() == "Accepted"
        for password in (None, "wrong"):
            with pytest.raises(InvalidStatus) as refusal:
                async with simulated_charger(url, "CP1", password=password):
                    pass
            assert refusal.value.response.status_code == 401
            assert "WWW-Authenticate" in refusal.value.response.headers
        # Whoever knocks in its name does not cut its connection.
        await charger.heartbeat()
    async with simulated_charger(url, "CP2") as other:
        assert await other.boot() == "Accepted"
    assert SECRET not in caplog.text
    assert "A device tried to connect as CP1 with a wrong password" in caplog.text


async def test_a_password_can_be_changed_while_connected(
    central_system: CentralSystem, url: str
) -> None:
    station = central_system.adopt("CP1", StationSettings(access=ACCESS))
    async with simulated_charger(url, "CP1", password=SECRET):
        station.configure(
            StationSettings(
                access=Access(SecurityProfile.PASSWORD, PasswordDigest.of("another"))
            )
        )
    with pytest.raises(InvalidStatus):
        async with simulated_charger(url, "CP1", password=SECRET):
            pass
    async with simulated_charger(url, "CP1", password="another") as charger:
        assert await charger.boot() == "Accepted"
