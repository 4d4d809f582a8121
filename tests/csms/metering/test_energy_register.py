"""Energy is counted once and whole, whatever the register does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
import pytest

from custom_components.ocpp.csms.metering.energy_register import (
    Ledger,
    begin,
    end,
    integrate,
    read,
    total_at,
)

BEGIN = datetime(2026, 6, 1, 8, tzinfo=UTC)
SAMPLE_S = 10

SESSIONS = st.lists(
    st.lists(st.floats(0.0, 60.0), min_size=1, max_size=30), min_size=1, max_size=6
)
"""The energy charged between two samples, in watt-hours, session after session."""
LIFE = st.floats(10_000.0, 3_000_000.0)
"""The charger's count before anybody looked."""


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
        pytest.param([1000.0, 5e6, 1030.0], 1030, id="it is another one for a moment"),
        pytest.param(
            [9000.0, 0.0, 9500.0, 0.0, 50.0], 9550, id="it is away, then begins anew"
        ),
        pytest.param([9000.0, 10.0, 9010.0, 12e3, 50.0, 80.0], 12_080, id="and again"),
        pytest.param([1000.0, -3836000.0, 1030.0], 1030, id="it is negative"),
        pytest.param([-5.0], None, id="it has never been anything else"),
    ],
)
def test_what_registers_do(registers: list[float], total_wh: float | None) -> None:
    assert _follow(registers).total_wh == total_wh


def test_a_register_that_lost_a_lot_has_not_charged_what_it_kept() -> None:
    ledger = read(Ledger(), 9000.0, _at(0))
    ledger = read(ledger, 5000.0, _at(3600))
    assert ledger.total_wh == 9000
    assert read(ledger, 5010.0, _at(3610)).total_wh == 9010


def test_what_was_charged_while_nobody_looked_counts() -> None:
    ledger = read(Ledger(), 100_000.0, _at(0))
    assert read(ledger, 140_000.0, _at(8 * 3600)).total_wh == 140_000


def test_a_session_that_was_charged_offline_counts_by_its_own_clock() -> None:
    """Start and stop come in the same second, and hours lie between them."""
    ledger = read(Ledger(), 0.0, _at(0))
    ledger = begin(ledger, 0.0, _at(60))
    assert read(ledger, 40_000.0, _at(4 * 3600)).total_wh == 40_000
    # Even if the charger has no idea of the time.
    assert read(ledger, 40_000.0, _at(60)).total_wh == 40_000


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


# Chargers that show more than one register.


def test_a_session_and_a_life_in_turn() -> None:
    """ABB's Terra AC: with a transaction id, the energy is the session's, without it the charger's."""
    ledger = read(Ledger(), 5_000_000.0, _at(0))
    ledger = begin(ledger, 0.0, _at(60))
    for second in range(70, 970, 10):
        charged_wh = (second - 60.0) / 10 * 30
        ledger = read(ledger, charged_wh, _at(second))
        assert ledger.total_wh == 5_000_000 + charged_wh
        if second % 60 == 0:
            ledger = read(ledger, 5_000_000 + charged_wh, _at(second + 1))
            assert ledger.total_wh == 5_000_000 + charged_wh


def test_a_life_that_is_only_told_in_whole_kilowatt_hours() -> None:
    ledger = begin(read(Ledger(), 5_000_000.0, _at(0)), 0.0, _at(60))
    for second in range(70, 4000, 10):
        charged_wh = (second - 60.0) / 10 * 30
        ledger = read(ledger, charged_wh, _at(second))
        if second % 60 == 0:
            whole_wh = (5_000_000 + charged_wh) // 1000 * 1000
            ledger = read(ledger, whole_wh, _at(second + 1))
        assert ledger.total_wh == 5_000_000 + charged_wh


def test_a_start_that_shows_zero_for_a_register_that_goes_on() -> None:
    """EVBox's Elvi, whose meter is not ready yet."""
    ledger = read(Ledger(), 150_000.0, _at(0))
    ledger = begin(ledger, 0.0, _at(3600))
    ledger = read(ledger, 150_030.0, _at(3610))
    assert ledger.total_wh == 150_030
    assert read(ledger, 150_060.0, _at(3620)).total_wh == 150_060


def test_two_meters_side_by_side() -> None:
    """Alfen's Eve: one in start and stop, the other in the values between, kilowatt-hours apart."""
    ledger = read(read(Ledger(), 7_930_000.0, _at(0)), 7_912_000.0, _at(10))
    assert ledger.total_wh == 7_930_000
    for session in range(3):
        begun_s, charged_wh = 1000.0 * (session + 1), 600.0 * session
        ledger = begin(ledger, 7_912_000 + charged_wh, _at(begun_s))
        for step in range(1, 21):
            shown_wh = 7_930_000 + charged_wh + 30 * step
            ledger = read(ledger, shown_wh, _at(begun_s + 10 * step))
        ledger = read(ledger, 7_912_600 + charged_wh, _at(begun_s + 201))
        assert ledger.total_wh == 7_930_600 + charged_wh


def test_sessions_that_are_told_by_start_and_stop_alone() -> None:
    ledger = Ledger()
    for session, session_wh in enumerate((8000.0, 9500.0, 3000.0, 12_000.0)):
        ledger = begin(ledger, 0.0, _at(session * 86_400))
        ledger = read(ledger, session_wh, _at(session * 86_400 + 7200))
    assert ledger.total_wh == 32_500


def test_a_stop_that_tells_the_session_after_values_that_told_the_life() -> None:
    ledger = begin(read(Ledger(), 5_000_000.0, _at(0)), 5_000_000.0, _at(60))
    unheard = end(ledger, 400.0, _at(600), 5_000_000.0)
    assert unheard.total_wh == 5_000_400
    ledger = read(ledger, 5_000_300.0, _at(590))
    assert end(ledger, 400.0, _at(600), 5_000_000.0).total_wh == 5_000_400
    assert end(ledger, 0.0, _at(600), 5_000_000.0).total_wh == 5_000_300
    assert end(ledger, 400.0, _at(600), None).total_wh == 5_000_700


def test_a_message_that_was_held_up_is_no_fall() -> None:
    ledger = _follow([1000.0, 4000.0, 5000.0])
    assert read(ledger, 1200.0, _at(5)) == ledger
    # A clock that was set anew is something else.
    assert read(ledger, 400.0, _at(-30 * 86_400)).total_wh == 5400


def test_where_the_count_stood_when_the_register_was_lower() -> None:
    ledger = _follow([1000.0, 1500.0])
    assert total_at(ledger, 1000.0) == 1000
    assert total_at(ledger, 700.0) == 700
    assert total_at(ledger, 1501.0) is None
    assert total_at(ledger, -1.0) is None
    assert total_at(Ledger(), 0.0) is None
    relative = read(begin(ledger, 0.0, _at(100)), 300.0, _at(110))
    assert total_at(relative, 0.0) == 1500
    assert total_at(relative, 1400.0) == 1400


class ChargerLife(RuleBasedStateMachine):
    """A charger lives on, whatever registers it has; the ledger must know what was charged all the time.

    `start`, `values`, `stop` and `idle` say what StartTransaction, MeterValues in a session, StopTransaction and
    MeterValues between sessions show: the charger's `life`, the `session`, or `zero`; `aligned`, what comes in the midst of
    a session besides.
    """

    start = values = stop = idle = "life"
    aligned: str | None = None

    @initialize(life_wh=LIFE)
    def install(self, life_wh: float) -> None:
        self.now_s = 0.0
        self.first_wh = self.life_wh = round(life_wh, 1)
        self.session_wh = 0.0
        self.in_session = False
        self.ledger = read(Ledger(), self.life_wh, _at(0))
        self.seen_wh = self.ledger.total_wh or 0.0

    def _shown(self, what: str) -> float:
        return {"life": self.life_wh, "session": self.session_wh, "zero": 0.0}[what]

    @precondition(lambda self: not self.in_session)
    @rule(pause_s=st.floats(60, 1e6))
    def begin_session(self, pause_s: float) -> None:
        self.now_s += pause_s
        self.in_session, self.session_wh = True, 0.0
        self.ledger = begin(self.ledger, self._shown(self.start), _at(self.now_s))

    @precondition(lambda self: self.in_session)
    @rule(steps_wh=st.lists(st.floats(0, 60).map(round), min_size=1, max_size=20))
    def charge(self, steps_wh: list[float]) -> None:
        for step_wh in steps_wh:
            self.now_s += SAMPLE_S
            self.life_wh += step_wh
            self.session_wh += step_wh
            self.ledger = read(self.ledger, self._shown(self.values), _at(self.now_s))

    @precondition(lambda self: self.in_session and self.aligned)
    @rule()
    def report_aligned(self) -> None:
        self.now_s += 1
        assert self.aligned is not None
        self.ledger = read(self.ledger, self._shown(self.aligned), _at(self.now_s))

    @precondition(lambda self: self.in_session)
    @rule(steps=st.integers(1, 100), step_wh=st.integers(0, 60))
    def charge_unheard(self, steps: int, step_wh: int) -> None:
        """The connection is gone for a while."""
        self.now_s += steps * SAMPLE_S
        self.life_wh += steps * step_wh
        self.session_wh += steps * step_wh
        self.ledger = read(self.ledger, self._shown(self.values), _at(self.now_s))

    @precondition(lambda self: self.in_session)
    @rule()
    def end_session(self) -> None:
        self.now_s += 1
        self.in_session = False
        began_wh = self.life_wh - self.session_wh
        shown_wh = self._shown(self.stop)
        self.ledger = end(self.ledger, shown_wh, _at(self.now_s), began_wh)

    @precondition(lambda self: not self.in_session)
    @rule(pause_s=st.floats(1, 1e5))
    def rest(self, pause_s: float) -> None:
        self.now_s += pause_s
        self.ledger = read(self.ledger, self._shown(self.idle), _at(self.now_s))

    @rule(nonsense_wh=st.floats(-1e9, -0.1))
    def report_nonsense(self, nonsense_wh: float) -> None:
        assert read(self.ledger, nonsense_wh, _at(self.now_s)) == self.ledger

    @rule()
    def report_again(self) -> None:
        """A message that got no answer is sent once more."""
        latest = self.ledger.registers[0]
        again = read(self.ledger, latest.value_wh, _at(self.now_s))
        assert again.total_wh == self.ledger.total_wh

    @invariant()
    def knows_what_was_charged(self) -> None:
        total_wh = self.ledger.total_wh
        assert total_wh is not None
        assert total_wh >= self.seen_wh
        self.seen_wh = total_wh
        assert total_wh == pytest.approx(self.life_wh, abs=1)
        assert len(self.ledger.registers) <= 3


class EachSession(ChargerLife):
    """It knows nothing but sessions."""

    start, values, stop, idle = "zero", "session", "session", "session"


class SessionBetweenLives(ChargerLife):
    """Grizzl-E: its life at start and stop, the session in between."""

    values = "session"


class SessionAtStop(ChargerLife):
    """Its life everywhere, but in StopTransaction the session."""

    stop = "session"


class SessionAndLife(ChargerLife):
    """ABB: the session with a transaction id, its life without one."""

    start, values, stop, aligned = "zero", "session", "session", "life"


class ZeroBetweenSessions(ChargerLife):
    """Wallbox."""

    idle = "zero"


class ZeroAtStart(ChargerLife):
    """EVBox, whose meter is not ready when the session starts."""

    start = "zero"


for machine in (
    ChargerLife,
    EachSession,
    SessionBetweenLives,
    SessionAtStop,
    SessionAndLife,
    ZeroBetweenSessions,
    ZeroAtStart,
):
    machine.TestCase.settings = settings(max_examples=25, stateful_step_count=25)

TestLife = ChargerLife.TestCase
TestEachSession = EachSession.TestCase
TestSessionBetweenLives = SessionBetweenLives.TestCase
TestSessionAtStop = SessionAtStop.TestCase
TestSessionAndLife = SessionAndLife.TestCase
TestZeroBetweenSessions = ZeroBetweenSessions.TestCase
TestZeroAtStart = ZeroAtStart.TestCase


def test_sessions_that_are_alike_do_not_end_at_each_others_ends() -> None:
    """The register at the end is a whole number, below the last value."""
    ledger = Ledger()
    for hour in (0, 2):
        ledger = begin(ledger, 0, BEGIN + timedelta(hours=hour))
        started_wh = ledger.total_wh
        assert started_wh is not None
        ended_at = BEGIN + timedelta(hours=hour + 1)
        ledger = end(read(ledger, 166.2, ended_at), 166, ended_at, started_wh)
        end_wh = total_at(ledger, 166)
        assert end_wh is not None
        assert abs(end_wh - started_wh - 166) < 1
