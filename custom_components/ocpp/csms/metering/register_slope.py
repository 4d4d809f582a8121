"""The slope of an energy register: the power that its rise amounts to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_SPAN = timedelta(seconds=30)
"""The time over which a rise is averaged, where the register shows so much detail."""
_STANDS_STILL = 3
"""The number of its steps that a register should have made until it counts as standing still."""
_SILENT_FOR = timedelta(minutes=5)
"""The time without any rise after which nothing is drawn, if the register has never risen."""
_MOST_W = 400_000.0
"""More than any charger delivers: what rises faster has jumped."""


@dataclass(frozen=True, slots=True)
class RegisterSlope:
    """The rise of a register, and the power that follows from that.

    It last showed `shown_wh`. `points` are its latest rises, the last one last: when it first showed what; `still_since`
    is when it last rose, or was first seen, and `step_wh` its smallest rise so far; `rises` means that it has risen since
    it was read before. `phases` is the number of phases that the car is taken to use. `tells_power` and `tells_current`
    mean that the charger does so itself.
    """

    shown_wh: float | None = None
    still_since: datetime | None = None
    points: tuple[tuple[datetime, float], ...] = ()
    step_wh: float | None = None
    power_w: float | None = None
    phases: int = 1
    rises: bool = False
    tells_power: bool = False
    tells_current: bool = False

    @property
    def since(self) -> datetime | None:
        """The beginning of the time that the power is the mean of."""
        return self.points[0][0] if self.points else None

    @property
    def until(self) -> datetime | None:
        """The end of that time."""
        return self.points[-1][0] if self.points else None


def risen(slope: RegisterSlope, at: datetime, register_wh: float) -> RegisterSlope:
    """Return the slope after the register was read."""
    shown_wh, still_since = slope.shown_wh, slope.still_since
    if shown_wh is None or still_since is None or register_wh < shown_wh:
        return replace(slope, shown_wh=register_wh, still_since=at, points=())
    if register_wh == shown_wh:
        power_w = _unrisen_w(slope, at - still_since)
        return replace(slope, power_w=power_w, rises=False)
    rise_wh = register_wh - shown_wh
    step_wh = rise_wh if slope.step_wh is None else min(rise_wh, slope.step_wh)
    # Nobody knows how long ago a register that stood still would have risen last.
    points = (*(slope.points if slope.power_w != 0 else ()), (at, register_wh))
    while len(points) > 2 and at - points[1][0] >= _SPAN:
        points = points[1:]
    power_w = _mean_w(points)
    if power_w is not None and power_w > _MOST_W:
        points, power_w = points[-1:], None
    return replace(
        slope,
        shown_wh=register_wh,
        still_since=at,
        points=points,
        step_wh=step_wh,
        power_w=power_w,
        rises=True,
    )


def _mean_w(points: tuple[tuple[datetime, float], ...]) -> float | None:
    """Return the power between the first and the last point; None if there is but one."""
    (first_at, first_wh), (last_at, last_wh) = points[0], points[-1]
    seconds = (last_at - first_at).total_seconds()
    return (last_wh - first_wh) * 3600 / seconds if seconds > 0 else None


def _unrisen_w(slope: RegisterSlope, elapsed: timedelta) -> float | None:
    """Return the power while the register has not risen for a while."""
    power_w, step_wh = slope.power_w, slope.step_wh
    if power_w is None or step_wh is None:
        return 0.0 if elapsed >= _SILENT_FOR else power_w
    hours = elapsed.total_seconds() / 3600
    return 0.0 if power_w * hours >= _STANDS_STILL * step_wh else power_w
