"""The tags that a charger keeps, to go by when it cannot ask."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import CallFailedError, RejectedError
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    TokenStatus,
)
from custom_components.ocpp.csms.tokens.local_list import (
    ListEntry,
    ListRoom,
    LocalList,
    UpdateKind,
    applied,
    full_updates,
    updates,
    wanted_entries,
)
from tests.csms.bench import Bench
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCEPTED, BLOCKED = TokenStatus.ACCEPTED, TokenStatus.BLOCKED
KEEPING = StationSettings(local_list=True)
ANNA, BEN = KnownToken("ANNA", group="FAMILY"), KnownToken("BEN")
LOST = KnownToken("LOST", BLOCKED)

# What is on the list, and how it gets there.

_ENTRIES = st.dictionaries(
    st.sampled_from("ABCDEFGH"), st.sampled_from([ACCEPTED, BLOCKED]), max_size=8
).map(lambda tags: tuple(ListEntry(tag, status) for tag, status in tags.items()))
_ROOM = st.builds(
    ListRoom,
    st.none() | st.integers(1, 10),
    st.none() | st.integers(1, 4),
)


@given(
    st.none() | st.builds(LocalList, st.integers(1, 5), _ENTRIES),
    st.integers(0, 5),
    _ENTRIES,
    _ROOM,
)
def test_a_list_becomes_what_is_wanted_in_portions_that_fit(
    present: LocalList | None,
    version: int,
    wanted: tuple[ListEntry, ...],
    room: ListRoom,
) -> None:
    pending = updates(present, version, wanted, room)
    on_charger = LocalList(version, present.entries if present else ())
    for update in pending:
        assert update.version > on_charger.version
        assert len(update.entries) <= (room.update_length or 8)
        on_charger = applied(on_charger, update)
        assert len(on_charger.entries) <= max(
            room.list_length or 8, len(present.entries if present else ())
        )
    assert set(on_charger.entries) == set(wanted[: room.list_length])


def test_only_the_difference_is_sent_where_the_list_is_known() -> None:
    present = LocalList(3, (ListEntry("A"), ListEntry("B"), ListEntry("C")))
    wanted = (ListEntry("A"), ListEntry("B", BLOCKED), ListEntry("D"))
    (update,) = updates(present, 3, wanted, ListRoom())
    assert (update.kind, update.version) == (UpdateKind.DIFFERENTIAL, 4)
    assert update.entries == (
        ListEntry("C", status=None),
        ListEntry("B", BLOCKED),
        ListEntry("D"),
    )
    assert updates(present, 3, present.entries, ListRoom()) == []
    # Somebody else has written it since.
    (update,) = updates(present, 7, wanted, ListRoom())
    assert (update.kind, update.version) == (UpdateKind.FULL, 8)


def test_a_list_can_be_emptied() -> None:
    (update,) = full_updates(2, (), ListRoom(update_length=5))
    assert (update.kind, update.entries) == (UpdateKind.FULL, ())


def test_tokens_that_mean_something_there_are_on_the_list() -> None:
    tokens = [
        ANNA,
        LOST,
        KnownToken("GUEST", expires_at=NOW),
        KnownToken("LATER", expires_at=NOW + timedelta(days=1)),
        KnownToken("ELSEWHERE", chargers=frozenset({"CP2"})),
        KnownToken("HERE", chargers=frozenset({"CP1"})),
        KnownToken("x" * 21),
    ]
    authority = Authority.of(tokens, free_vend=False)
    entries = wanted_entries(authority, "CP1", 20, NOW)
    # Should there not be room for all, those that may not charge are the ones to know.
    assert entries == (
        ListEntry("LOST", BLOCKED),
        ListEntry("GUEST", TokenStatus.EXPIRED, NOW),
        ListEntry("ANNA", ACCEPTED, None, "FAMILY"),
        ListEntry("LATER", ACCEPTED, NOW + timedelta(days=1)),
        ListEntry("HERE"),
    )


@pytest.mark.parametrize(("max_length", "fits"), [(20, False), (21, True), (255, True)])
def test_tokens_too_long_for_a_version_are_not_on_the_list(
    max_length: int, fits: bool
) -> None:
    authority = Authority.of([KnownToken("x" * 21)], free_vend=False)
    assert bool(wanted_entries(authority, "CP1", max_length, NOW)) is fits


@pytest.mark.parametrize(
    ("before", "after", "withdraws"),
    [
        ([ANNA], [ANNA], False),
        ([ANNA], [], True),
        ([ANNA], [replace(ANNA, status=BLOCKED)], True),
        ([ANNA], [replace(ANNA, chargers=frozenset({"CP1"}))], True),
        ([LOST], [replace(LOST, status=ACCEPTED)], False),
        ([LOST], [], False),
        ([], [ANNA], False),
    ],
)
def test_what_chargers_may_remember_wrongly(
    before: list[KnownToken], after: list[KnownToken], withdraws: bool
) -> None:
    old, new = (Authority.of(tokens, free_vend=False) for tokens in (before, after))
    assert new.withdraws(old) is withdraws


def test_passers_by_may_be_remembered_wrongly() -> None:
    free, strict = Authority.of([], free_vend=True), Authority.of([], free_vend=False)
    assert strict.withdraws(free)
    assert not free.withdraws(strict)
    assert Authority.of([LOST], free_vend=True).withdraws(free)


# On the wire.


class LocalListBench(Bench):
    """A central system with tokens, and a charger that keeps the list that it is sent."""

    def know(self, *tokens: KnownToken, free_vend: bool = False) -> None:
        """Replace the tokens that are known."""
        self.system.authority = Authority.of(tokens, free_vend)

    async def settle(self) -> None:
        """Wait until all that was on its way to the charger has got there: calls take turns."""
        for _ in range(10):
            await self.station.commands.get_settings(VariableId("NumberOfConnectors"))


@pytest.fixture
def bench(quiet_bench: Bench) -> LocalListBench:
    system = quiet_bench.system
    bench = LocalListBench(system, quiet_bench.clock, quiet_bench.timers)
    bench.know(ANNA, LOST)
    system.adopt("CP1", KEEPING)
    return bench


LISTED = {
    REMOTE_ID_TOKEN: {"status": "Accepted"},
    "LOST": {"status": "Blocked"},
    "ANNA": {"status": "Accepted", "parent_id_tag": "FAMILY"},
}


def _sent(charger: SimulatedCharger, action: str = "SendLocalList") -> list[Any]:
    return [payload for name, payload in charger.received if name == action]


async def test_a_charger_gets_the_list_when_it_first_comes(
    bench: LocalListBench,
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        (sent,) = _sent(charger)
        assert (sent["update_type"], sent["list_version"]) == ("Full", 1)
        # Booting again changes nothing.
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("GetLocalListVersion")
        await bench.settle()
        assert _sent(charger) == []


async def test_a_change_of_a_tag_is_sent_alone(bench: LocalListBench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        charger.received.clear()
        bench.know(replace(ANNA, status=BLOCKED), BEN)
        await until(lambda: "BEN" in charger.local_list)
        (sent,) = _sent(charger)
        assert (sent["update_type"], sent["list_version"]) == ("Differential", 2)
        assert charger.local_list == {
            REMOTE_ID_TOKEN: {"status": "Accepted"},
            "ANNA": {"status": "Blocked", "parent_id_tag": "FAMILY"},
            "BEN": {"status": "Accepted"},
        }


async def test_a_change_while_a_charger_is_away_is_made_up_for(
    bench: LocalListBench,
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
    bench.know(BEN)
    async with reconnected(charger, bench.url):
        await charger.boot()
        await until(lambda: set(charger.local_list) == {REMOTE_ID_TOKEN, "BEN"})
        assert [sent["update_type"] for sent in _sent(charger)][-1] == "Differential"


async def test_a_list_that_somebody_else_wrote_is_replaced(
    bench: LocalListBench,
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        charger.list_version, charger.local_list = 40, {"STRANGER": {}}
        charger.received.clear()
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        (sent,) = _sent(charger)
        assert (sent["update_type"], sent["list_version"]) == ("Full", 41)


@pytest.mark.parametrize("status", ["Failed", "VersionMismatch"])
async def test_a_change_that_fails_is_made_by_the_whole_list(
    bench: LocalListBench, status: str
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        charger.received.clear()
        charger.statuses["SendLocalList"] = status
        bench.know(BEN)
        await until(lambda: set(charger.local_list) == {REMOTE_ID_TOKEN, "BEN"})
        kinds = [(sent["update_type"], sent["list_version"]) for sent in _sent(charger)]
        assert kinds == [("Differential", 2), ("Full", 3)]


async def test_a_list_goes_over_in_portions(bench: LocalListBench) -> None:
    tokens = [KnownToken(f"TAG{number}") for number in range(7)]
    bench.know(*tokens)
    settings = {
        "LocalAuthListEnabled": "false",
        "LocalAuthListMaxLength": "6",
        "SendLocalListMaxLength": "3",
    }
    async with bench.connect(settings=settings) as charger:
        await charger.boot()
        await until(lambda: len(charger.local_list) == 6)
        assert charger.settings["LocalAuthListEnabled"] == "true"
        assert [len(sent["entries"]) for sent in _sent(charger)] == [3, 3]
        assert [sent["update_type"] for sent in _sent(charger)] == [
            "Full",
            "Differential",
        ]
        # That it is full is known, and nothing is sent in vain.
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("GetLocalListVersion")
        await bench.settle()
        assert _sent(charger) == []


@pytest.mark.parametrize(
    "refuse",
    [
        lambda charger: setattr(charger, "list_version", -1),
        lambda charger: charger.lacks.add("GetLocalListVersion"),
        lambda charger: charger.statuses.update(SendLocalList="NotSupported"),
    ],
)
async def test_a_charger_that_keeps_no_list_is_left_alone(
    bench: LocalListBench,
    caplog: pytest.LogCaptureFixture,
    refuse: Callable[[SimulatedCharger], None],
) -> None:
    async with bench.connect() as charger:
        refuse(charger)
        await charger.boot()
        await charger.wait_for("GetLocalListVersion")
        await bench.settle()
        assert len(_sent(charger)) <= 1
        assert charger.local_list == {}
    assert "keeps no list of tags" in caplog.text


async def test_a_list_that_is_not_wanted_any_more_is_emptied(
    bench: LocalListBench,
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: charger.local_list == LISTED)
        bench.system.adopt("CP1", StationSettings())
        await until(lambda: not charger.local_list)
        bench.know(BEN)
        await bench.settle()
        assert charger.local_list == {}
        bench.system.adopt("CP1", KEEPING)
        await until(lambda: "BEN" in charger.local_list)


async def test_a_charger_whose_owner_does_not_want_a_list_gets_none(
    bench: LocalListBench,
) -> None:
    bench.system.adopt("CP1", StationSettings())
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        await bench.settle()
        assert _sent(charger) == _sent(charger, "GetLocalListVersion") == []


async def test_a_list_is_sent_on_demand(bench: LocalListBench) -> None:
    bench.system.adopt("CP1", StationSettings())
    async with bench.connect() as charger:
        await charger.boot()
        charger.list_version = 7
        local_list = await bench.station.tokens.send_list(bench.system.authority)
        assert local_list.version == charger.list_version == 8
        assert charger.local_list == LISTED
        charger.statuses["SendLocalList"] = "Failed"
        with pytest.raises(RejectedError):
            await bench.station.tokens.send_list(bench.system.authority)
        charger.lacks.add("GetLocalListVersion")
        with pytest.raises(CallFailedError):
            await bench.station.tokens.send_list(bench.system.authority)


async def test_a_tag_that_is_blocked_is_forgotten_by_all_chargers(
    bench: LocalListBench,
) -> None:
    bench.system.adopt("CP1", StationSettings())
    async with bench.connect() as charger:
        await charger.boot()
        bench.know(ANNA, LOST, BEN)
        await bench.settle()
        assert _sent(charger, "ClearCache") == []
        bench.know(replace(ANNA, status=BLOCKED), BEN)
        await charger.wait_for("ClearCache")
    # One that is away does so when it comes back, once.
    bench.know()
    async with reconnected(charger, bench.url):
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("ClearCache")
        await charger.boot()
        await bench.settle()
        assert _sent(charger, "ClearCache") == []


async def test_that_a_cache_is_outdated_survives_a_restart(
    bench: LocalListBench,
) -> None:
    bench.know(BEN)
    memory = bench.station.memory
    assert memory.tokens.cache_outdated
    bench.system.release("CP1")
    bench.system.adopt("CP1", memory=memory)
    async with bench.connect() as charger:
        charger.lacks.add("ClearCache")
        await charger.boot()
        await charger.wait_for("ClearCache")
        # What it does not keep cannot be outdated.
        await until(lambda: not bench.station.memory.tokens.cache_outdated)
