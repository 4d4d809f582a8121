"""Searches that found nothing, and the time until the next one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from custom_components.ocpp.csms.limits.patience.searches import (
    FIRST_WAIT,
    LONGEST_WAIT,
    VariantSearches,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLACE = (1, True)


def test_the_next_search_waits_for_longer_each_time() -> None:
    searches, now = VariantSearches(), NOON
    assert not searches.is_early(PLACE, now)
    wait = FIRST_WAIT
    for _ in range(20):
        searches.note_vain(PLACE, 10, now)
        assert searches.is_early(PLACE, now + wait - SECOND)
        assert not searches.is_early(PLACE, now + wait)
        now, wait = now + wait, min(2 * wait, LONGEST_WAIT)
    assert wait == LONGEST_WAIT


def test_other_places_do_not_wait() -> None:
    searches = VariantSearches()
    searches.note_vain(PLACE, 10, NOON)
    assert not searches.is_early((1, False), NOON)
    assert not searches.is_early((2, True), NOON)


def test_what_was_found_or_reset_waits_no_more() -> None:
    searches = VariantSearches()
    resets: list[Callable[[], None]] = [
        lambda: searches.note_found(PLACE),
        searches.begin_anew,
    ]
    for reset in resets:
        for _ in range(3):
            searches.note_vain(PLACE, 10, NOON)
        reset()
        assert not searches.is_early(PLACE, NOON)
        searches.note_vain(PLACE, 10, NOON)
        assert not searches.is_early(PLACE, NOON + FIRST_WAIT)
        searches.begin_anew()


def test_a_clock_that_is_set_back_keeps_nothing_waiting() -> None:
    searches = VariantSearches()
    searches.note_vain(PLACE, 10, NOON)
    assert not searches.is_early(PLACE, NOON - timedelta(hours=1))
