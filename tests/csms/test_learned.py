"""The delay of answers is learned of calls that are repeated although they were answered."""

from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.learned.delay import LEARNED_DELAY_S, LearnedDelay
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.repeated_calls import RepeatedCalls
from custom_components.ocpp.csms.versions.v16 import VERSION

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _after(signs: int, learned: LearnedDelay | None = None) -> LearnedDelay:
    learned = learned or LearnedDelay()
    for number in range(signs):
        learned = learned.noticing(NOW + timedelta(minutes=number))
    return learned


def test_answers_wait_once_several_went_unnoticed() -> None:
    assert _after(2).delay_s(NOW) is None
    assert _after(3).delay_s(NOW + timedelta(minutes=5)) == LEARNED_DELAY_S


def test_answers_wait_no_longer_where_that_is_of_no_use() -> None:
    later = NOW + timedelta(hours=1)
    assert _after(5).delay_s(later) == LEARNED_DELAY_S
    assert _after(6).delay_s(later) is None
    assert _after(12).delay_s(later) is None
    # It is tried again when some time has gone by.
    again = _after(6)
    for _ in range(3):
        again = again.noticing(NOW + timedelta(days=2))
    assert again.delay_s(NOW + timedelta(days=2)) == LEARNED_DELAY_S


def test_what_happens_now_and_then_is_no_sign() -> None:
    learned = LearnedDelay()
    for day in range(10):
        learned = learned.noticing(NOW + timedelta(days=2 * day))
    assert learned == LearnedDelay(signs=1, last_sign=NOW + timedelta(days=18))


def test_what_was_learned_is_not_for_ever() -> None:
    learned = _after(3)
    assert learned.delay_s(NOW + timedelta(days=1)) is None


def _signs(*calls: tuple[float, str, str], status: str = "Accepted") -> int:
    repeated = RepeatedCalls(VERSION.repetitions)
    answer: Payload = {"status": status, "idTagInfo": {"status": status}}
    return sum(
        repeated.take(action, {"x": told}, answer, at_s) for at_s, action, told in calls
    )


def test_only_calls_of_one_content_soon_after_each_other_are_repeated() -> None:
    start, authorize, boot = "StartTransaction", "Authorize", "BootNotification"
    assert _signs((0, start, "a"), (60, start, "a")) == 1
    assert _signs((0, start, "a"), (1, "Heartbeat", ""), (2, start, "a")) == 1
    assert _signs((0, start, "a"), (1, start, "a"), (2, start, "a")) == 1
    assert _signs((0, start, "a"), (1, start, "b"), (2, start, "c")) == 0
    assert _signs((0, start, "a"), (1000, start, "a")) == 0
    assert _signs((0, authorize, "a"), (2, authorize, "a")) == 1
    assert _signs((0, authorize, "a"), (60, authorize, "a")) == 0
    assert _signs((0, authorize, "a"), (5, start, "b"), (8, authorize, "a")) == 0
    assert _signs((0, boot, "a"), (10, boot, "a")) == 0
    assert _signs((0, boot, "a"), (10, boot, "a"), (20, boot, "a")) == 1
    assert _signs((0, "MeterValues", "a"), (1, "MeterValues", "a")) == 0


def test_what_was_refused_is_tried_again_by_anybody() -> None:
    authorize = (0, "Authorize", "a"), (2, "Authorize", "a")
    assert _signs(*authorize, status="Invalid") == 0
    assert (
        _signs(*[(at, "BootNotification", "a") for at in range(5)], status="Pending")
        == 0
    )
