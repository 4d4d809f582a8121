"""Sessions as they are kept for years, and as tables."""

from contextlib import closing
import csv
from datetime import UTC, datetime, timedelta
import io
from pathlib import Path
import sqlite3

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.sessions.database import SessionDatabase
from custom_components.ocpp.sessions.records import (
    SessionFilter,
    SessionRecord,
    table,
    totals,
)
from custom_components.ocpp.sessions.retention import KEPT_FOR, WITNESSES
from custom_components.ocpp.storage.health import storage_health
from custom_components.ocpp.surplus.accounts.accounts import Account
from homeassistant.core import HomeAssistant

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVERYTHING = SessionFilter()


def record(number: int = 1, **changes: object) -> SessionRecord:
    """Return a session; a later one, the higher its number."""
    values: dict[str, object] = {
        "charger_id": "CP1",
        "charger": "Charger",
        "connector": 1,
        "transaction_id": str(number),
        "started_at": NOON + timedelta(hours=number),
        "ended_at": NOON + timedelta(hours=number, minutes=30),
        "currency": "EUR",
        "account": Account(1000, 600, 100, 0, 1000, 0.2, 0.1),
    }
    return SessionRecord(**values | changes)  # type: ignore[arg-type]


@pytest.fixture
def store(hass: HomeAssistant, tmp_path: Path) -> SessionDatabase:
    """A store with nothing in it."""
    hass.config.config_dir = str(tmp_path)
    return SessionDatabase(hass, "entry")


async def test_what_is_kept_is_found(
    hass: HomeAssistant, store: SessionDatabase
) -> None:
    kept = [record(3), record(1), record(2, ended_at=None, tag="Anna")]
    for each in kept:
        store.async_put(each)
    await store.async_flush()
    found = await SessionDatabase(hass, "entry").async_find(EVERYTHING)
    assert found == sorted(kept, key=lambda each: each.started_at)


async def test_nothing_is_found_where_nothing_was_kept(
    store: SessionDatabase, tmp_path: Path
) -> None:
    assert await store.async_find(EVERYTHING) == []
    assert list(tmp_path.rglob("*.sessions")) == []


async def test_what_is_known_better_takes_the_place_of_what_was_kept(
    store: SessionDatabase,
) -> None:
    store.async_put(record())
    await store.async_flush()
    corrected = record(reason="EVDisconnected")
    store.async_put(corrected)
    assert await store.async_find(EVERYTHING) == [corrected]


async def test_nothing_is_written_while_a_backup_is_made(
    hass: HomeAssistant, store: SessionDatabase
) -> None:
    store.async_put(record(1))
    await store.async_hold()
    before = len(await SessionDatabase(hass, "entry").async_find(EVERYTHING))
    store.async_put(record(2))
    await store.async_flush()
    assert await store.async_find(EVERYTHING) == [record(1), record(2)]
    assert len(await SessionDatabase(hass, "entry").async_find(EVERYTHING)) == before
    await store.async_release()
    found = await SessionDatabase(hass, "entry").async_find(EVERYTHING)
    assert found == [record(1), record(2)]


async def test_a_number_may_be_used_again(store: SessionDatabase) -> None:
    """A charger was removed, and set up anew."""
    sessions = [record(), record(started_at=NOON + timedelta(days=300))]
    for each in sessions:
        store.async_put(each)
    assert await store.async_find(EVERYTHING) == sessions


async def test_sessions_are_kept_for_so_long(
    store: SessionDatabase, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    store.async_put(record(1))
    store.async_put(record(2))
    await store.async_flush()
    freezer.move_to(NOON + KEPT_FOR + timedelta(hours=1, minutes=30))
    late = [
        record(number, started_at=NOON + KEPT_FOR + timedelta(hours=1, minutes=number))
        for number in range(3, 3 + WITNESSES)
    ]
    for each in late:
        store.async_put(each)
    await store.async_expire()
    assert len(await store.async_find(EVERYTHING)) == 2 + WITNESSES
    freezer.tick(3601)
    await store.async_expire()
    assert await store.async_find(EVERYTHING) == [record(2), *late]


async def test_a_day_deletes_no_more_than_a_day_has_made_old(
    store: SessionDatabase, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    for number in range(100):
        store.async_put(record(number, started_at=NOON + timedelta(days=number)))
    late = NOON + KEPT_FOR + timedelta(days=200)
    for number in range(100, 100 + WITNESSES):
        store.async_put(record(number, started_at=late))
    await store.async_flush()
    freezer.move_to(late)
    await store.async_expire()
    left = []
    for _ in range(4):
        freezer.tick(43_300)
        await store.async_expire()
        left.append(len(await store.async_find(EVERYTHING)) - WITNESSES)
    # From noon to midnight, to noon, and so on.
    assert left == [98, 96, 96, 94]


@pytest.mark.parametrize("year", [1970, 2041, 2099])
async def test_a_clock_that_is_wrong_for_a_moment_deletes_nothing(
    store: SessionDatabase, freezer: FrozenDateTimeFactory, year: int
) -> None:
    freezer.move_to(NOON)
    for number in range(30):
        store.async_put(record(number))
    await store.async_flush()
    freezer.move_to(NOON.replace(year=year))
    wrong = record(99, started_at=NOON.replace(year=year))
    store.async_put(wrong)
    await store.async_flush()
    for _ in range(5):
        await store.async_expire()
        freezer.tick(3601)
    freezer.move_to(NOON + timedelta(days=1))
    store.async_put(record(30))
    await store.async_flush()
    await store.async_expire()
    assert len(await store.async_find(EVERYTHING)) == 32


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (SessionFilter(since=NOON + timedelta(hours=2)), "23"),
        (SessionFilter(until=NOON + timedelta(hours=2)), "1"),
        (SessionFilter(places=frozenset({("CP1", None)})), "13"),
        (SessionFilter(places=frozenset({("CP1", 2), ("CP2", 1)})), "23"),
        (SessionFilter(places=frozenset()), ""),
        (SessionFilter(tag="anna"), "12"),
        (SessionFilter(tag="B0B"), "3"),
        (SessionFilter(vehicle="VAN"), "2"),
        (SessionFilter(tag="Anna", vehicle="Bus"), ""),
    ],
)
async def test_what_is_wanted_is_found(
    store: SessionDatabase, wanted: SessionFilter, numbers: str
) -> None:
    store.async_put(record(1, tag="Anna"))
    store.async_put(record(2, charger_id="CP2", tag="Anna", vehicle="Van"))
    store.async_put(record(3, connector=2, id_tag="b0b"))
    found = await store.async_find(wanted)
    assert "".join(each.transaction_id for each in found) == numbers


def test_money_of_several_currencies_is_not_added_up() -> None:
    records = [record(1), record(2, currency="SEK"), record(3, currency="SEK")]
    summed = totals(records)["all"]
    assert isinstance(summed, dict)
    assert (summed["energy_kwh"], summed["cost"], summed["currency"]) == (3, None, None)
    summed = totals(records[1:])["all"]
    assert isinstance(summed, dict)
    assert (summed["cost"], summed["price_per_kwh"]) == (0.4, 0.2)
    assert summed["currency"] == "SEK"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXTS, TEXTS, TEXTS | st.just("=1+1") | st.just("@SUM(A1)"))
def test_no_text_breaks_a_table_or_is_run_by_a_spreadsheet(
    charger: str, tag: str, vehicle: str
) -> None:
    text = table([record(charger=charger, tag=tag, vehicle=vehicle), record(2)])
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    for shown, given_text in (
        (first["charger"], charger),
        (first["tag"], tag),
        (first["vehicle"], vehicle),
    ):
        assert shown.removeprefix("'") == given_text.removeprefix("'")
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert (first["transaction_id"], second["transaction_id"]) == ("1", "2")
    assert float(first["solar_kwh"]) == 0.6
    assert float(first["cost"]) == 0.2
    assert first["grid_kwh"] == "0.3"


def test_a_price_for_some_of_the_energy_says_for_how_much() -> None:
    half = Account(1000, 0, 0, 0, 500, 0.15, 0.0)
    row = record(account=half).row
    assert (row["energy_kwh"], row["priced_kwh"]) == (1.0, 0.5)
    assert (row["cost"], row["price_per_kwh"]) == (0.15, 0.3)


def test_numbers_stay_numbers_in_a_table() -> None:
    """A negative one begins like a formula, and is none."""
    loss = Account(1000, 1000, 0, 0, 1000, -0.05, -0.25)
    (row,) = csv.DictReader(io.StringIO(table([record(account=loss)])))
    assert (row["cost"], row["savings"]) == ("-0.05", "-0.25")


# Damage.


def file_of(tmp_path: Path) -> Path:
    """Return the file of the store."""
    return tmp_path / ".storage" / "ocpp.entry.sessions"


@pytest.mark.parametrize("damaged", ["begin", "middle", "end", "everything"])
async def test_a_damaged_file_is_set_aside_and_what_is_readable_is_kept(
    hass: HomeAssistant, store: SessionDatabase, tmp_path: Path, damaged: str
) -> None:
    for number in range(200):
        store.async_put(record(number))
    await store.async_flush()
    file = file_of(tmp_path)
    content = bytearray(file.read_bytes())
    places = {"begin": 0, "middle": len(content) // 2, "end": len(content) - 4096}
    at, size = places.get(damaged, 0), 4096 if damaged in places else len(content)
    content[at : at + size] = b"\xa5" * size
    file.write_bytes(content)
    store = SessionDatabase(hass, "entry")
    store.async_put(record(1000))
    await store.async_flush()
    found = await store.async_find(EVERYTHING)
    assert record(1000) in found
    aside = file.with_name(f"{file.name}.corrupt")
    assert aside.read_bytes()[at : at + size] == b"\xa5" * size
    if damaged in ("middle", "end"):
        assert len(found) > 100
    await hass.async_block_till_done()
    assert storage_health(hass, "entry").damaged == {file.name: aside.name}


async def test_an_unfinished_transaction_of_a_damaged_file_stays_with_it(
    store: SessionDatabase, tmp_path: Path
) -> None:
    file = file_of(tmp_path)
    file.parent.mkdir()
    file.write_bytes(b"\xa5" * 8192)
    rollback = file.with_name(f"{file.name}-journal")
    rollback.write_bytes(b"\x5a" * 1024)
    store.async_put(record(1))
    assert await store.async_find(EVERYTHING) == [record(1)]
    assert not rollback.exists()


async def test_a_session_that_cannot_be_read_costs_the_others_nothing(
    store: SessionDatabase, tmp_path: Path
) -> None:
    store.async_put(record(1))
    store.async_put(record(2))
    await store.async_flush()
    with closing(sqlite3.connect(file_of(tmp_path))) as database, database:
        database.execute("UPDATE session SET record = '{' WHERE transaction_id = '1'")
    assert await store.async_find(EVERYTHING) == [record(2)]


async def test_a_session_whose_text_is_damaged_costs_the_others_nothing(
    store: SessionDatabase, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        store.async_put(record(number))
    await store.async_flush()
    file = file_of(tmp_path)
    with closing(sqlite3.connect(file)) as database, database:
        damaged = "UPDATE session SET record = CAST(? AS TEXT) WHERE transaction_id = ?"
        database.execute(damaged, (b"{\xff", "1"))
        database.execute(damaged, (b'\xff"', "3"))
    assert await store.async_find(EVERYTHING) == [record(2)]


async def test_sessions_that_cannot_be_written_wait_and_are_listed(
    hass: HomeAssistant, store: SessionDatabase, tmp_path: Path
) -> None:
    store.async_put(record(1))
    await store.async_flush()
    file = file_of(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON session"
            " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    store.async_put(record(2))
    store.async_put(record(1, reason="Local"))
    assert await store.async_find(EVERYTHING) == [record(1, reason="Local"), record(2)]
    assert storage_health(hass, "entry").reason is not None
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TRIGGER full")
    await storage_health(hass, "entry").async_check(hass)
    await store.async_flush()
    assert storage_health(hass, "entry").reason is None
    found = await SessionDatabase(hass, "entry").async_find(EVERYTHING)
    assert found == [record(1, reason="Local"), record(2)]
