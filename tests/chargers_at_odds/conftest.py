"""Sockets and timers for the stage."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest

from tests.timers import Timers

from .stage import Stage, on_stage


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.fixture
def stage(timers: Timers) -> Callable[..., AbstractAsyncContextManager[Stage]]:
    """Connects a charger of some behaviour to a central system; its time-outs are over at once."""
    return partial(on_stage, timers)
