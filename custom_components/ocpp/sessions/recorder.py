"""The recorder of sessions: the energy of each connector and the site, its origin and its cost.

The ledgers follow the energy registers of the chargers, and are stored together with them, so that both are of the
same instant after a restart.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..csms.events import Event, TransactionEnded, TransactionReported
from ..csms.evses.transaction import Transaction
from ..csms.model import Evse
from ..csms.observers import Listeners
from ..surplus.accounts.accounts import Account, corrected_to, unknown_origin
from ..surplus.accounts.booking import POSTED_EVERY_S, Books, balanced, entered
from ..surplus.accounts.ledger import Ledger, Report
from ..surplus.accounts.origins import Flows, Tariff, Timeline
from ..surplus.model import SiteReading
from .database import SessionDatabase
from .records import SessionFilter, SessionNames, SessionRecord
from .reports import report_of
from .retention import credible_start

type Names = Callable[[Charger, Transaction], SessionNames]
"""Returns the names of the tag and the vehicle of a session."""

_CORRECTED_FOR = timedelta(days=60)
"""The age up to which sessions of a car that is still plugged in are found again."""


class SessionRecorder:
    """Records the sessions of one central system, and keeps its ledgers."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        tariff_at: Callable[[float], Tariff | None],
        names: Names,
    ) -> None:
        """Initialize with what tells the tariff at an instant, and names."""
        self._hass = hass
        self._tariff_at = tariff_at
        self._names = names
        self._timeline = Timeline()
        self._reading: SiteReading | None = None
        self._connectors: dict[str, _Connector] = {}
        self._site_changed = Listeners[()]()
        self.database = SessionDatabase(hass, entry_id)
        self.total = Account()
        """The account of all sessions ever, including those of removed chargers."""
        self._stored_ledgers: Mapping[str, Mapping[int, Ledger]] = {}

    @callback
    def async_restore(
        self, total: Account, ledgers: Mapping[str, Mapping[int, Ledger]]
    ) -> None:
        """Start from what was stored before the restart; the ledgers are by charger and connector."""
        self.total = total
        self._stored_ledgers = ledgers

    @callback
    def async_add(self, charger: Charger) -> CALLBACK_TYPE:
        """Record what a charger reports, until the returned function is called."""
        ledgers = self._stored_ledgers.get(charger.identity, {})
        connectors = {
            charger.evse_identifier(evse_id): _Connector(
                self._hass,
                self,
                charger,
                charger.evse(evse_id),
                ledgers.get(evse_id, Ledger()),
            )
            for evse_id in charger.evse_ids
        }
        self._connectors |= connectors
        for connector in connectors.values():
            self._async_keep_again(connector)
        stops = [connector.async_follow() for connector in connectors.values()]
        stops.append(
            charger.station.subscribe_events(
                lambda event: self._async_on_event(charger, event)
            )
        )

        def stop() -> None:
            for each in stops:
                each()

        return stop

    @callback
    def async_forget(self, charger: Charger) -> None:
        """Forget the ledgers of a charger that was removed."""
        self._stored_ledgers = {
            identity: ledgers
            for identity, ledgers in self._stored_ledgers.items()
            if identity != charger.identity
        }
        for evse_id in charger.evse_ids:
            self._connectors.pop(charger.evse_identifier(evse_id), None)

    @callback
    def async_ledgers_of(self, charger: Charger) -> Mapping[int, Ledger]:
        """Return the ledgers of a charger by connector, with all that it has reported."""
        ledgers = {}
        for evse_id in charger.evse_ids:
            connector = self._connectors.get(charger.evse_identifier(evse_id))
            if connector is not None:
                connector.async_post()
                ledgers[evse_id] = connector.ledger
        return ledgers

    def ledger_of(self, key: str) -> Ledger:
        """Return the ledger of a connector."""
        connector = self._connectors.get(key)
        return Ledger() if connector is None else connector.ledger

    @callback
    def async_subscribe(self, key: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever something was entered for a connector."""
        return self._connectors[key].changed.add(listener)

    @callback
    def async_subscribe_site(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever something was entered for any connector."""
        return self._site_changed.add(listener)

    @callback
    def async_on_reading(self, reading: SiteReading | None, holds_s: float) -> None:
        """Take over a reading of the site's meters, which holds for some time, even if it has not changed."""
        now_s = dt_util.utcnow().timestamp()
        tariff = self._tariff_at(now_s)
        grid_w = battery_w = None
        if reading is not None and now_s - reading.grid_at_s <= holds_s:
            grid_w, battery_w = reading.grid_power_w, reading.battery_power_w
        if grid_w is None or battery_w is None:
            self._timeline.add(Flows(now_s, tariff=tariff))
        elif reading != self._reading:
            self._reading = reading
            cars_w = sum(each.ledger.drawn_w for each in self._connectors.values())
            flows = Flows(now_s, grid_w, battery_w, cars_w, tariff, holds_s)
            self._timeline.add(flows)

    async def async_sessions(
        self, session_filter: SessionFilter
    ) -> list[SessionRecord]:
        """Return the sessions that match a filter: the ended ones, the earliest first, then the running ones."""
        for connector in self._connectors.values():
            connector.async_post()
        running = list(self.async_running())
        # After a power cut, a session may be in the database whose end was not stored.
        run = {(record.charger_id, record.transaction_id) for record in running}
        ended = [
            record
            for record in await self.database.async_find(session_filter)
            if (record.charger_id, record.transaction_id) not in run
        ]
        return [
            *ended,
            *(record for record in running if session_filter.matches(record)),
        ]

    async def async_rename(
        self, charger: Charger, evse_id: int, transaction_ids: Collection[str]
    ) -> None:
        """Write ended sessions at a connector again, as they turned out to be another vehicle's."""
        place = frozenset({(charger.identity, evse_id)})
        since = dt_util.utcnow() - _CORRECTED_FOR
        for record in await self.database.async_find(SessionFilter(place, since=since)):
            if record.transaction_id in transaction_ids:
                names = self._names(
                    charger,
                    Transaction(
                        record.transaction_id,
                        evse_id,
                        record.id_tag,
                        record.started_at,
                    ),
                )
                self.database.async_put(
                    replace(record, vehicle=names.vehicle, vehicle_id=names.vehicle_id)
                )

    @callback
    def async_running(self) -> Iterator[SessionRecord]:
        """Yield the records of the running sessions, as far as they are posted."""
        for connector in self._connectors.values():
            transaction = connector.evse.running_transaction
            if transaction is not None:
                yield self._record_of(connector.charger, transaction)

    @callback
    def async_enter(self, books: Books, report: Report) -> Books:
        """Return the books of a connector with a report added."""
        return self._async_summed(books, entered(books, report, self._timeline))

    @callback
    def async_balance(self, books: Books) -> Books:
        """Return the books of a connector with all that it has reported posted."""
        return self._async_summed(books, balanced(books, self._timeline))

    @callback
    def _async_summed(self, before: Books, after: Books) -> Books:
        """Add what was posted to the total of all sessions."""
        if after.ledger.total.energy_wh > before.ledger.total.energy_wh:
            self.total += after.ledger.total - before.ledger.total
            self._site_changed.tell()
        return after

    @callback
    def async_cost_of(self, charger: Charger, transaction: Transaction) -> float | None:
        """Return what a session has cost so far, of which more may be known than was entered; None without a price."""
        account = self._account_of(charger, transaction)
        tariff = self._tariff_at(dt_util.utcnow().timestamp())
        energy_wh = transaction.energy_wh or 0.0
        return corrected_to(account, energy_wh, tariff).known_cost

    def _account_of(self, charger: Charger, transaction: Transaction) -> Account:
        """Return the account of a session, as far as it is posted."""
        key = charger.evse_identifier(transaction.evse_id)
        account = self.ledger_of(key).account_of(transaction.id)
        if account is None:
            tariff = self._tariff_at(dt_util.utcnow().timestamp())
            account = unknown_origin(transaction.energy_wh or 0.0, tariff)
        return account

    @callback
    def async_keep(self, charger: Charger, transaction: Transaction) -> None:
        """Write an ended session to the database."""
        self.database.async_put(self.async_record_of(charger, transaction))

    @callback
    def _async_keep_again(self, connector: _Connector) -> None:
        """Write the last session of a connector again, as it may have ended in a power cut."""
        last = connector.evse.transaction
        if last is None or last.running or connector.ledger.account_of(last.id) is None:
            return
        self.async_keep(connector.charger, last)

    @callback
    def _async_on_event(self, charger: Charger, event: Event) -> None:
        match event:
            case TransactionEnded(transaction=transaction):
                self.async_keep(charger, transaction)
            case TransactionReported(transaction=transaction):
                self.async_keep(charger, transaction)

    @callback
    def async_record_of(
        self, charger: Charger, transaction: Transaction
    ) -> SessionRecord:
        """Return the present record of a session."""
        key = charger.evse_identifier(transaction.evse_id)
        if (connector := self._connectors.get(key)) is not None:
            connector.async_post()
        return self._record_of(charger, transaction)

    def _record_of(self, charger: Charger, transaction: Transaction) -> SessionRecord:
        account = self._account_of(charger, transaction)
        names = self._names(charger, transaction)
        return SessionRecord(
            charger.identity,
            charger.name,
            transaction.evse_id,
            transaction.id,
            credible_start(transaction.started_at, transaction.ended_at),
            transaction.ended_at,
            transaction.stop_reason,
            transaction.id_token,
            names.tag,
            names.vehicle,
            self._hass.config.currency,
            account,
            names.vehicle_id,
            transaction.signed,
        )


class _Connector:
    """A connector and its ledger, to which a steady session is posted once a minute."""

    def __init__(
        self,
        hass: HomeAssistant,
        recorder: SessionRecorder,
        charger: Charger,
        evse: Evse,
        ledger: Ledger,
    ) -> None:
        self._hass = hass
        self._recorder = recorder
        self._before = evse
        self.charger = charger
        self._books = Books(ledger)
        self.changed = Listeners[()]()
        self._cancel_posting: CALLBACK_TYPE | None = None

    @property
    def ledger(self) -> Ledger:
        """The ledger, as far as it is posted."""
        return self._books.ledger

    @property
    def evse_id(self) -> int:
        """The number of the connector."""
        return self._before.id

    @property
    def evse(self) -> Evse:
        """The state of the connector."""
        return self.charger.evse(self.evse_id)

    @callback
    def async_follow(self) -> CALLBACK_TYPE:
        """Follow the reports of the charger."""
        unsubscribe = self.charger.station.subscribe_evse(
            self.evse_id, self._async_on_change
        )

        def stop() -> None:
            unsubscribe()
            self.async_post()

        return stop

    @callback
    def _async_on_change(self, evse: Evse) -> None:
        before, self._before = self._before, evse
        report = report_of(self.charger, before, evse)
        self._async_take_over(self._recorder.async_enter(self._books, report))
        if evse.transaction is not None and _is_corrected(before, evse):
            self._recorder.async_keep(self.charger, evse.transaction)

    @callback
    def async_post(self) -> None:
        """Post the report that waits, if one does."""
        self._async_take_over(self._recorder.async_balance(self._books))

    @callback
    def _async_take_over(self, books: Books) -> None:
        before, self._books = self._books, books
        if books.waiting is not None:
            self._async_post_soon()
        elif self._cancel_posting is not None:
            self._cancel_posting()
            self._cancel_posting = None
        if _is_shown_otherwise(before, books):
            self.changed.tell()

    @callback
    def _async_post_soon(self) -> None:
        if self._cancel_posting is None:
            self._cancel_posting = async_call_later(
                self._hass, POSTED_EVERY_S, self._async_post_in_time
            )

    @callback
    def _async_post_in_time(self, _: datetime) -> None:
        self._cancel_posting = None
        self.async_post()


def _is_shown_otherwise(before: Books, after: Books) -> bool:
    """Return whether sensors may show something else."""
    if after.posted is before.posted or after.posted is None:
        return False
    return (
        before.posted is None
        or before.posted.session != after.posted.session
        or before.ledger.total != after.ledger.total
        or before.ledger.session != after.ledger.session
    )


def _is_corrected(before: Evse, evse: Evse) -> bool:
    """Return whether the assumed end of a session was replaced by the real one."""
    was, now = before.transaction, evse.transaction
    if was is None or now is None or was.running or now.running:
        return False
    return was.id == now.id and was != now
