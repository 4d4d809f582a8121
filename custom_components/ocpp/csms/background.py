"""Work in the background, for chargers and for the house."""

import asyncio
from collections.abc import Callable, Coroutine
import logging
import time

from .allowances.rate_limit import TokenBucket
from .errors import CsmsError

_LOGGER = logging.getLogger(__name__)

type Work = Coroutine[object, object, None]

FAILURES_LOGGED, FAILURES_LOGGED_PER_S = 20, 1 / 600
"""The number of failures that are logged at once, and from then on: a charger decides how often it fails."""


class BackgroundTasks:
    """The tasks of one central system; none outlives it."""

    def __init__(self) -> None:
        """Initialize; nothing runs yet."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._by_purpose: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._waiting: dict[tuple[str, str], Callable[[], Work]] = {}
        self._failures_logged: dict[str, TokenBucket] = {}

    def run(self, work: Work, name: str) -> asyncio.Task[None]:
        """Run work until it is done, or `stop` is called."""
        task = asyncio.create_task(work, name=f"ocpp {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def run_for(self, identity: str, work: Work) -> None:
        """Run work for a charger; its failure is the charger's, and logged."""
        self.run(self._guarded(identity, work), identity)

    def run_in_turn(
        self, identity: str, purpose: str, work: Callable[[], Work]
    ) -> None:
        """Run work for a charger; while it is being done already, once more after that, with what was asked last."""
        key = identity, purpose
        if key in self._by_purpose:
            self._waiting[key] = work
            return

        async def in_turn() -> None:
            following: Callable[[], Work] | None = work
            while following is not None:
                await self._guarded(identity, following())
                following = self._waiting.pop(key, None)

        self._run_as(key, in_turn())

    def run_instead(
        self, identity: str, purpose: str, work: Callable[[], Work]
    ) -> None:
        """Run work for a charger, and give up what runs for the same purpose, or has not even begun."""
        key = identity, purpose
        if (earlier := self._by_purpose.get(key)) is not None:
            earlier.cancel()

        async def begun() -> None:
            await self._guarded(identity, work())

        self._run_as(key, begun())

    def _run_as(self, key: tuple[str, str], work: Work) -> None:
        task = self._by_purpose[key] = self.run(work, key[0])

        def forget(_: object) -> None:
            if self._by_purpose.get(key) is task:
                del self._by_purpose[key]
                self._waiting.pop(key, None)

        task.add_done_callback(forget)

    def forget(self, identity: str) -> None:
        """Forget a charger that has been let go."""
        self._failures_logged.pop(identity, None)

    async def _guarded(self, identity: str, work: Work) -> None:
        try:
            await work
        except CsmsError as err:
            self.log_failure(identity, str(err))

    def log_failure(self, identity: str, problem: str) -> None:
        """Log what came to nothing with a charger, if it is not too often."""
        if self._is_logged(identity):
            _LOGGER.warning("Charger %s: %s", identity, problem)

    def _is_logged(self, identity: str) -> bool:
        now = time.monotonic()
        if identity not in self._failures_logged:
            self._failures_logged[identity] = TokenBucket(
                FAILURES_LOGGED_PER_S, FAILURES_LOGGED, now
            )
        return self._failures_logged[identity].take(now)

    async def stop(self) -> None:
        """Cancel all that runs, and wait until it has ended."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
