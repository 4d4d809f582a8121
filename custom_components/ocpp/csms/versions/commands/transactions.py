"""Transactions on demand, in every protocol version."""

from abc import ABC, abstractmethod

from ...tokens.token import Token
from ..requests import Request


class TransactionMessages(ABC):
    """Commands that start and stop transactions, and a question about them."""

    @abstractmethod
    def start(self, evse_id: int, token: Token, remote_start_id: int) -> Request[None]:
        """Start a transaction remotely; reports of it may name the command by its number."""

    @abstractmethod
    def stop(self, transaction_id: str) -> Request[None]:
        """Stop a transaction remotely."""

    @abstractmethod
    def ask_if_over(self, transaction_id: str) -> Request[bool] | None:
        """Ask if a transaction has ended and nothing more will be reported of it.

        None where there is no such question: a charger that says nothing of a transaction for long has then ended it.
        """
