"""The paces of a charger, which go on when it connects anew."""

from dataclasses import dataclass
import time

from .rate_limit import TokenBucket

PUBLISHED, PUBLISHED_PER_S = 200, 5
"""The number of messages that are told of at once, and how many more each second; no charger reports as often for long."""


@dataclass(frozen=True, slots=True)
class Paces:
    """The paces of one charger: its `connections` that are served, its `frames` that are read, and those that are `published`."""

    connections: TokenBucket
    frames: TokenBucket
    published: TokenBucket


def published() -> TokenBucket:
    """Return the pace of publishing for a charger that has sent nothing yet."""
    return TokenBucket(PUBLISHED_PER_S, PUBLISHED, time.monotonic())
