"""Pauses of chargers that cannot pause: the session is stopped, and another one started to go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ...devices.capabilities import PauseBy
from ...errors import CallFailedError, RejectedError
from ...evses.status import ConnectorStatus
from ...model import Address, Availability, Evse, Limit, Snapshot, StoppedForPause
from ..charging_profile import feasible
from ..compliance import ProfileCompliance
from .restarts import Restarts

_STOPPING = frozenset({PauseBy.STOP_TRANSACTION, PauseBy.INOPERATIVE})


class SessionCommands(Protocol):
    """The commands that stop a session for a pause, and start it again."""

    async def start_transaction(
        self, evse_id: int, id_token: str | None = None
    ) -> None:
        """Ask the charger to start a session."""

    async def stop_transaction(self, evse_id: int) -> None:
        """Ask the charger to stop the session."""

    async def change_availability(
        self, address: Address, availability: Availability
    ) -> None:
        """Put an EVSE into or out of service."""


class Station(Protocol):
    """The charger, as pauses need it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of the charger."""

    @property
    def commands(self) -> SessionCommands:
        """The commands that it can be given."""

    def change_evse(self, evse: Evse) -> None:
        """Replace an EVSE in the snapshot."""

    def learn_pausing(self, by: PauseBy) -> None:
        """Pause in another way from now on."""


class StoppingPauses:
    """Pauses at one charger, where they mean that sessions are stopped and started."""

    def __init__(
        self,
        station: Station,
        compliance: ProfileCompliance,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize with the charger, and the record of what it refuses."""
        self._station = station
        self._compliance = compliance
        self._clock = clock
        self._restarts = Restarts()

    def stops_for(self, limit: Limit) -> bool:
        """Return whether a session is stopped to bring a limit about."""
        capabilities = self._compliance.capabilities
        if capabilities.pause_by not in _STOPPING:
            return False
        return feasible(limit, capabilities).current_a == 0

    async def pause(self, evse: Evse, limit: Limit) -> None:
        """Stop the session at an EVSE, if one runs there.

        Raises:
            RejectedError, CallFailedError: when the charger refuses; it is then left alone for a while.
        """
        transaction = evse.running_transaction
        if transaction is None:
            return
        with self._noting_refusal(evse, limit):
            if self._leaves_service:
                # Else it would start the next session by itself.
                await self._station.commands.change_availability(
                    Address(evse.id), Availability.INOPERATIVE
                )
            await self._station.commands.stop_transaction(evse.id)
        self._note(evse.id, StoppedForPause(transaction.id, transaction.id_token))

    def may_resume(self, evse: Evse) -> bool:
        """Return whether a session that was stopped is to be started again now."""
        stopped, now = evse.stopped_for_pause, self._clock()
        if stopped is None or evse.limit is None:
            return False
        allowed = feasible(evse.limit, self._compliance.capabilities)
        return (
            allowed.current_a > 0
            and not self._compliance.refused_lately(evse, now)
            and self._restarts.may_try(evse.id, stopped.transaction_id, now)
        )

    async def resume(self, evse: Evse, limit: Limit, stopped: StoppedForPause) -> None:
        """Start the session anew that was stopped; whether it begins remains to be seen.

        Raises:
            RejectedError, CallFailedError: when the charger refuses; it is then left alone for a while.
        """
        self._restarts.note(evse.id, stopped.transaction_id, self._clock())
        with self._noting_refusal(evse, limit):
            if self._leaves_service:
                await self._station.commands.change_availability(
                    Address(evse.id), Availability.OPERATIVE
                )
            await self._station.commands.start_transaction(evse.id, stopped.id_token)

    def without_ended(self, evse: Evse) -> Evse:
        """Return an EVSE without a pause that is over: the car has left or charges again, or cannot be had to."""
        evse, stopped = without_ended_pause(evse), evse.stopped_for_pause
        if stopped is None or evse.stopped_for_pause is None:
            return evse
        if not self._restarts.is_spent(evse.id, stopped.transaction_id, self._clock()):
            return evse
        self._station.learn_pausing(PauseBy.LEAST_CURRENT)
        return replace(evse, stopped_for_pause=None, stays_stopped=True)

    @property
    def _leaves_service(self) -> bool:
        """True if a connector is put out of service for a pause."""
        capabilities = self._compliance.capabilities
        return (
            capabilities.pause_by is PauseBy.INOPERATIVE
            and capabilities.change_availability
        )

    @contextmanager
    def _noting_refusal(self, evse: Evse, limit: Limit) -> Iterator[None]:
        """Have a charger that refuses left alone for a while."""
        try:
            yield
        except RejectedError, CallFailedError:
            transaction = evse.running_transaction
            self._compliance.refused(evse.id, limit, transaction, self._clock())
            raise

    def _note(self, evse_id: int, stopped: StoppedForPause | None) -> None:
        evse = self._station.snapshot.evse(evse_id)
        self._station.change_evse(replace(evse, stopped_for_pause=stopped))


def without_ended_pause(evse: Evse) -> Evse:
    """Return an EVSE without a pause that is over, since the car has left or charges again."""
    stopped, transaction = evse.stopped_for_pause, evse.running_transaction
    if evse.stays_stopped and (
        transaction is not None or evse.status is ConnectorStatus.AVAILABLE
    ):
        evse = replace(evse, stays_stopped=False)
    if stopped is None:
        return evse
    if transaction is None:
        is_over = evse.status is ConnectorStatus.AVAILABLE
    else:
        is_over = transaction.id != stopped.transaction_id
    return replace(evse, stopped_for_pause=None) if is_over else evse
