"""Values of an external schedule at an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.chargers.external_schedule import ScheduledLimit, limit_at

TEN = datetime(2026, 6, 10, 10, tzinfo=UTC)
SCHEDULE = (
    ScheduledLimit(TEN, 16.0),
    ScheduledLimit(TEN + timedelta(hours=7), 0.0),
)


@pytest.mark.parametrize(
    ("after", "limit_a"),
    [
        (timedelta(seconds=-1), None),
        (timedelta(), 16.0),
        (timedelta(hours=6, minutes=59), 16.0),
        (timedelta(hours=7), 0.0),
        (timedelta(hours=30, minutes=59), 0.0),
        (timedelta(hours=31), None),
    ],
)
def test_the_last_entry_that_has_begun_holds_for_a_day_at_most(
    after: timedelta, limit_a: float | None
) -> None:
    assert limit_at(SCHEDULE, TEN + after) == limit_a
    assert limit_at((), TEN + after) is None
