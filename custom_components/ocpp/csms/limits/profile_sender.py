"""Finds the way in which a charger takes a limit."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
import logging
from typing import Protocol

from ..devices.capabilities import Kind, Purpose
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..model import Limit, Transaction
from ..versions import Request, Version
from .charging_profile import Electrics, feasible, profile
from .compliance import InForce, Obedience
from .composite_schedule import Schedule
from .profile_variants import Way
from .verification import plans_more

_LOGGER = logging.getLogger(__name__)

_PLANNED = timedelta(minutes=1)


class Remote(Protocol):
    """Takes commands for a charger."""

    async def request[T](self, compose: Callable[[Version], Request[T]]) -> T:
        """Send a command of the charger's version.

        Raises:
            RejectedError, CallFailedError: when the charger does not do it.
        """


class Teller:
    """Tells one charger limits, in one way after the other until it takes them."""

    def __init__(
        self,
        identity: str,
        remote: Remote,
        obedience: Obedience,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize with what is known of the charger's obedience; it grows with every answer."""
        self.electrics = Electrics()
        self._identity = identity
        self._remote = remote
        self._obedience = obedience
        self._clock = clock
        self._asked: set[tuple[Purpose, Kind]] = set()
        self._composes = True

    async def tell(
        self, evse_id: int, limit: Limit, transaction: Transaction | None
    ) -> InForce:
        """Send a limit until the charger has accepted it, and its own plan does not speak against it.

        Raises:
            RejectedError, CallFailedError, CallTimeoutError: when it takes the limit in none of the known ways.
        """
        limit = feasible(limit, self._obedience.capabilities)
        ways = self._obedience.ways(transaction)
        before = self._obedience.in_force(evse_id, transaction)
        in_force = await self._try(evse_id, limit, transaction, ways)
        if self._must_repeat(before, in_force):
            in_force = await self._try(evse_id, limit, transaction, ways)
        if transaction is None or await self._is_planned(evse_id, in_force):
            return in_force
        doubted = [in_force.way]
        with suppress(RejectedError, CallFailedError):
            while others := _of_other_forms(ways, doubted):
                other = await self._try(evse_id, limit, transaction, others)
                if await self._is_planned(evse_id, other):
                    return self._settle(evse_id, other, transaction, doubted)
                doubted.append(other.way)
        # A plan that agrees with nothing that the charger accepts is none: the meter will tell.
        self._composes = False
        return await self._try(evse_id, limit, transaction, ways)

    def _must_repeat(self, before: InForce | None, now: InForce) -> bool:
        """Whether a pause has ended at a charger that forgets the first limit after one."""
        return (
            self._obedience.capabilities.repeat_after_pause
            and before is not None
            and before.limit.current_a == 0 < now.limit.current_a
        )

    def _settle(
        self,
        evse_id: int,
        in_force: InForce,
        transaction: Transaction,
        doubted: Sequence[Way],
    ) -> InForce:
        """Go by a way that the charger plans for, and leave those that it accepted without planning for them."""
        for way in doubted:
            _LOGGER.info(
                "Charger %s accepts limits as %s (%s), but does not plan for them",
                self._identity,
                way.purpose,
                way.kind,
            )
            self._obedience.found_ignored(evse_id, way)
        limit, at = in_force.limit, in_force.accepted_at
        return self._obedience.accepted(limit, in_force.way, evse_id, transaction, at)

    async def _try(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        ways: Sequence[Way],
    ) -> InForce:
        refused: list[Way] = []
        unanswered: set[tuple[Purpose, Kind]] = set()
        # What a charger would answer that is known to take no limits.
        refusal: RejectedError | CallFailedError | CallTimeoutError = RejectedError(
            "SetChargingProfile", "NotSupported"
        )
        for way in ways:
            # A way that hardly differs would be waited for as long, and as much in vain.
            if way.form in unanswered:
                continue
            try:
                await self._send(evse_id, limit, transaction, way)
            except (RejectedError, CallFailedError, CallTimeoutError) as err:
                refused.append(way)
                refusal = err
                if isinstance(err, CallTimeoutError):
                    unanswered.add(way.form)
                continue
            return self._obedience.accepted(
                limit, way, evse_id, transaction, self._clock(), refused
            )
        self._obedience.refused(evse_id, limit, self._clock())
        raise refusal

    async def _send(
        self, evse_id: int, limit: Limit, transaction: Transaction | None, way: Way
    ) -> None:
        now = self._clock()
        told = profile(limit, way, evse_id, transaction, self.electrics, now)
        await self._remote.request(lambda version: version.profiles.set(told))

    async def _is_planned(self, evse_id: int, in_force: InForce) -> bool:
        """Whether the charger's own plan does not allow more; it is asked once for each form of a profile."""
        form = in_force.way.form
        if not self._composes or form in self._asked:
            return True
        self._asked.add(form)
        try:
            plan = await self._plan(evse_id, in_force.way)
        except RejectedError, CallFailedError:
            self._composes = False
            return True
        allowed_a, phases = in_force.limit.current_a, self.electrics.phases
        return not plans_more(plan, allowed_a, phases, self._clock())

    async def _plan(self, evse_id: int, way: Way) -> Schedule | None:
        now = self._clock()
        return await self._remote.request(
            lambda version: version.profiles.get_composite_schedule(
                evse_id, _PLANNED, way.unit, now
            )
        )


def _of_other_forms(ways: Sequence[Way], doubted: Sequence[Way]) -> list[Way]:
    forms = {way.form for way in doubted}
    return [way for way in ways if way.form not in forms]
