"""Transactions on demand, in every protocol version."""

from abc import ABC, abstractmethod

from ..tokens.token import Token
from .requests import Request


class TransactionMessages(ABC):
    """Commands that start and stop transactions."""

    @abstractmethod
    def start(self, evse_id: int, token: Token) -> Request[None]:
        """Start a transaction remotely."""

    @abstractmethod
    def stop(self, transaction_id: str) -> Request[None]:
        """Stop a transaction remotely."""
