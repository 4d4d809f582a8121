"""What must survive a restart of Home Assistant: sessions, what was charged, and what the owner prefers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .charger import Preferences
from .const import DOMAIN
from .csms.capabilities import Kind, Purpose, Unit
from .csms.ledger import Fall, Ledger
from .csms.model import Halt, Transaction
from .csms.obedience import Experience
from .csms.station import Memory
from .csms.ways import Way
from .surplus.model import Mode

STORAGE_VERSION = 1
SAVE_DELAY_S = 1.0


class _Transaction(TypedDict):
    id: str
    evse_id: int
    id_token: str | None
    started_at: str
    meter_start_wh: float | None
    total_start_wh: float | None
    energy_wh: float | None
    ended_at: str | None
    stop_reason: str | None


class _Fall(TypedDict):
    peak_wh: float
    counted_wh: float
    restarted: bool


class _Ledger(TypedDict):
    total_wh: float | None
    register_wh: float | None
    read_at: str | None
    fall: _Fall | None
    ahead_wh: float


class _Way(TypedDict):
    purpose: str
    kind: str
    unit: str
    stack_level: int
    starts: bool
    lifetime_s: float | None
    in_list: bool


class _RefusedWay(TypedDict):
    way: _Way
    times: int


class _Experience(TypedDict):
    ignored: list[_Way]
    refused: list[_RefusedWay]
    taken_over: list[int]


class _Halt(TypedDict):
    transaction_id: str
    id_token: str | None


class _Preferences(TypedDict):
    mode: str
    maximum_current_a: float | None


class _Record(TypedDict):
    last_transaction_id: int
    transactions: list[_Transaction]
    ledgers: dict[str, _Ledger]
    experience: _Experience
    firmware_version: str | None
    halts: dict[str, _Halt]
    preferences: dict[str, _Preferences]


class _Stored(TypedDict):
    chargers: dict[str, _Record]


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one charger."""

    memory: Memory = field(default_factory=Memory)
    preferences: Mapping[int, Preferences] = field(default_factory=dict)


class Storage:
    """The file of one central system."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        collect: Callable[[], Mapping[str, Record]],
    ) -> None:
        """Initialize with what returns the records to be saved, by identity."""
        self._store = Store[_Stored](hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")
        self._collect = collect

    async def async_load(self) -> dict[str, Record]:
        """Return what was remembered, by identity."""
        stored = await self._store.async_load()
        if stored is None:
            return {}
        return {
            identity: _record(record) for identity, record in stored["chargers"].items()
        }

    @callback
    def async_save(self) -> None:
        """Save soon; changes that come close together are saved once."""
        self._store.async_delay_save(self._stored, SAVE_DELAY_S)

    async def async_save_now(self) -> None:
        """Save at once, as when the central system is unloaded."""
        await self._store.async_save(self._stored())

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._store.async_remove()

    def _stored(self) -> _Stored:
        records = self._collect().items()
        return {
            "chargers": {
                identity: _stored_record(record) for identity, record in records
            }
        }


def _record(stored: _Record) -> Record:
    transactions = tuple(
        _transaction(transaction) for transaction in stored["transactions"]
    )
    return Record(
        Memory(
            transactions,
            stored["last_transaction_id"],
            {
                int(evse_id): _ledger(ledger)
                for evse_id, ledger in stored["ledgers"].items()
            },
            _experience(stored["experience"]),
            stored["firmware_version"],
            {int(evse_id): Halt(**halt) for evse_id, halt in stored["halts"].items()},
        ),
        {
            int(evse_id): Preferences(
                Mode(preferences["mode"]), preferences["maximum_current_a"]
            )
            for evse_id, preferences in stored["preferences"].items()
        },
    )


def _transaction(stored: _Transaction) -> Transaction:
    ended_at = stored["ended_at"]
    return Transaction(
        id=stored["id"],
        evse_id=stored["evse_id"],
        id_token=stored["id_token"],
        started_at=datetime.fromisoformat(stored["started_at"]),
        meter_start_wh=stored["meter_start_wh"],
        total_start_wh=stored["total_start_wh"],
        energy_wh=stored["energy_wh"],
        ended_at=None if ended_at is None else datetime.fromisoformat(ended_at),
        stop_reason=stored["stop_reason"],
    )


def _ledger(stored: _Ledger) -> Ledger:
    fall, read_at = stored["fall"], stored["read_at"]
    return Ledger(
        total_wh=stored["total_wh"],
        register_wh=stored["register_wh"],
        read_at=None if read_at is None else datetime.fromisoformat(read_at),
        fall=None if fall is None else Fall(**fall),
        ahead_wh=stored["ahead_wh"],
    )


def _stored_ledger(ledger: Ledger) -> _Ledger:
    fall = ledger.fall
    return {
        "total_wh": ledger.total_wh,
        "register_wh": ledger.register_wh,
        "read_at": None if ledger.read_at is None else ledger.read_at.isoformat(),
        "fall": None
        if fall is None
        else {
            "peak_wh": fall.peak_wh,
            "counted_wh": fall.counted_wh,
            "restarted": fall.restarted,
        },
        "ahead_wh": ledger.ahead_wh,
    }


def _experience(stored: _Experience) -> Experience:
    return Experience(
        frozenset(_way(way) for way in stored["ignored"]),
        {_way(item["way"]): item["times"] for item in stored["refused"]},
        frozenset(stored["taken_over"]),
    )


def _stored_experience(experience: Experience) -> _Experience:
    return {
        "ignored": [_stored_way(way) for way in experience.ignored],
        "refused": [
            {"way": _stored_way(way), "times": times}
            for way, times in experience.refused.items()
        ],
        "taken_over": sorted(experience.taken_over),
    }


def _way(stored: _Way) -> Way:
    lifetime_s = stored["lifetime_s"]
    return Way(
        purpose=Purpose(stored["purpose"]),
        kind=Kind(stored["kind"]),
        unit=Unit(stored["unit"]),
        stack_level=stored["stack_level"],
        starts=stored["starts"],
        lifetime=None if lifetime_s is None else timedelta(seconds=lifetime_s),
        in_list=stored["in_list"],
    )


def _stored_way(way: Way) -> _Way:
    lifetime = way.lifetime
    return {
        "purpose": way.purpose.value,
        "kind": way.kind.value,
        "unit": way.unit.value,
        "stack_level": way.stack_level,
        "starts": way.starts,
        "lifetime_s": None if lifetime is None else lifetime.total_seconds(),
        "in_list": way.in_list,
    }


def _stored_record(record: Record) -> _Record:
    return {
        "last_transaction_id": record.memory.last_transaction_id,
        "transactions": [
            _stored_transaction(item) for item in record.memory.transactions
        ],
        "ledgers": {
            str(evse_id): _stored_ledger(ledger)
            for evse_id, ledger in record.memory.ledgers.items()
        },
        "experience": _stored_experience(record.memory.experience),
        "firmware_version": record.memory.firmware_version,
        "halts": {
            str(evse_id): {
                "transaction_id": halt.transaction_id,
                "id_token": halt.id_token,
            }
            for evse_id, halt in record.memory.halts.items()
        },
        "preferences": {
            str(evse_id): {
                "mode": preferences.mode.value,
                "maximum_current_a": preferences.maximum_current_a,
            }
            for evse_id, preferences in record.preferences.items()
        },
    }


def _stored_transaction(transaction: Transaction) -> _Transaction:
    ended_at = transaction.ended_at
    return {
        "id": transaction.id,
        "evse_id": transaction.evse_id,
        "id_token": transaction.id_token,
        "started_at": transaction.started_at.isoformat(),
        "meter_start_wh": transaction.meter_start_wh,
        "total_start_wh": transaction.total_start_wh,
        "energy_wh": transaction.energy_wh,
        "ended_at": None if ended_at is None else ended_at.isoformat(),
        "stop_reason": transaction.stop_reason,
    }
