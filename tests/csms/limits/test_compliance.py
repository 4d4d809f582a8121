"""Which ways of telling a charger are tried, and what is remembered of them."""

from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    Kind,
    Purpose,
    Unit,
)
from custom_components.ocpp.csms.limits.charging_profile import Electrics, profile
from custom_components.ocpp.csms.limits.compliance import (
    ENOUGH_REFUSALS,
    FIRST_RETRY,
    LAST_RETRY,
    Experience,
    Obedience,
)
from custom_components.ocpp.csms.limits.profile_variants import (
    PROFILE_LIFETIME,
    standing_ways,
    transaction_ways,
)
from custom_components.ocpp.csms.model import Evse, Limit, Transaction

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SESSION = Transaction("7", 1, None, NOW)
IN_SESSION = Evse(1, transaction=SESSION, limit=Limit(10))
TEN = Limit(10)
USUAL = Capabilities()
STANDING_WAYS = standing_ways(USUAL)
TRANSACTION_WAYS = transaction_ways(USUAL)


def _obedience(experience: Experience | None = None) -> Obedience:
    return Obedience(USUAL, experience)


def test_only_what_a_charger_can_take_is_tried() -> None:
    knows = Capabilities(
        purposes=(Purpose.TX_DEFAULT,),
        kinds=(Kind.ABSOLUTE,),
        units=(Unit.WATT,),
        start_schedule=False,
    )
    (only,) = transaction_ways(knows)
    assert only == standing_ways(knows)[0]
    assert (only.unit, only.starts, only.lifetime) == (Unit.WATT, False, None)


def test_the_ways_all_differ_and_only_one_respect_is_varied_at_a_time() -> None:
    can_all = Capabilities(stack_levels=(0, 8))
    ways = transaction_ways(can_all)
    assert len(set(ways)) == len(ways) < 20
    assert ways[0].purpose is Purpose.TX
    assert {way.stack_level for way in ways} == {0, 8}
    assert not any(
        way.kind is Kind.RELATIVE
        for way in ways
        if way.purpose is Purpose.CHARGE_POINT_MAX
    )


def test_a_session_starts_with_what_expires() -> None:
    first = _obedience().ways(SESSION)[0]
    assert first.purpose is Purpose.TX
    told = profile(TEN, first, 1, SESSION, Electrics(), NOW)
    assert told.starts_at is not None
    assert told.starts_at < NOW
    assert told.duration is not None
    assert told.starts_at + told.duration == NOW + PROFILE_LIFETIME


def test_the_way_that_worked_comes_first_in_the_same_session_only() -> None:
    obedience = _obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[2], 1, SESSION, NOW)
    assert obedience.ways(SESSION)[0] == TRANSACTION_WAYS[2]
    assert set(obedience.ways(SESSION)) == set(TRANSACTION_WAYS)
    assert obedience.ways(Transaction("8", 1, None, NOW)) == list(TRANSACTION_WAYS)


def test_a_limit_in_force_is_not_pending() -> None:
    obedience = _obedience()
    assert obedience.pending(IN_SESSION, NOW)
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW)


def test_a_limit_that_expires_is_renewed_in_time() -> None:
    obedience = _obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(
        IN_SESSION, NOW + PROFILE_LIFETIME / 2 - timedelta(seconds=1)
    )
    assert obedience.pending(IN_SESSION, NOW + PROFILE_LIFETIME / 2)
    obedience.accepted(TEN, TRANSACTION_WAYS[1], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW + timedelta(days=1))


def test_a_new_session_needs_its_own_limit() -> None:
    obedience = _obedience()
    obedience.accepted(TEN, STANDING_WAYS[0], 1, None, NOW)
    assert not obedience.pending(Evse(1, limit=TEN), NOW)
    assert obedience.pending(IN_SESSION, NOW)


def test_a_charger_that_takes_only_defaults_is_content_with_one() -> None:
    obedience = _obedience()
    obedience.accepted(TEN, STANDING_WAYS[0], 1, SESSION, NOW)
    assert not obedience.pending(IN_SESSION, NOW)


def test_a_charger_that_refuses_is_left_alone_for_a_while() -> None:
    obedience = _obedience()
    obedience.refused(1, TEN, NOW)
    assert not obedience.pending(IN_SESSION, NOW)
    assert obedience.pending(IN_SESSION, NOW + FIRST_RETRY)
    assert obedience.pending(Evse(1, transaction=SESSION, limit=Limit(12)), NOW)
    obedience.ask_again(1)
    assert obedience.pending(IN_SESSION, NOW)


def test_a_foreign_profile_is_left_in_force() -> None:
    evse = Evse(1, transaction=SESSION, limit=TEN, foreign_profile=True)
    assert not _obedience().pending(evse, NOW)


def test_nothing_is_in_force_after_a_reboot() -> None:
    obedience = _obedience()
    obedience.accepted(TEN, TRANSACTION_WAYS[0], 1, SESSION, NOW)
    obedience.forget()
    assert obedience.in_force(1, SESSION) is None
    assert obedience.pending(IN_SESSION, NOW)


def test_a_charger_that_goes_on_refusing_is_asked_less_and_less_often() -> None:
    obedience = _obedience()
    for _ in range(3):
        obedience.refused(1, TEN, NOW)
    assert not obedience.pending(IN_SESSION, NOW + 3 * FIRST_RETRY)
    assert obedience.pending(IN_SESSION, NOW + 4 * FIRST_RETRY)
    for _ in range(20):
        obedience.refused(1, TEN, NOW)
    assert obedience.pending(IN_SESSION, NOW + LAST_RETRY)


def test_a_way_that_is_always_refused_comes_after_the_others() -> None:
    obedience = _obedience()
    for number in range(ENOUGH_REFUSALS):
        session = Transaction(str(number), 1, None, NOW)
        assert obedience.ways(session)[0] == TRANSACTION_WAYS[0]
        obedience.accepted(
            TEN, TRANSACTION_WAYS[1], 1, session, NOW, TRANSACTION_WAYS[:1]
        )
    again = _obedience(obedience.experience)
    assert again.ways(SESSION)[0] == TRANSACTION_WAYS[1]
    again.unlearn()
    assert again.ways(SESSION)[0] == TRANSACTION_WAYS[0]


def test_after_a_way_that_is_ignored_come_those_that_differ_most() -> None:
    obedience = _obedience()
    obedience.found_ignored(1, TRANSACTION_WAYS[0])
    ways = obedience.ways(SESSION)
    assert ways[0].form != TRANSACTION_WAYS[0].form
    assert {way.form for way in ways[-2:]} == {TRANSACTION_WAYS[0].form}
    assert obedience.is_ignored(TRANSACTION_WAYS[1])


def test_flash_is_spared_but_not_at_the_cost_of_safety() -> None:
    defaults = Capabilities(purposes=(Purpose.TX_DEFAULT,), write_interval_s=30)
    obedience = Obedience(defaults)
    obedience.accepted(TEN, STANDING_WAYS[0], 1, SESSION, NOW)
    soon, later = NOW + timedelta(seconds=29), NOW + timedelta(seconds=30)
    higher = Evse(1, transaction=SESSION, limit=Limit(12))
    assert not obedience.pending(higher, soon)
    assert obedience.pending(higher, later)
    assert obedience.pending(Evse(1, transaction=SESSION, limit=Limit(8)), soon)
