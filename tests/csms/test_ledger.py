"""What is charged is counted once and whole, whatever the register does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.ledger import Ledger, begin, integrate, read

BEGIN = datetime(2026, 6, 1, 8, tzinfo=UTC)
SAMPLE_S = 10

SESSIONS = st.lists(
    st.lists(st.floats(0.0, 60.0), min_size=1, max_size=30), min_size=1, max_size=6
)
"""What is charged between two samples, in watt-hours, session after session."""
LIFE = st.floats(10_000.0, 3_000_000.0)
"""What the charger had counted before anybody looked."""


def _at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def _follow(registers: list[float], ledger: Ledger | None = None) -> Ledger:
    """Read one register after the other, ten seconds apart."""
    ledger = ledger or Ledger()
    for index, register_wh in enumerate(registers):
        ledger = read(ledger, register_wh, _at(index * SAMPLE_S))
    return ledger


type Register = Callable[[float, float], tuple[float, float]]
"""From the energy before and in a session: what StartTransaction and what MeterValues show."""


@pytest.mark.parametrize(
    ("start", "values"),
    [("life", "life"), ("zero", "session"), ("life", "session")],
    ids=["lifetime", "each session", "lifetime at the start, then the session"],
)
@given(sessions=SESSIONS, life_wh=LIFE, pause_s=st.floats(30.0, 3e6))
def test_every_kind_of_register_counts_the_same(
    start: str,
    values: str,
    sessions: list[list[float]],
    life_wh: float,
    pause_s: float,
) -> None:
    now_s, lived_wh, charged_wh = 0.0, life_wh, 0.0
    # Some value was seen before, so that the first session counts whole.
    ledger = read(Ledger(), life_wh if start == "life" else 0.0, _at(0))
    first_wh = ledger.total_wh
    assert first_wh is not None
    seen_wh = first_wh
    for session in sessions:
        now_s += pause_s
        ledger = begin(ledger, lived_wh if start == "life" else 0.0, _at(now_s))
        session_wh = 0.0
        for step_wh in session:
            now_s += SAMPLE_S
            session_wh += step_wh
            register_wh = session_wh if values == "session" else lived_wh + session_wh
            ledger = read(ledger, register_wh, _at(now_s))
            assert ledger.total_wh is not None
            assert ledger.total_wh >= seen_wh
            seen_wh = ledger.total_wh
        stop_wh = session_wh if start == "zero" else lived_wh + session_wh
        ledger = read(ledger, stop_wh, _at(now_s + 1))
        lived_wh += session_wh
        charged_wh += session_wh
    assert ledger.total_wh is not None
    assert ledger.total_wh - first_wh == pytest.approx(charged_wh, abs=1)


@given(sessions=SESSIONS, life_wh=LIFE, pause_s=st.floats(30.0, 3e6))
def test_a_register_that_shows_zero_between_sessions(
    sessions: list[list[float]], life_wh: float, pause_s: float
) -> None:
    now_s, register_wh = 0.0, life_wh
    ledger = read(Ledger(), life_wh, _at(0))
    for session in sessions:
        ledger = read(ledger, 0.0, _at(now_s + 5))
        now_s += pause_s
        ledger = begin(ledger, register_wh, _at(now_s))
        for step_wh in session:
            now_s += SAMPLE_S
            register_wh += step_wh
            ledger = read(ledger, register_wh, _at(now_s))
    assert ledger.total_wh == pytest.approx(register_wh, abs=1)


@given(st.lists(st.floats(-1e9, 1e12), min_size=1, max_size=50))
def test_it_never_sinks_whatever_is_read(registers: list[float]) -> None:
    ledger, last_wh = Ledger(), 0.0
    for index, register_wh in enumerate(registers):
        ledger = read(ledger, register_wh, _at(index * SAMPLE_S))
        total_wh = ledger.total_wh or 0.0
        assert total_wh >= last_wh
        last_wh = total_wh


@pytest.mark.parametrize(
    ("registers", "total_wh"),
    [
        pytest.param([1000.0, 1030.0, 1060.0], 1060, id="it rises"),
        pytest.param([1000.0, 1000.0], 1000, id="it stands"),
        pytest.param([9000.0, 8990.0, 9010.0], 9010, id="it lost a little"),
        pytest.param([9000.0, 8990.0, 8995.0, 9010.0], 9010, id="and counts on"),
        pytest.param([9000.0, 20.0, 50.0], 9050, id="it begins anew"),
        pytest.param([9000.0, 0.0, 9010.0], 9010, id="it was away for a moment"),
        pytest.param([900.0, 0.0, 450.0, 890.0, 930.0], 1830, id="it overtakes itself"),
        pytest.param([1000.0, 5e6, 5e6 + 30], 1030, id="it is another register"),
        pytest.param([1000.0, -3836000.0, 1030.0], 1030, id="it is negative"),
        pytest.param([-5.0], None, id="it has never been anything else"),
    ],
)
def test_what_registers_do(registers: list[float], total_wh: float | None) -> None:
    assert _follow(registers).total_wh == total_wh


def test_what_was_charged_while_nobody_looked_counts() -> None:
    ledger = read(Ledger(), 100_000.0, _at(0))
    assert read(ledger, 140_000.0, _at(8 * 3600)).total_wh == 140_000


def test_a_session_that_was_charged_offline_counts_by_its_own_clock() -> None:
    """Start and stop come in the same second, and hours lie between them."""
    ledger = read(Ledger(), 0.0, _at(0))
    ledger = begin(ledger, 0.0, _at(60))
    assert read(ledger, 40_000.0, _at(4 * 3600)).total_wh == 40_000


def _seconds(watts: float, seconds: int) -> Iterator[tuple[float, datetime, datetime]]:
    for second in range(seconds):
        yield watts, _at(second), _at(second + 1)


def test_without_a_register_the_power_counts() -> None:
    ledger = begin(Ledger(), 0.0, _at(0))
    for power in _seconds(3600.0, 600):
        ledger = integrate(ledger, *power)
    assert ledger.total_wh == pytest.approx(600)
    # A value that stays away is not taken to go on for ever, nor to flow back.
    assert integrate(Ledger(), 6000.0, _at(0), _at(86400)).total_wh == 500
    assert integrate(Ledger(), -6000.0, _at(0), _at(60)).total_wh == 0
    assert integrate(Ledger(), 6000.0, _at(60), _at(0)).total_wh == 0


def test_what_the_power_has_shown_the_register_does_not_add_again() -> None:
    ledger = begin(Ledger(), 0.0, _at(0))
    for power in _seconds(3600.0, 600):
        ledger = integrate(ledger, *power)
    ledger = read(ledger, 610.0, _at(600))
    assert ledger.total_wh == pytest.approx(610)
    ledger = read(ledger, 640.0, _at(610))
    assert ledger.total_wh == pytest.approx(640)
