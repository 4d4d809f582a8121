"""The record of a charger's connections."""

from datetime import UTC, datetime

import pytest

from custom_components.ocpp.csms.link.record import Link, LinkRecord

NOW = datetime(2026, 6, 10, tzinfo=UTC)


def test_nothing_is_known_at_first() -> None:
    assert LinkRecord().figures == Link(None, 0, None)


def test_slow_answers_among_quick_ones_do_not_count() -> None:
    record = LinkRecord()
    for lasted_s in (0.02, 9.0, 0.03, 8.0, 0.02, 0.02):
        record.note_round_trip(lasted_s)
    assert record.figures.latency_s == pytest.approx(0.025)


def test_only_the_last_answers_count() -> None:
    record = LinkRecord()
    for lasted_s in [1.0] * 20 + [0.1] * 9:
        record.note_round_trip(lasted_s)
    assert record.figures.latency_s == 0.1


def test_a_new_connection_has_its_own_latency() -> None:
    record = LinkRecord()
    record.note_connected()
    record.note_round_trip(5.0)
    record.note_heard(NOW)
    record.note_connected()
    assert record.figures == Link(None, 1, NOW)
