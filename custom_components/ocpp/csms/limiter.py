"""Keeps the limits of one charger in force.

What is wanted stands in the snapshot (`Evse.limit`); what the charger was told, in `Obedience`. This module
sends the difference.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
import logging

from .capabilities import Purpose
from .errors import CallFailedError, RejectedError
from .limits import Electrics, InForce, Obedience, Profile, Way, profile
from .model import Evse, Limit, Transaction
from .verification import Watch, allow, look

_LOGGER = logging.getLogger(__name__)


class Limiter:
    """Tells one charger its limits, in the way that it understands."""

    def __init__(
        self,
        identity: str,
        send: Callable[[Profile], Awaitable[None]],
        clock: Callable[[], datetime],
        transaction_grace_s: float,
        ignored: Iterable[Way] = (),
    ) -> None:
        """Initialize with what sends a charging profile, and the ways that the charger is known to ignore."""
        self.electrics = Electrics()
        self.turn = asyncio.Lock()
        """Held by whoever changes the charger's profiles."""
        self.obedience = Obedience(ignored)
        self._watches: dict[int, Watch] = {}
        self._identity = identity
        self._send = send
        self._clock = clock
        self._transaction_grace_s = transaction_grace_s
        self._latest_transaction_id: str | None = None

    def pending(self, evses: Iterable[Evse]) -> list[Evse]:
        """Return the EVSEs whose limit must be sent."""
        now = self._clock()
        return [evse for evse in evses if self.obedience.pending(evse, now)]

    def verify(self, evse: Evse) -> Evse:
        """Return the EVSE with what its meter says of its obedience; a way that it ignores is not used again."""
        transaction = evse.running_transaction
        if transaction is None:
            self._watches.pop(evse.id, None)
            return replace(evse, ignores_limits=False)
        in_force = self.obedience.in_force(evse.id, transaction)
        if in_force is None or evse.foreign_profile:
            self._watches.pop(evse.id, None)
            return evse
        watch = look(
            self._watches.get(evse.id, Watch()), evse, self.electrics.safe_current_a
        )
        if not watch.ignored or evse.ignores_limits:
            self._watches[evse.id] = watch
            return evse
        del self._watches[evse.id]
        hopeless = in_force.way in self.obedience.ignored
        self.obedience.found_ignored(evse.id, in_force.way)
        _LOGGER.warning(
            "Charger %s has accepted %g A as %s (%s), but the car draws %s A, of %s A offered",
            self._identity,
            in_force.limit.current_a,
            in_force.way.purpose,
            in_force.way.kind,
            evse.meter.current_a,
            evse.meter.offered_current_a,
        )
        return replace(evse, ignores_limits=hopeless)

    async def apply(self, evse: Evse, limit: Limit) -> InForce:
        """Bring a limit into force, with the safe default beneath it.

        Raises:
            RejectedError, CallFailedError: when the charger takes it in none of the known ways.
        """
        transaction = evse.running_transaction
        if transaction is not None and transaction.id != self._latest_transaction_id:
            self._latest_transaction_id = transaction.id
            await asyncio.sleep(self._transaction_grace_s)
        in_force = self.obedience.in_force(evse.id, transaction)
        if in_force is None or self.obedience.pending(evse, self._clock()):
            ways = self.obedience.ways(transaction)
            in_force = await self._tell(evse.id, limit, transaction, ways)
        if in_force.way.purpose is Purpose.TX:
            await self.ensure_safe_default(evse.id)
        return in_force

    async def ensure_safe_default(self, evse_id: int) -> None:
        """Have the charger fall back to its safe limit when nobody is in control."""
        safe = Limit(self.electrics.safe_current_a)
        standing = self.obedience.standing(evse_id)
        if standing is not None and standing.limit == safe:
            return
        try:
            await self._tell(evse_id, safe, None, self.obedience.ways(None))
        except (RejectedError, CallFailedError) as err:
            _LOGGER.warning(
                "Charger %s takes no safe default limit: %s", self._identity, err
            )

    async def _tell(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        ways: Sequence[Way],
    ) -> InForce:
        """Send a limit in one way after the other until the charger accepts it."""
        refusal: RejectedError | CallFailedError | None = None
        for way in ways:
            try:
                await self._send(
                    profile(
                        limit, way, evse_id, transaction, self.electrics, self._clock()
                    )
                )
            except (RejectedError, CallFailedError) as err:
                refusal = err
                continue
            now = self._clock()
            if transaction is not None:
                watch = self._watches.get(evse_id, Watch())
                self._watches[evse_id] = allow(watch, limit.current_a, now)
            return self.obedience.accepted(limit, way, evse_id, transaction, now)
        assert refusal is not None
        self.obedience.refused(evse_id, limit, self._clock())
        raise refusal
