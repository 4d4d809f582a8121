"""Variants of profiles: which are tried, and what is remembered of them."""

from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    Kind,
    Purpose,
    Unit,
)
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.limits.charging_profile import Electrics, profile
from custom_components.ocpp.csms.limits.compliance import (
    ENOUGH_REFUSALS,
    ProfileCompliance,
)
from custom_components.ocpp.csms.limits.learned_compliance import LearnedCompliance
from custom_components.ocpp.csms.limits.patience.backoff import FIRST_RETRY, LAST_RETRY
from custom_components.ocpp.csms.limits.profile_variants import (
    PROFILE_LIFETIME,
    standing_variants,
    transaction_variants,
)
from custom_components.ocpp.csms.model import Evse, Limit

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SESSION = Transaction("7", 1, None, NOW)
IN_SESSION = Evse(1, transaction=SESSION, limit=Limit(10))
TEN = Limit(10)
USUAL = Capabilities()
STANDING_VARIANTS = standing_variants(USUAL)
TRANSACTION_VARIANTS = transaction_variants(USUAL)


def _compliance(
    learned_compliance: LearnedCompliance | None = None,
) -> ProfileCompliance:
    return ProfileCompliance(USUAL, learned_compliance, lambda: NOW)


def _is_pending(compliance: ProfileCompliance, evse: Evse, now: datetime) -> bool:
    """Return whether an EVSE's own limit must be sent."""
    assert evse.limit is not None
    return compliance.pending(evse, evse.limit, now)


def test_only_what_a_charger_can_take_is_tried() -> None:
    knows = Capabilities(
        purposes=(Purpose.TX_DEFAULT,),
        kinds=(Kind.ABSOLUTE,),
        units=(Unit.WATT,),
        start_schedule=False,
        duration=False,
    )
    (only,) = transaction_variants(knows)
    assert only == standing_variants(knows)[0]
    assert (only.unit, only.starts, only.lifetime) == (Unit.WATT, False, None)


def test_the_ways_all_differ_and_only_one_respect_is_varied_at_a_time() -> None:
    can_all = Capabilities(stack_levels=(0, 8))
    variants = transaction_variants(can_all)
    assert len(set(variants)) == len(variants) < 20
    assert variants[0].purpose is Purpose.TX
    assert {variant.stack_level for variant in variants} == {0, 8}
    assert not any(
        variant.kind is Kind.RELATIVE
        for variant in variants
        if variant.purpose is Purpose.CHARGE_POINT_MAX
    )


def test_a_session_starts_with_what_expires() -> None:
    first = _compliance().variants(SESSION)[0]
    assert first.purpose is Purpose.TX
    told = profile(TEN, first, 1, SESSION, Electrics(), NOW)
    assert told.starts_at is not None
    assert told.starts_at < NOW
    assert told.duration is not None
    assert told.starts_at + told.duration == NOW + PROFILE_LIFETIME


def test_the_way_that_worked_comes_first_in_the_same_session_only() -> None:
    compliance = _compliance()
    compliance.accepted(TEN, TRANSACTION_VARIANTS[2], 1, SESSION, NOW)
    assert compliance.variants(SESSION)[0] == TRANSACTION_VARIANTS[2]
    assert set(compliance.variants(SESSION)) == set(TRANSACTION_VARIANTS)
    assert compliance.variants(Transaction("8", 1, None, NOW)) == list(
        TRANSACTION_VARIANTS
    )


def test_a_limit_in_force_is_not_pending() -> None:
    compliance = _compliance()
    assert _is_pending(compliance, IN_SESSION, NOW)
    compliance.accepted(TEN, TRANSACTION_VARIANTS[0], 1, SESSION, NOW)
    assert not _is_pending(compliance, IN_SESSION, NOW)


def test_a_limit_that_expires_is_renewed_in_time() -> None:
    compliance = _compliance()
    compliance.accepted(TEN, TRANSACTION_VARIANTS[0], 1, SESSION, NOW)
    assert not _is_pending(
        compliance, IN_SESSION, NOW + PROFILE_LIFETIME / 2 - timedelta(seconds=1)
    )
    assert _is_pending(compliance, IN_SESSION, NOW + PROFILE_LIFETIME / 2)
    compliance.accepted(TEN, TRANSACTION_VARIANTS[1], 1, SESSION, NOW)
    assert not _is_pending(compliance, IN_SESSION, NOW + timedelta(days=1))


def test_a_new_session_needs_its_own_limit() -> None:
    compliance = _compliance()
    compliance.accepted(TEN, STANDING_VARIANTS[0], 1, None, NOW)
    assert not _is_pending(compliance, Evse(1, limit=TEN), NOW)
    assert _is_pending(compliance, IN_SESSION, NOW)


def test_a_charger_that_takes_only_defaults_is_content_with_one() -> None:
    compliance = _compliance()
    compliance.accepted(TEN, STANDING_VARIANTS[0], 1, SESSION, NOW)
    assert not _is_pending(compliance, IN_SESSION, NOW)


def test_a_charger_that_refuses_is_left_alone_for_a_while() -> None:
    compliance = _compliance()
    compliance.refused(1, TEN, SESSION, NOW)
    assert not _is_pending(compliance, IN_SESSION, NOW)
    assert _is_pending(compliance, IN_SESSION, NOW + FIRST_RETRY)
    assert _is_pending(compliance, Evse(1, transaction=SESSION, limit=Limit(12)), NOW)
    compliance.ask_again(1)
    assert _is_pending(compliance, IN_SESSION, NOW)


def test_a_external_profile_is_left_in_force() -> None:
    evse = Evse(1, transaction=SESSION, limit=TEN, external_profile=True)
    assert not _is_pending(_compliance(), evse, NOW)


def test_nothing_is_in_force_after_a_reboot() -> None:
    compliance = _compliance()
    compliance.accepted(TEN, TRANSACTION_VARIANTS[0], 1, SESSION, NOW)
    compliance.forget()
    assert compliance.in_force(1, SESSION) is None
    assert _is_pending(compliance, IN_SESSION, NOW)


def test_what_is_refused_outside_of_a_session_is_tried_within_one() -> None:
    compliance = _compliance()
    compliance.refused(1, TEN, None, NOW)
    assert not _is_pending(compliance, Evse(1, limit=TEN), NOW)
    assert _is_pending(compliance, IN_SESSION, NOW)


def test_a_charger_that_goes_on_refusing_is_asked_less_and_less_often() -> None:
    compliance = _compliance()
    for _ in range(3):
        compliance.refused(1, TEN, SESSION, NOW)
    assert not _is_pending(compliance, IN_SESSION, NOW + 3 * FIRST_RETRY)
    assert _is_pending(compliance, IN_SESSION, NOW + 4 * FIRST_RETRY)
    for _ in range(20):
        compliance.refused(1, TEN, SESSION, NOW)
    assert _is_pending(compliance, IN_SESSION, NOW + LAST_RETRY)


def test_a_way_that_is_always_refused_comes_after_the_others() -> None:
    compliance = _compliance()
    for number in range(ENOUGH_REFUSALS):
        session = Transaction(str(number), 1, None, NOW)
        assert compliance.variants(session)[0] == TRANSACTION_VARIANTS[0]
        compliance.accepted(
            TEN, TRANSACTION_VARIANTS[1], 1, session, NOW, TRANSACTION_VARIANTS[:1]
        )
    again = _compliance(compliance.learned_compliance)
    assert again.variants(SESSION)[0] == TRANSACTION_VARIANTS[1]
    again.unlearn()
    assert again.variants(SESSION)[0] == TRANSACTION_VARIANTS[0]


def test_after_a_way_that_is_ignored_come_those_that_differ_most() -> None:
    compliance = _compliance()
    compliance.found_ignored(1, TRANSACTION_VARIANTS[0])
    variants = compliance.variants(SESSION)
    assert variants[0].form != TRANSACTION_VARIANTS[0].form
    assert {variant.form for variant in variants[-2:]} == {TRANSACTION_VARIANTS[0].form}
    assert compliance.is_ignored(TRANSACTION_VARIANTS[1])


def test_flash_is_spared_but_not_at_the_cost_of_safety() -> None:
    defaults = Capabilities(purposes=(Purpose.TX_DEFAULT,), write_interval_s=30)
    compliance = ProfileCompliance(defaults)
    compliance.accepted(TEN, STANDING_VARIANTS[0], 1, SESSION, NOW)
    soon, later = NOW + timedelta(seconds=29), NOW + timedelta(seconds=30)
    higher = Evse(1, transaction=SESSION, limit=Limit(12))
    assert not _is_pending(compliance, higher, soon)
    assert _is_pending(compliance, higher, later)
    assert _is_pending(compliance, Evse(1, transaction=SESSION, limit=Limit(8)), soon)


def test_what_was_ignored_in_one_bad_hour_is_tried_again() -> None:
    ahead = timedelta()
    compliance = ProfileCompliance(USUAL, clock=lambda: NOW + ahead)
    expires = TRANSACTION_VARIANTS[0]
    compliance.found_ignored(1, expires)
    assert compliance.variants(SESSION)[0] != expires
    ahead = timedelta(hours=18)
    assert compliance.variants(SESSION)[0] == expires
    # Found anew, it holds for longer.
    compliance.found_ignored(1, expires)
    ahead += timedelta(hours=18)
    assert compliance.variants(SESSION)[0] != expires
    ahead += timedelta(hours=18)
    assert compliance.variants(SESSION)[0] == expires


def test_nothing_that_was_found_holds_for_ever() -> None:
    ahead = timedelta()
    compliance = ProfileCompliance(USUAL, clock=lambda: NOW + ahead)
    for _ in range(30):
        compliance.found_ignored(1, TRANSACTION_VARIANTS[0])
        ahead += timedelta(days=30)
        assert not compliance.is_ignored(TRANSACTION_VARIANTS[0])


def test_a_variant_that_was_refused_long_ago_is_tried_again() -> None:
    ahead = timedelta()
    compliance = ProfileCompliance(USUAL, clock=lambda: NOW + ahead)
    for number in range(ENOUGH_REFUSALS):
        session = Transaction(str(number), 1, None, NOW)
        compliance.accepted(
            TEN, TRANSACTION_VARIANTS[1], 1, session, NOW, TRANSACTION_VARIANTS[:1]
        )
    assert compliance.variants(SESSION)[0] == TRANSACTION_VARIANTS[1]
    ahead = timedelta(days=2)
    assert compliance.variants(SESSION)[0] == TRANSACTION_VARIANTS[0]


def test_a_variant_that_turns_out_to_be_obeyed_comes_first_again() -> None:
    compliance = ProfileCompliance(USUAL, clock=lambda: NOW)
    compliance.found_ignored(1, TRANSACTION_VARIANTS[0])
    compliance.found_obeyed(TRANSACTION_VARIANTS[1])
    assert compliance.variants(SESSION)[0] == TRANSACTION_VARIANTS[0]
