"""A central system by script, and a time that passes when it is told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from .scripted_csms import ScriptedCsms, scripted_csms


@dataclass(slots=True)
class Clock:
    """The time, which passes only when it is told to."""

    now: datetime = datetime(2026, 6, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def put_ahead(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
async def csms() -> AsyncIterator[ScriptedCsms]:
    """A central system that accepts everything."""
    async with scripted_csms() as system:
        yield system


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()
