"""The books of vehicles: the sum of their sessions, of all time and by month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..csms.observers import Listeners
from ..surplus.accounts.accounts import Account
from .recorder import SessionRecorder
from .records import SessionFilter, SessionRecord
from .session_file import Key, key_of

type _Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sums:
    """The sums of the ended sessions of one vehicle, and the last one."""

    total: Account = field(default_factory=Account)
    months: dict[_Month, Account] = field(default_factory=dict)
    last: SessionRecord | None = None


class VehicleBooks:
    """The books of all vehicles; a session that turns out to be another vehicle's moves to its book."""

    def __init__(self, hass: HomeAssistant, recorder: SessionRecorder) -> None:
        """Initialize without sessions."""
        self._hass = hass
        self._recorder = recorder
        self._ended: dict[Key, SessionRecord] = {}
        self._sums: dict[str, _Sums] = {}
        self._changed = Listeners[()]()
        self._stops: list[CALLBACK_TYPE] = []
        self._is_asked_for = False
        self._is_loaded = False

    @property
    def is_loaded(self) -> bool:
        """True once the sessions of all time are known, and so their sums."""
        return self._is_loaded

    @callback
    def async_start(self) -> None:
        """Follow the sessions that end from now on."""
        self._stops = [
            self._recorder.database.async_subscribe(self._async_on_put, _ignore),
            self._recorder.async_subscribe_site(self._async_on_posted),
        ]

    async def async_load(self) -> None:
        """Read the sessions that have ended, once; a household without vehicles needs none of them."""
        if self._is_asked_for:
            return
        self._is_asked_for = True
        for record in await self._recorder.database.async_find(SessionFilter()):
            if record.vehicle_id is not None:
                self._ended.setdefault(key_of(record), record)
        self._is_loaded = True
        self._sums.clear()
        self._changed.tell()

    @callback
    def async_stop(self) -> None:
        """Follow them no longer."""
        for stop in self._stops:
            stop()

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever a book may have changed."""
        return self._changed.add(listener)

    @callback
    def async_total(self, vehicle_id: str) -> Account:
        """Return the account of all sessions of a vehicle."""
        return self._with_running(vehicle_id, self._sums_of(vehicle_id).total)

    @callback
    def async_month(self, vehicle_id: str, now: datetime) -> Account:
        """Return the account of the sessions of a vehicle that began in the month of a local time."""
        month = (now.year, now.month)
        ended = self._sums_of(vehicle_id).months.get(month, Account())
        return self._with_running(vehicle_id, ended, month)

    @callback
    def async_last(self, vehicle_id: str) -> SessionRecord | None:
        """Return the running session of a vehicle, or else the last one."""
        running = next(self._running(vehicle_id), None)
        return running or self._sums_of(vehicle_id).last

    def _with_running(
        self, vehicle_id: str, account: Account, month: _Month | None = None
    ) -> Account:
        for record in self._running(vehicle_id):
            if month is None or _month_of(record) == month:
                account += record.account
        return account

    def _running(self, vehicle_id: str) -> Iterator[SessionRecord]:
        for record in self._recorder.async_running():
            if record.vehicle_id == vehicle_id:
                yield record

    def _sums_of(self, vehicle_id: str) -> _Sums:
        if vehicle_id not in self._sums:
            running = {key_of(record) for record in self._recorder.async_running()}
            self._sums[vehicle_id] = _summed(
                [
                    record
                    for key, record in self._ended.items()
                    if record.vehicle_id == vehicle_id and key not in running
                ]
            )
        return self._sums[vehicle_id]

    @callback
    def _async_on_posted(self) -> None:
        # The ledger in which something is being entered can be read once that is done.
        self._hass.loop.call_soon(self._changed.tell)

    @callback
    def _async_on_put(self, record: SessionRecord) -> None:
        self._ended[key_of(record)] = record
        self._sums.clear()
        self._changed.tell()


def _summed(records: Sequence[SessionRecord]) -> _Sums:
    total, months = Account(), dict[_Month, Account]()
    for record in records:
        total += record.account
        month = _month_of(record)
        months[month] = months.get(month, Account()) + record.account
    last = max(records, key=lambda record: record.started_at, default=None)
    return _Sums(total, months, last)


def _month_of(record: SessionRecord) -> _Month:
    began = dt_util.as_local(record.started_at)
    return began.year, began.month


def _ignore(_: Sequence[SessionRecord]) -> None:
    """Ignore that sessions were written."""
