"""How a limit is told, and remembered."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.capabilities import MIN_CURRENT_A, Purpose, Unit
from custom_components.ocpp.csms.errors import InvalidLimitError
from custom_components.ocpp.csms.limits import (
    PROFILE_LIFETIME,
    RETRY_AFTER,
    STANDING_WAYS,
    TRANSACTION_WAYS,
    Electrics,
    Obedience,
    check,
    profile,
)
from custom_components.ocpp.csms.model import Evse, Limit, Transaction

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SESSION = Transaction("7", 1, None, NOW)
IN_SESSION = Evse(1, transaction=SESSION, limit=Limit(10))
TEN = Limit(10)


@pytest.mark.parametrize("amps", [0, 6, 6.1, 16, 32, 500])
def test_limits_that_can_be(amps: float) -> None:
    check(Limit(amps))


@pytest.mark.parametrize(
    "amps", [-1, 0.1, 3, 5.9, 501, 11000, float("nan"), float("inf")]
)
def test_limits_that_cannot(amps: float) -> None:
    with pytest.raises(InvalidLimitError):
        check(Limit(amps))


@given(
    amps=st.floats(MIN_CURRENT_A, 80),
    unit=st.sampled_from(Unit),
    phases=st.sampled_from([1, 3]),
    way=st.sampled_from([*STANDING_WAYS, *TRANSACTION_WAYS]),
)
def test_a_profile_never_allows_more_than_its_limit(
    amps: float, unit: Unit, phases: int, way: object
) -> None:
    electrics = Electrics(phases=phases, unit=unit)
    told = profile(Limit(amps), way, 1, SESSION, electrics, NOW)  # type: ignore[arg-type]
    per_phase = told.limit if unit is Unit.AMPERE else told.limit / phases / 230
    assert amps - 0.11 <= per_phase <= amps + 1e-6
    assert (told.transaction_id is not None) == (told.purpose is Purpose.TX)


def test_a_session_starts_with_what_expires() -> None:
    first = Obedience().ways(SESSION)[0]
    assert first.purpose is Purpose.TX
    told = profile(TEN, first, 1, SESSION, Electrics(), NOW)
    assert told.starts_at is not None
    assert told.starts_at < NOW
    assert told.duration is not None
    assert told.starts_at + told.duration == NOW + PROFILE_LIFETIME


def test_the_way_that_worked_comes_first_in_the_same_session_only() -> None:
    obedience = Obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[2], 1, SESSION, NOW)
    assert obedience.ways(SESSION)[0] == TRANSACTION_WAYS[2]
    assert set(obedience.ways(SESSION)) == set(TRANSACTION_WAYS)
    assert obedience.ways(Transaction("8", 1, None, NOW)) == list(TRANSACTION_WAYS)


def test_a_limit_in_force_is_not_pending() -> None:
    obedience = Obedience()
    assert obedience.pending(IN_SESSION, NOW)
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW)


def test_a_limit_that_expires_is_renewed_in_time() -> None:
    obedience = Obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(
        IN_SESSION, NOW + PROFILE_LIFETIME / 2 - timedelta(seconds=1)
    )
    assert obedience.pending(IN_SESSION, NOW + PROFILE_LIFETIME / 2)
    obedience.accepted(TEN, TRANSACTION_WAYS[1], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW + timedelta(days=1))


def test_a_new_session_needs_its_own_limit() -> None:
    obedience = Obedience()
    obedience.accepted(TEN, STANDING_WAYS[0], 1, None, NOW)
    assert not obedience.pending(Evse(1, limit=TEN), NOW)
    assert obedience.pending(IN_SESSION, NOW)


def test_a_charger_that_takes_only_defaults_is_content_with_one() -> None:
    obedience = Obedience()
    obedience.accepted(TEN, STANDING_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW)


def test_a_charger_that_refuses_is_left_alone_for_a_while() -> None:
    obedience = Obedience()
    obedience.refused(1, TEN, NOW)
    assert not obedience.pending(IN_SESSION, NOW)
    assert obedience.pending(IN_SESSION, NOW + RETRY_AFTER)
    assert obedience.pending(Evse(1, transaction=SESSION, limit=Limit(12)), NOW)
    obedience.ask_again(1)
    assert obedience.pending(IN_SESSION, NOW)


def test_a_foreign_profile_is_left_in_force() -> None:
    evse = Evse(1, transaction=SESSION, limit=TEN, foreign_profile=True)
    assert not Obedience().pending(evse, NOW)


def test_nothing_is_in_force_after_a_reboot() -> None:
    obedience = Obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    obedience.forget()
    assert obedience.in_force(1, SESSION) is None
    assert obedience.pending(IN_SESSION, NOW)
