"""Stopping of sessions, even at chargers that refuse to.

First as the protocol provides for, under each id that the charger may have for the session; then by a pause, which
lasts until the session ends or is resumed; then, if the owner allows it, by force.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
import logging

from ..devices.capabilities import PauseBy
from ..errors import (
    CallFailedError,
    CallTimeoutError,
    NoTransactionError,
    RejectedError,
    StopFailedError,
)
from ..evses.status import CHARGING
from ..model import (
    Address,
    Evse,
    LastResort,
    Limit,
    PausedInsteadOfStop,
    ResetKind,
    Trigger,
)
from ..station import ChargingStation
from .wait_for import comes_true

_LOGGER = logging.getLogger(__name__)

_PAUSE = Limit(0)


class Outcome(StrEnum):
    """The outcome for a session that was to be stopped."""

    ENDED = "ended"
    PAUSED = "paused"
    """The charger goes on with it, but offers no current."""
    UNLOCKED = "unlocked"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The outcome of stopping a session, and the refusals before it."""

    outcome: Outcome
    refusals: tuple[str, ...] = ()


async def stop(station: ChargingStation, evse_id: int) -> Stopped:
    """Stop the session at an EVSE.

    Raises:
        NotConnectedError: when the charger is not there.
        NoTransactionError: when no car charges there.
        StopFailedError: when the charger refuses all that is allowed.
    """
    station.ensure_connected()
    attempt = _Attempt(station, evse_id)
    outcome = await attempt.make()
    if outcome is None:
        raise StopFailedError(station.identity, evse_id, attempt.refusals)
    if outcome is not Outcome.ENDED:
        _LOGGER.warning(
            "Charger %s has not stopped its session on connector %d (%s): it is %s",
            station.identity,
            evse_id,
            "; ".join(attempt.refusals),
            outcome,
        )
    return Stopped(outcome, tuple(attempt.refusals))


async def resume(station: ChargingStation, evse_id: int) -> None:
    """Resume a session that could only be paused.

    Raises:
        CsmsError: as setting a limit does.
    """
    evse = station.snapshot.evse(evse_id)
    if evse.paused_instead_of_stop is not None:
        station.change_evse(replace(evse, paused_instead_of_stop=None))
        safe = Limit(station.settings.safe_current_a)
        await station.limits.set(evse_id, evse.paused_instead_of_stop.limit or safe)


class _Attempt:
    """One attempt to stop the session at an EVSE, and the refusals so far."""

    def __init__(self, station: ChargingStation, evse_id: int) -> None:
        self.refusals: list[str] = []
        self._station = station
        self._evse_id = evse_id

    @property
    def _evse(self) -> Evse:
        return self._station.snapshot.evse(self._evse_id)

    @property
    def _address(self) -> Address:
        return Address(self._evse_id)

    async def make(self) -> Outcome | None:
        """Try one thing after the other, and return the first that has worked."""
        if not _goes_on(self._evse) and _may_charge(self._evse):
            await self._ask()
        if not _goes_on(self._evse) and not _charges(self._evse):
            raise NoTransactionError(self._station.identity, self._evse_id)
        if await self._end():
            return Outcome.ENDED
        if await self._pause():
            return Outcome.PAUSED
        return await self._force()

    async def _ask(self) -> None:
        """Have the charger report a session that is unknown here."""
        for message in (Trigger.STATUS, Trigger.SESSION):
            with self._noting():
                await self._station.commands.trigger(message, self._address)
        if not self.refusals:
            await self._comes_true(_goes_on)

    async def _end(self) -> bool:
        transaction = self._evse.running_transaction
        if transaction is None:
            return False
        for id_ in filter(None, (transaction.id, transaction.charger_transaction_id)):
            if await self._ends(id_):
                return True
        return False

    async def _ends(self, transaction_id: str) -> bool:
        """Ask for the end of a session by an id, and return whether it came."""
        request = self._station.version.transactions.stop(transaction_id)
        with self._noting():
            await self._station.request(lambda _: request)
            if await self._comes_true(_is_over):
                return True
            self.refusals.append(
                f"the session goes on although {request.action} was accepted"
            )
        return False

    async def _pause(self) -> bool:
        if self._station.capabilities.pause_by is not PauseBy.ZERO_CURRENT:
            return False
        before = self._evse.limit
        with self._noting():
            in_force = await self._station.limits.set(self._evse_id, _PAUSE)
            if in_force is not None and in_force.limit == _PAUSE:
                self._station.change_evse(
                    replace(
                        self._evse, paused_instead_of_stop=PausedInsteadOfStop(before)
                    )
                )
                return True
        return False

    async def _force(self) -> Outcome | None:
        with self._noting():
            match self._station.settings.last_resort:
                case LastResort.UNLOCK:
                    await self._station.commands.unlock(self._address)
                    return Outcome.UNLOCKED
                case LastResort.RESET:
                    await self._station.commands.reset(ResetKind.SOFT)
                    return Outcome.RESET
        return None

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Take note of a refusal, and go on."""
        try:
            yield
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            self.refusals.append(str(err))

    async def _comes_true(self, condition: Callable[[Evse], bool]) -> bool:
        timeout_s = self._station.timeouts.stop_s
        return await comes_true(self._station, self._evse_id, condition, timeout_s)


def _may_charge(evse: Evse) -> bool:
    """Return whether a car may charge that is unknown here; the charger need not have reported its status."""
    return _charges(evse) or evse.status_at is None


def _charges(evse: Evse) -> bool:
    return evse.status in CHARGING or bool(evse.meter.power_w or evse.meter.current_a)


def _is_over(evse: Evse) -> bool:
    """Return whether nobody may charge any more; some sessions last until the car has left."""
    return not _goes_on(evse) or evse.awaits_authorization


def _goes_on(evse: Evse) -> bool:
    return evse.running_transaction is not None
