"""The messages that a charger keeps while it has no connection, and sends when it has one."""

import asyncio
from collections.abc import Iterator
from typing import Any

from ocpp.v16 import call, call_result

PROVISIONAL_NUMBER = -1
"""The number of a session that has begun without a connection."""
_KEPT = (call.StartTransaction, call.StopTransaction, call.MeterValues)


class Outbox:
    """The calls about sessions that wait to be sent, in order; all others are lost."""

    def __init__(self) -> None:
        """Start with a connection that is possible."""
        self.connectable = asyncio.Event()
        """Is set while the central system can be reached."""
        self.connectable.set()
        self._kept: list[Any] = []

    def keep(self, payload: Any) -> Any:
        """Keep a call if it is about a session, and return what stands for its answer."""
        if isinstance(payload, _KEPT):
            self._kept.append(payload)
        if isinstance(payload, call.StartTransaction):
            return call_result.StartTransaction(
                PROVISIONAL_NUMBER, {"status": "Accepted"}
            )
        return None

    @property
    def is_empty(self) -> bool:
        """True if all was told."""
        return not self._kept

    def empty(self) -> Iterator[Any]:
        """Return what was kept, each as long as it takes to tell it."""
        while self._kept:
            yield self._kept[0]
            del self._kept[0]

    def learn_number(self, told: int) -> None:
        """Name the session that has begun without a connection as it is told."""
        for payload in self._kept:
            if getattr(payload, "transaction_id", None) == PROVISIONAL_NUMBER:
                payload.transaction_id = told
