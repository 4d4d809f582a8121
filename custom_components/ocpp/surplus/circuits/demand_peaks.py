"""Peak shaving: what may be drawn now so that no quarter of an hour exceeds its mean.

Demand charges are for the highest mean power of any quarter of an hour by the clock. What was saved in its first
minutes may be drawn in its last, and the other way round.
"""

from dataclasses import dataclass

LENGTH_S = 900.0
_MARGIN = 0.03
"""What is kept in reserve for what others draw before cars have been cut."""
_LEAST_LEFT_S = 60.0
"""What is saved is not spent faster than in this time, or cars would run far too high into the next quarter."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was drawn in a quarter of an hour up to `at_s`, and what is being drawn."""

    number: int
    used_ws: float
    at_s: float
    power_w: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """The power to stay at, and the power that must not be exceeded, for the rest of a quarter."""

    target_w: float
    most_w: float


def passed(
    quarter: Quarter | None, power_w: float, peak_w: float, now_s: float
) -> Quarter:
    """Return the quarter of an hour at `now_s`, with what was drawn until then.

    Export does not make up for import: meters count them apart. What was drawn before anybody looked may have been
    all that was allowed.
    """
    number = int(now_s // LENGTH_S)
    begin_s = number * LENGTH_S
    if quarter is None or number > quarter.number + 1:
        return Quarter(number, peak_w * (now_s - begin_s), now_s, power_w)
    before_ws = quarter.used_ws if number == quarter.number else 0.0
    since_s = now_s - max(begin_s, quarter.at_s)
    used_ws = before_ws + max(0.0, quarter.power_w) * max(0.0, since_s)
    return Quarter(number, used_ws, now_s, power_w)


def allowance(quarter: Quarter, peak_w: float) -> Allowance:
    """Return what may be drawn for the rest of a quarter."""
    left_s = (quarter.number + 1) * LENGTH_S - quarter.at_s
    spread_s = max(left_s, _LEAST_LEFT_S)

    def spread_w(mean_w: float) -> float:
        return max(0.0, mean_w * LENGTH_S - quarter.used_ws) / spread_s

    return Allowance(spread_w((1 - _MARGIN) * peak_w), spread_w(peak_w))
