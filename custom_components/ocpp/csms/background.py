"""Work in the background, for chargers and for the house."""

import asyncio
from collections.abc import Coroutine
import logging

from .errors import CsmsError

_LOGGER = logging.getLogger(__name__)


class BackgroundTasks:
    """The tasks of one central system; none outlives it."""

    def __init__(self) -> None:
        """Initialize; nothing runs yet."""
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[object, object, None], name: str) -> None:
        """Run work until it is done, or `stop` is called."""
        task = asyncio.create_task(work, name=f"ocpp {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def run_for(self, identity: str, work: Coroutine[object, object, None]) -> None:
        """Run work for a charger; its failure is the charger's, and logged."""

        async def guarded() -> None:
            try:
                await work
            except CsmsError as err:
                _LOGGER.warning("Charger %s: %s", identity, err)

        self.run(guarded(), identity)

    async def stop(self) -> None:
        """Cancel all that runs, and wait until it has ended."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
