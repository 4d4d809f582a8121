"""Sessions that are durable at once, and all that is kept when files cannot be written or are damaged."""

import errno
import os
from pathlib import Path
import shutil
from shutil import copytree, rmtree
from types import MappingProxyType
from typing import Any

from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ocpp.chargers.record import Record
from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from custom_components.ocpp.csms.memory import RememberedEvse
from custom_components.ocpp.sessions.journal import (
    ConnectorState,
    JournalEntry,
    SessionJournal,
    journal_file,
    with_entries,
)
from custom_components.ocpp.sessions.recorder import SessionRecorder
from custom_components.ocpp.sessions.records import SessionNames
from custom_components.ocpp.storage.codec import encode
from custom_components.ocpp.storage.health import CHECK_INTERVAL
from custom_components.ocpp.storage.journal_file import HALF_BYTES, JournalFile
from custom_components.ocpp.storage.store import Contents, SiteRecord
from custom_components.ocpp.surplus.accounts.accounts import Account
from custom_components.ocpp.surplus.accounts.ledger import Ledger
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.actions import ask
from tests.integration.conftest import Connect, charger_subentry, connected, state
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

ENTRIES = st.lists(st.binary(min_size=1, max_size=300), max_size=20)


# The file.


def read(path: Path) -> list[bytes]:
    """Return what another process reads."""
    return JournalFile(path).read()


@given(st.lists(ENTRIES, max_size=6), st.data())
def test_what_was_added_is_read(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[bytes]], data: Any
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    file, kept = JournalFile(path), list[bytes]()
    assert file.read() == []
    for part in parts:
        file.add(part)
        kept += part
        if data.draw(st.booleans()):
            kept = kept[data.draw(st.integers(0, len(kept))) :]
            file.replace(kept)
        if data.draw(st.booleans()):
            file = JournalFile(path)
            assert file.read() == kept
        assert read(path) == kept
        assert path.stat().st_size == 2 * HALF_BYTES


@given(ENTRIES, ENTRIES, st.integers(0, 400))
def test_a_write_that_was_cut_short_costs_nothing_that_was_there(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[bytes],
    after: list[bytes],
    cut: int,
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    file = JournalFile(path)
    file.read()
    # Something that an earlier generation has left in the other half.
    file.add([b"old"] * 50)
    file.replace(before)
    first = path.read_bytes()
    file.add(after)
    added = path.read_bytes()
    changed = [at for at in range(len(first)) if first[at] != added[at]]
    if changed:
        end = min(changed[0] + cut, len(first))
        path.write_bytes(added[:end] + first[end:])
    entries = read(path)
    assert entries[: len(before)] == before
    assert (before + after)[: len(entries)] == entries


def test_a_full_file_takes_no_more_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    file = JournalFile(path)
    file.read()
    large = [b"x" * 100_000] * 5
    file.add(large)
    with pytest.raises(OSError, match="No space"):
        file.add([b"y" * 30_000])
    with pytest.raises(OSError, match="No space"):
        file.replace([b"y" * 300_000] * 2)
    assert read(path) == large


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 2 * HALF_BYTES])
def test_a_file_of_nonsense_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(content)
    file = JournalFile(path)
    assert file.read() == []
    file.add([b"entry"])
    assert read(path) == [b"entry"]


def test_what_could_not_be_read_at_first_is_not_written_over(tmp_path: Path) -> None:
    path, away = tmp_path / "journal", tmp_path / "away"
    JournalFile(path).read()
    first = JournalFile(path)
    first.read()
    first.replace([b"older"])
    first.add([b"old"])
    path.rename(away)
    path.mkdir()
    file = JournalFile(path)
    with pytest.raises(OSError, match="directory"):
        file.read()
    path.rmdir()
    away.rename(path)
    file.add([b"new"])
    assert read(path) == [b"older", b"old", b"new"]
    file.replace([b"newest"])
    assert read(path) == [b"newest"]


def test_what_cannot_be_written_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"
    file = JournalFile(path)
    file.read()
    file.add([b"entry"])
    opened = os.open

    def read_only(name: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(name, flags, *args, **options)

    # Root may write everywhere but on a file system that is read-only.
    monkeypatch.setattr(os, "open", read_only)
    file = JournalFile(path)
    assert file.read() == [b"entry"]
    with pytest.raises(OSError, match="Read-only"):
        file.add([b"another"])
    monkeypatch.undo()
    file.add([b"another"])
    assert read(path) == [b"entry", b"another"]


# Sessions.


class Disk:
    """The folder of all that is stored, of which the main store and the database can be made unwritable."""

    def __init__(self, folder: Path, entry: MockConfigEntry) -> None:
        """Initialize with the folder."""
        self.folder = folder
        self.journal = folder / f"{DOMAIN}.{entry.entry_id}.journal"
        store = folder / f"{DOMAIN}.{entry.entry_id}"
        self._files = (store, store.with_name(f"{store.name}.sessions"))

    def block(self) -> None:
        """Have neither of them take anything; what is in them stays."""
        for file in self._files:
            if file.exists():
                file.rename(file.with_name(f"kept.{file.name}"))
            file.mkdir(parents=True)

    def free(self) -> None:
        """Have them as they were before."""
        for file in self._files:
            file.rmdir()
            kept = file.with_name(f"kept.{file.name}")
            if kept.exists():
                kept.rename(file)

    def entries(self) -> int:
        """Return the number of entries in the journal."""
        return len(read(self.journal)) if self.journal.exists() else 0

    def knows(self, transaction_id: str) -> bool:
        """Return whether a session is in the journal."""
        known = f'"{transaction_id}"'.encode()
        return any(known in entry for entry in read(self.journal))


@pytest.fixture
def disk(entry: MockConfigEntry, tmp_path: Path) -> Disk:
    """The disk of the central system."""
    return Disk(tmp_path / ".storage", entry)


def is_told(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    """Return whether the owner is told that nothing can be saved."""
    issue_id = f"storage_unwritable_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None


async def pass_time(hass: HomeAssistant) -> None:
    """Let the time pass after which everything is tried again."""
    async_fire_time_changed(hass, dt_util.utcnow() + CHECK_INTERVAL)
    await hass.async_block_till_done()


async def charge(charger: SimulatedCharger, energy_wh: float) -> str:
    """Have a session of some energy, and return its id."""
    await charger.plug_in()
    transaction_id = await charger.start_session()
    charger.connectors[1].energy_wh += energy_wh
    await charger.meter()
    await charger.unplug()
    return str(transaction_id)


async def sessions(hass: HomeAssistant) -> dict[str, float]:
    """Return the energy of all sessions that are listed."""
    listed = (await ask(hass, "get_sessions"))["sessions"]
    return {each["transaction_id"]: each["energy_kwh"] for each in listed}


async def test_in_order_nothing_stays_in_the_journal(
    hass: HomeAssistant, charger: SimulatedCharger, disk: Disk
) -> None:
    for _ in range(3):
        await charge(charger, 1000)
        await hass.async_block_till_done()
    assert disk.entries() == 0
    assert disk.journal.stat().st_size == 2 * HALF_BYTES
    assert disk.journal.stat().st_mode & 0o777 == 0o600


async def test_what_cannot_be_saved_is_told_at_once_and_saved_later(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger, disk: Disk
) -> None:
    assert not is_told(hass, running)
    disk.block()
    transaction_id = await charge(charger, 1000)
    await until(lambda: is_told(hass, running))
    await until(lambda: disk.knows(transaction_id))
    # It stays for as long as it is so.
    await pass_time(hass)
    assert is_told(hass, running)
    disk.free()
    await pass_time(hass)
    await until(lambda: not is_told(hass, running))
    await until(lambda: disk.entries() == 0)
    assert await sessions(hass) == {transaction_id: 1.0}


@pytest.mark.parametrize(
    "chargers",
    [[charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]],
)
async def test_a_power_cut_on_a_full_disk_loses_no_session(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    port: int,
    disk: Disk,
    tmp_path: Path,
) -> None:
    async with connected(hass, connect) as charger:
        first = await charge(charger, 500)
        await until(lambda: disk.entries() == 0)
        disk.block()
        ended = [await charge(charger, 1000) for _ in range(5)]
        await charger.plug_in()
        last = str(await charger.start_session())
        # It is in the journal, unless the main store had it before.
        await hass.async_block_till_done()
        cut = tmp_path / "cut"
        copytree(disk.folder, cut)
        await hass.config_entries.async_unload(running.entry_id)
        rmtree(disk.folder)
        copytree(cut, disk.folder)
        disk.free()
        assert await hass.config_entries.async_setup(running.entry_id)
        expected = {first: 0.5, last: 0.0} | dict.fromkeys(ended, 1.0)
        assert await sessions(hass) == expected
        async with reconnected(charger, f"ws://127.0.0.1:{port}"):
            charger.connectors[1].energy_wh += 250
            await charger.meter()
            await until(lambda: state(hass, "sensor.charger_energy") == "5.75")
            await charger.unplug()
            await until(lambda: state(hass, "sensor.charger_status") == "available")
            assert await sessions(hass) == expected | {last: 0.25}
            total = sum((await sessions(hass)).values())
            assert float(state(hass, "sensor.ocpp_grid_energy")) == total
    await until(lambda: disk.entries() == 0)


async def test_a_charger_that_is_set_up_anew_knows_nothing_of_an_old_journal(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, disk: Disk
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
    await hass.async_block_till_done()
    memory = running.runtime_data.central_system.stations["CP1"].memory
    state = ConnectorState(1, memory.evses[1])
    await hass.config_entries.async_unload(running.entry_id)
    (subentry_id,) = running.subentries
    hass.config_entries.async_remove_subentry(running, subentry_id)
    entry = JournalEntry(1000, "CP1", state)
    JournalFile(disk.journal).replace([json_bytes(encode(entry))])
    assert await hass.config_entries.async_setup(running.entry_id)
    again = ConfigSubentry(
        data=MappingProxyType({}),
        subentry_type=SUBENTRY_CHARGER,
        title="Charger",
        unique_id="CP1",
    )
    hass.config_entries.async_add_subentry(running, again)
    await hass.async_block_till_done()
    evse = running.runtime_data.chargers["CP1"].evse(1)
    assert evse.running_transaction is None


async def test_a_journal_that_cannot_be_written_costs_nothing(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger, disk: Disk
) -> None:
    disk.journal.unlink(missing_ok=True)
    disk.journal.mkdir(parents=True)
    transaction_id = await charge(charger, 1000)
    await until(lambda: is_told(hass, running))
    assert await sessions(hass) == {transaction_id: 1.0}
    disk.journal.rmdir()
    await pass_time(hass)
    await until(lambda: not is_told(hass, running))
    assert disk.entries() == 0


async def test_a_disk_that_is_full_is_told_before_anything_is_written(
    hass: HomeAssistant, running: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(".")
    full = usage._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    await pass_time(hass)
    await until(lambda: is_told(hass, running))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    await pass_time(hass)
    await until(lambda: not is_told(hass, running))


async def test_a_damaged_database_is_told_and_set_aside(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    disk: Disk,
    hass_client: ClientSessionGenerator,
) -> None:
    await charge(charger, 1000)
    await hass.async_block_till_done()
    assert disk.entries() == 0
    name = f"{DOMAIN}.{running.entry_id}.sessions"
    (disk.folder / name).write_bytes(b"no database" * 1000)
    second = await charge(charger, 2000)
    await until(lambda: disk.entries() == 0)
    assert await sessions(hass) == {second: 2.0}
    assert (disk.folder / f"{name}.corrupt").read_bytes().startswith(b"no database")
    issue_id = f"storage_damaged_{name}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    fix = {"handler": DOMAIN, "issue_id": issue_id}
    flow = await (await client.post("/api/repairs/issues/fix", json=fix)).json()
    assert "corrupt" in flow["description_placeholders"]["file"]
    await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


async def test_a_charger_whose_file_cannot_be_understood_has_a_copy_kept(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    disk: Disk,
    hass_storage: dict[str, Any],
) -> None:
    await charge(charger, 1000)
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(running.entry_id)
    (key,) = (key for key in hass_storage if f"{running.entry_id}.charger." in key)
    record = {"memory": "nonsense"}
    hass_storage[key]["data"] = {"identity": "CP1", "record": record}
    (disk.folder / key).write_text("nonsense")
    assert await hass.config_entries.async_setup(running.entry_id)
    await hass.async_block_till_done()
    assert (disk.folder / f"{key}.corrupt").read_text() == "nonsense"
    issue_id = f"storage_damaged_{key}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None
    await hass.config_entries.async_remove(running.entry_id)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


def entry_of(number: int, charger_id: str, energy_wh: float) -> JournalEntry:
    """Return an entry about a connector."""
    ledger = Ledger(total=Account(energy_wh))
    return JournalEntry(number, charger_id, ConnectorState(1, RememberedEvse(), ledger))


def test_what_is_stored_already_is_not_counted_twice() -> None:
    stored = Contents(
        {
            "A": Record(ledgers={1: Ledger(total=Account(100))}, journaled=5),
            "B": Record(ledgers={1: Ledger(total=Account(200))}, journaled=2),
        },
        # Of the second entry of B, the site knows already.
        SiteRecord(Account(350), journaled=6),
    )
    entries = [
        entry_of(4, "A", 50),
        entry_of(6, "B", 250),
        entry_of(7, "B", 260),
        entry_of(8, "C", 30),
    ]
    after = with_entries(stored, entries)
    totals = {
        id_: record.ledgers[1].total.energy_wh for id_, record in after.chargers.items()
    }
    assert totals == {"A": 100, "B": 260, "C": 30}
    assert after.site.account.energy_wh == 350 + 10 + 30


async def test_a_charger_that_is_stored_drops_no_entry_of_another(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    recorder = SessionRecorder(
        hass, entry.entry_id, lambda _: None, lambda *_: SessionNames()
    )
    file = journal_file(hass, entry.entry_id)
    await hass.async_add_executor_job(make_folder_of, hass)
    await hass.async_add_executor_job(file.read)
    lines = [
        json_bytes(encode(entry_of(number, "AB"[number % 2], 10))) for number in (1, 2)
    ]
    await hass.async_add_executor_job(file.add, lines)
    journal = SessionJournal(hass, entry.entry_id, recorder)
    await journal.async_load(Contents(), {"A", "B"})

    async def kept() -> int:
        await journal.async_flush()
        reread = journal_file(hass, entry.entry_id)
        return len(await hass.async_add_executor_job(reread.read))

    journal.async_note_site_stored(2)
    journal.async_note_stored("A", 2)
    assert await kept() == 2
    journal.async_note_stored("B", 1)
    assert await kept() == 0


def make_folder_of(hass: HomeAssistant) -> None:
    """Make the folder of all that is stored."""
    Path(hass.config.path(".storage")).mkdir()


async def test_removal_leaves_nothing_behind(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger, disk: Disk
) -> None:
    await charge(charger, 1000)
    await until(lambda: disk.entries() == 0)
    assert list(disk.folder.glob(f"{DOMAIN}.*"))
    await hass.config_entries.async_remove(running.entry_id)
    await hass.async_block_till_done()
    assert list(disk.folder.glob(f"{DOMAIN}.*")) == []
