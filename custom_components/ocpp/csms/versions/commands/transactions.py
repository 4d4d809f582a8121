"""Transactions on demand, in every protocol version."""

from abc import ABC, abstractmethod
from typing import ClassVar

from ...limits.charging_profile import Profile
from ...tokens.token import Token
from ...transactions.reports import TransactionStatus
from ..requests import Request


class TransactionMessages(ABC):
    """Commands that start and stop transactions, and a question about them."""

    starts_with_profile: ClassVar[bool]
    """True if chargers take a charging profile with the command to start."""

    @abstractmethod
    def start(
        self,
        evse_id: int,
        token: Token,
        remote_start_id: int,
        profile: Profile | None = None,
    ) -> Request[None]:
        """Start a transaction remotely, with a charging profile for it; reports of it may name the command by its number."""

    @abstractmethod
    def stop(self, transaction_id: str) -> Request[None]:
        """Stop a transaction remotely."""

    @abstractmethod
    def tell_cost(self, transaction_id: str, cost: float) -> Request[None] | None:
        """Tell what a transaction has cost so far; None where chargers cannot be told."""

    @abstractmethod
    def get_status(
        self, transaction_id: str | None
    ) -> Request[TransactionStatus] | None:
        """Ask for the status of a transaction; without an id, if anything remains to be reported of any.

        None where there is no such question: a charger that says nothing of a transaction for long has then ended it.
        """
