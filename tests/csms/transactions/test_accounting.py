"""The booking of meter values: the meter, the ledger, the session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.metering.energy_register import Ledger, begin, read
from custom_components.ocpp.csms.metering.samples import Sample
from custom_components.ocpp.csms.model import Evse
from custom_components.ocpp.csms.transactions.accounting import (
    Booked,
    MeterValue,
    book,
    book_closing,
    book_end,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
UNKNOWN_START = Transaction("7", 1, None, NOON)


def _value(minute: float, *samples: Sample) -> MeterValue:
    return MeterValue(NOON + timedelta(minutes=minute), samples)


def _register(minute: float, wh: float, context: str | None = None) -> MeterValue:
    return _value(minute, Sample(ENERGY, str(wh), context=context))


def _book(
    *values: MeterValue, evse: Evse | None = None, now_minute: float = 60
) -> Booked:
    evse = evse or Evse(1, transaction=UNKNOWN_START)
    return book(evse, values, NOON + timedelta(minutes=now_minute), 3)


def _session_wh(evse: Evse) -> float | None:
    assert evse.transaction is not None
    return evse.transaction.energy_wh


def test_values_are_taken_in_the_order_of_their_timestamps() -> None:
    values = [_register(minute, 1000 + 100 * minute) for minute in (3, 0, 2, 1)]
    evse = _book(*values).evse
    assert evse.meter.energy_wh == 1300
    assert _session_wh(evse) == 300


@given(st.permutations(range(6)))
def test_the_order_within_a_message_means_nothing(minutes: list[int]) -> None:
    values = [_register(minute, 1000 + 100 * minute) for minute in minutes]
    assert _book(*values) == _book(*(values[minutes.index(n)] for n in range(6)))


def test_a_session_that_was_taken_over_began_where_the_charger_says() -> None:
    evse = _book(_register(0, 1000, "Transaction.Begin"), _register(1, 1500)).evse
    assert _session_wh(evse) == 500
    assert evse.transaction is not None
    assert evse.transaction.meter_start_wh == 1000


def test_growatt_tells_the_begin_beside_every_value() -> None:
    evse = Evse(1, transaction=UNKNOWN_START)
    for minute in range(5):
        both = _value(
            minute,
            Sample(ENERGY, "1000", context="Transaction.Begin"),
            Sample(ENERGY, str(1500 + minute), context="Sample.Periodic"),
        )
        evse = _book(both, evse=evse).evse
        assert evse.meter.energy_wh == 1500 + minute
        assert _session_wh(evse) == 500 + minute


def test_a_begin_that_comes_late_dates_the_session_back() -> None:
    evse = _book(_register(1, 1500), _register(2, 1600)).evse
    assert _session_wh(evse) == 100
    evse = _book(_register(0, 1000, "Transaction.Begin"), evse=evse).evse
    assert _session_wh(evse) == 600
    assert evse.meter.energy_wh == 1600


@pytest.mark.parametrize("begin_wh", [-5, 2000, float("nan")])
def test_a_begin_that_cannot_be_changes_nothing(begin_wh: float) -> None:
    evse = _book(_register(1, 1500), _register(2, 1600)).evse
    after = _book(_register(0, begin_wh, "Transaction.Begin"), evse=evse).evse
    assert _session_wh(after) == 100


def test_a_begin_does_not_move_a_start_that_is_known() -> None:
    started = replace(UNKNOWN_START, meter_start_wh=1200.0, total_start_wh=1200.0)
    evse = _book(_register(1, 1500), evse=Evse(1, transaction=started)).evse
    evse = _book(_register(0, 1000, "Transaction.Begin"), evse=evse).evse
    assert _session_wh(evse) == 300


def test_without_a_register_the_power_counts_by_the_charger_s_clock() -> None:
    """A backlog comes in one message, minutes apart."""
    values = [_value(minute, Sample(POWER, "6000")) for minute in range(4)]
    evse = _book(*values).evse
    assert evse.ledger.total_wh == pytest.approx(300)
    assert _session_wh(evse) == pytest.approx(300)


def test_a_pause_is_not_taken_for_half_the_power() -> None:
    evse = _book(_value(0, Sample(POWER, "6000")), _value(1, Sample(POWER, "0"))).evse
    assert evse.ledger.total_wh == pytest.approx(50)
    evse = _book(_value(30, Sample(POWER, "6000")), evse=evse).evse
    assert evse.ledger.total_wh == pytest.approx(50 + 3000 * 10 / 3600)


@pytest.mark.parametrize("stop_wh", [1290, 1310])
def test_at_the_end_the_register_decides(stop_wh: float) -> None:
    """The power before has amounted to 300 Wh."""
    at = NOON - timedelta(minutes=1)
    begun = begin(Ledger(), 1000.0, at)
    session = replace(UNKNOWN_START, meter_start_wh=1000.0, total_start_wh=1000.0)
    evse = Evse(1, ledger=begun, transaction=session)
    values = [_value(minute, Sample(POWER, "6000")) for minute in range(4)]
    evse = book_end(
        _book(*values, evse=evse).evse, stop_wh, NOON + timedelta(minutes=4)
    )
    assert _session_wh(evse) == pytest.approx(stop_wh - 1000)
    # The count itself never sinks; the next session makes up for it.
    assert evse.ledger.total_wh == pytest.approx(max(1300, stop_wh))
    ledger = begin(evse.ledger, stop_wh, NOON + timedelta(minutes=9))
    ledger = read(ledger, stop_wh + 500, NOON + timedelta(minutes=20))
    assert ledger.total_wh == pytest.approx(stop_wh + 500)


def test_dropped_values_are_counted_over_all() -> None:
    blank = Sample(ENERGY, "")
    assert _book(_value(0, blank, blank), _value(1, blank)).dropped == 3


# What is told at the end of a session.


def _close(evse: Evse, *values: MeterValue, now_minute: float = 60) -> Booked:
    return book_closing(evse, values, NOON + timedelta(minutes=now_minute), 3)


def test_what_is_known_is_not_counted_again() -> None:
    values = [_register(minute, 1000 + 100 * minute) for minute in range(50)]
    evse = _book(*values, now_minute=50).evse
    before = evse.ledger
    assert _close(evse, *values).evse.ledger == before
    last = _register(51, 6000, "Transaction.End")
    after = _close(evse, *values, last).evse
    assert after.ledger.total_wh == 6000
    assert _session_wh(after) == 5000


def test_what_was_metered_while_nobody_listened_is_counted_at_the_end() -> None:
    values = [_register(minute, 1000 + 100 * minute) for minute in range(50)]
    evse = _close(Evse(1, transaction=UNKNOWN_START), *values).evse
    assert _session_wh(evse) == 4900


def test_the_begin_among_closing_values_dates_the_session_back() -> None:
    evse = _book(_register(20, 1500), _register(21, 1600)).evse
    begin = _register(0, 1000, "Transaction.Begin")
    end = _register(30, 2000, "Transaction.End")
    assert _session_wh(_close(evse, begin, end).evse) == 1000


def test_closing_values_of_a_clock_that_cannot_be_are_no_new_session() -> None:
    """All of them bear the time of their arrival."""
    evse = _book(*(_register(minute, 5000 + 100 * minute) for minute in range(9))).evse
    values = [_register(60, wh) for wh in (5000, 200, 5800)]
    assert _close(evse, *values, now_minute=60).evse.ledger == evse.ledger


def test_dropped_closing_values_are_counted() -> None:
    values = [_value(0, Sample(ENERGY, "")), _value(1, Sample(POWER, "-"))]
    assert _close(Evse(1), *values).dropped == 2
