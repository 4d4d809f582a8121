"""Rate limits: so much in a second, and a store for bursts."""


class TokenBucket:
    """A store that fills steadily and from which each use takes one."""

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        """Initialize with a full store.

        Args:
            per_second: how fast it fills.
            burst: how much it holds.
            now: the time in seconds, by a clock that never goes back.
        """
        self._per_second = per_second
        self._burst = burst
        self._stored = burst
        self._at = now

    def widen(self, more_per_second: float, more: float) -> None:
        """Have it fill faster and hold more from now on."""
        self._per_second += more_per_second
        self._burst += more
        self._stored += more

    def take(self, now: float) -> bool:
        """Take one, and return whether there was one."""
        self._fill(now)
        if self._stored < 1:
            return False
        self._stored -= 1
        return True

    def is_empty(self, now: float) -> bool:
        """Return whether there is none left."""
        self._fill(now)
        return self._stored < 1

    def wait_s(self, now: float) -> float:
        """Return for how long there will be none."""
        self._fill(now)
        return max(0.0, (1 - self._stored) / self._per_second)

    def delay_s(self, now: float, amount: float = 1) -> float:
        """Take some even if there is not enough yet, and return for how long to wait because of that.

        The longest wait is that for a full store: who does not wait, and goes, leaves no more of it to who comes next.
        """
        self._fill(now)
        self._stored = max(self._stored - amount, -self._burst)
        return max(0.0, -self._stored / self._per_second)

    def _fill(self, now: float) -> None:
        elapsed_s = max(0.0, now - self._at)
        self._at = now
        self._stored = min(self._burst, self._stored + elapsed_s * self._per_second)
