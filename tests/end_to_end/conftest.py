"""A real Home Assistant, a house and a charger."""

from collections.abc import AsyncIterator, Callable
import os
from pathlib import Path
import sys

import pytest

from tests.simulator.demo import Demo, Options


@pytest.fixture
async def demo(
    tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> AsyncIterator[Demo]:
    """A demo that is stopped in the end, however the test goes."""
    options = Options(
        config=tmp_path / "config",
        http_port=unused_tcp_port_factory(),
        ocpp_port=unused_tcp_port_factory(),
    )
    python = os.environ.get("HOME_ASSISTANT_PYTHON", sys.executable)
    demo = Demo.create(options, python)
    yield demo
    await demo.stop()
