"""The messages of a charger as they are taken in: answered at once, or once it is known what they mean."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from .claims import Claims
from .evses.transaction import Transaction
from .model import Snapshot
from .ocppj.framing import Payload
from .ocppj.violations import Faults
from .pki.contracts.proofs import ContractProof, ContractStatus
from .station_settings import StationSettings
from .surroundings import Surroundings
from .versions import Context, Handled, UncheckedContractError, Version
from .versions.plausibility import note_all


class Station(Protocol):
    """The charger, as its messages need it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of it."""

    @property
    def settings(self) -> StationSettings:
        """The owner's decisions about it."""

    @property
    def faults(self) -> Faults:
        """Its violations on the wire."""

    @property
    def claims(self) -> Claims:
        """The devices that use its identity."""

    @property
    def invited(self) -> frozenset[str]:
        """The messages that it was asked for."""

    def starts_with(self, id_token: str) -> bool:
        """Return whether sessions are started from here with an id token."""

    def cost_of(self, transaction: Transaction) -> float | None:
        """Return what a session has cost so far; None if that is unknown."""

    def take_over(self, handled: Handled) -> None:
        """Take over what follows from a message; `publish` must follow."""

    def publish(self) -> None:
        """Tell the observers what has changed."""


class Intake:
    """The messages of one charger."""

    def __init__(
        self,
        station: Station,
        surroundings: Surroundings,
        take_transaction_number: Callable[[], int],
    ) -> None:
        """Initialize.

        Args:
            station: the charger.
            surroundings: the services of the central system.
            take_transaction_number: hands out a number that no other session has.
        """
        self._station = station
        self._surroundings = surroundings
        self._take_transaction_number = take_transaction_number

    def handle(
        self, version: Version, action: str, payload: Payload
    ) -> Payload | Awaitable[Payload]:
        """Take in a call and return the answer, or what will be the answer."""
        try:
            return self._take_in(
                version, action, payload, self._context(self._station.snapshot)
            )
        except UncheckedContractError as err:
            return self._take_in_later(version, action, payload, err.proof)

    async def _take_in_later(
        self, version: Version, action: str, payload: Payload, proof: ContractProof
    ) -> Payload:
        """Take in a call once the contract that it tells of has been checked."""
        contracts = self._surroundings.contracts()
        status = ContractStatus.UNCONFIRMED
        if contracts is not None:
            status = await contracts.check(proof)
        context = replace(self._context(self._station.snapshot), contract=status)
        answer = self._take_in(version, action, payload, context)
        # Observers are told once the answer is on its way.
        asyncio.get_running_loop().call_soon(self._station.publish)
        return answer

    def _context(self, snapshot: Snapshot) -> Context:
        station, system = self._station, self._surroundings
        place = snapshot.identity
        return Context(
            system.clock(),
            snapshot.registration,
            self._take_transaction_number,
            lambda token, evse_id: system.authorize((place, evse_id), token),
            station.settings.data_vendors,
            station.settings.phases,
            system.signs_certificates(),
            station.invited,
            station.starts_with,
            station.cost_of,
            system.contracts() is not None,
        )

    def _take_in(
        self, version: Version, action: str, payload: Payload, context: Context
    ) -> Payload:
        station = self._station
        snapshot = station.snapshot
        handled = version.handlers[action](payload, snapshot, context)
        station.claims.check(handled.events)
        note_all(station.faults, action, payload, snapshot, handled, context.now)
        station.take_over(handled)
        return handled.answer
