"""So much in a second, and a store for bursts."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.allowances.rate_limit import TokenBucket

PAUSES_S = st.lists(st.floats(0, 10), max_size=50)


@given(PAUSES_S, st.floats(0.1, 100), st.integers(1, 20))
def test_never_more_than_the_store_and_what_has_flowed_in(
    pauses_s: list[float], per_second: float, burst: int
) -> None:
    bucket = TokenBucket(per_second, burst, 0.0)
    now = taken = 0.0
    for pause_s in pauses_s:
        now += pause_s
        left = not bucket.is_empty(now)
        assert bucket.take(now) is left
        taken += left
        assert taken <= burst + per_second * now + 1e-6


@given(st.integers(1, 300), st.floats(1, 100), st.integers(1, 20))
def test_who_waits_as_long_as_told_keeps_the_pace(
    uses: int, per_second: float, burst: int
) -> None:
    bucket = TokenBucket(per_second, burst, 0.0)
    now = 0.0
    for _ in range(uses):
        now += bucket.delay_s(now)
    assert now == pytest.approx(max(0.0, (uses - burst) / per_second))


def test_a_clock_that_stands_still_gives_nothing() -> None:
    bucket = TokenBucket(1, 1, 5.0)
    assert bucket.take(5.0)
    assert not bucket.take(5.0)
    assert not bucket.take(4.0)
    assert bucket.take(6.0)


def test_who_never_waits_leaves_a_short_wait_behind() -> None:
    bucket = TokenBucket(10, 20, 0.0)
    assert max(bucket.delay_s(0.0, 90) for _ in range(100)) == 2
    assert bucket.delay_s(2.0) == pytest.approx(0.1)
