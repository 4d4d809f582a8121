"""Ports for servers of the tests, which nobody else takes between their choice and their use."""

from collections.abc import Callable
from itertools import cycle
import os
import random
import socket

LOWEST, HIGHEST = 20_000, 32_767
"""Above those of well-known services, and below those that systems give to connections of their own accord."""


def port_source(worker: int, workers: int) -> Callable[[], int]:
    """Return a source of free ports, each worker's own, in an order of its own in each run."""
    ports = list(range(LOWEST + worker, HIGHEST + 1, workers))
    random.SystemRandom().shuffle(ports)
    candidates = cycle(ports)
    return lambda: next(port for port in candidates if _is_free(port))


def worker_of_this_run() -> tuple[int, int]:
    """Return the number of this worker among those that run tests side by side, and their number."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    count = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    return int(name.removeprefix("gw")), int(count)


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
