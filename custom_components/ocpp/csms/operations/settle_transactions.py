"""Sessions of which a charger says nothing any more: confirmed, asked about, or concluded."""

from ..errors import CallFailedError, RejectedError
from ..evses.transaction import Transaction
from ..model import Evse
from ..station import ChargingStation
from ..transactions.lifecycle import note_reference
from ..transactions.reports import TransactionReference
from ..transactions.settling import conclude_stale, settle, stale_transaction
from ..transactions.succession import EvseUpdate


class Settling:
    """The sessions of one charger, settled as its protocol version provides."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing was asked yet."""
        self._station = station
        self._asked: set[str] = set()

    def settle(self) -> list[int]:
        """Draw the conclusions that are due, and return the EVSEs whose session the charger must be asked about."""
        station = self._station
        if not station.connected:
            return []
        for evse in station.snapshot.evses.values():
            self._apply(evse, settle(station.identity, evse, station.now))
        unsure = []
        for evse in station.snapshot.evses.values():
            stale = stale_transaction(evse, station.now)
            if stale is None or stale.id in self._asked:
                continue
            if station.version.transactions.get_status(stale.id) is None:
                self._conclude(evse, stale)
            else:
                unsure.append(evse.id)
        return unsure

    async def ask(self, evse_id: int) -> None:
        """Ask about the stale session of an EVSE; a charger that cannot tell has ended it.

        Raises:
            NotConnectedError, CallTimeoutError: when there is no answer.
        """
        station = self._station
        stale = stale_transaction(station.snapshot.evse(evse_id), station.now)
        if stale is None or stale.id in self._asked:
            return
        self._asked.add(stale.id)
        try:
            over = await self._is_over(stale)
        finally:
            self._asked.discard(stale.id)
        evse = station.snapshot.evse(evse_id)
        running = evse.running_transaction
        if running is None or running.id != stale.id:
            return
        if over:
            self._conclude(evse, running)
        else:
            named = TransactionReference(
                transaction_id=stale.id, reported_at=station.now, ids_are_final=True
            )
            self._apply(
                evse, note_reference(station.snapshot, evse, named, station.now)
            )

    async def _is_over(self, stale: Transaction) -> bool:
        question = self._station.version.transactions.get_status(stale.id)
        if question is None:
            return True
        try:
            status = await self._station.request(lambda _: question)
        except RejectedError, CallFailedError:
            return True
        return status.is_over

    def _conclude(self, evse: Evse, stale: Transaction) -> None:
        station = self._station
        update = conclude_stale(station.identity, evse, stale, station.now)
        self._apply(evse, update)

    def _apply(self, before: Evse, update: EvseUpdate) -> None:
        if update.evse is not before:
            snapshot = self._station.snapshot.with_evse(update.evse)
            self._station.change(snapshot, *update.events)
