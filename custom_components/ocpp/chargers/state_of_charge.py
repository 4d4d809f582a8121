"""State of charge of a car: what is believed of what is told, and its correction by what was delivered since."""

from dataclasses import dataclass, replace

from .departures import CHARGING_EFFICIENCY

DEFAULT_CAPACITY_WH = 60_000.0
"""Capacity of a car whose owner has not told it."""
EMPTY_PERCENT, NEARLY_EMPTY_PERCENT = 1.0, 5.0
"""State of charge, or a fraction instead, up to which it may mean "unknown", and the one from which on it is a likely next."""
MAX_FALL_PERCENT = 10.0
"""Fall within a session that no car explains: it charges meanwhile, or stands."""
CONFIRMED_S = 600.0
"""Time after which a value that is hard to believe is believed if it is told again: most cars are asked each 5 minutes."""
PERSISTED_S = 3600.0
"""The same if nothing else is told, by a source that tells only changes."""


@dataclass(frozen=True, slots=True)
class SocReport:
    """State of charge as it was told, and the instant of that."""

    percent: float
    told_s: float


@dataclass(frozen=True, slots=True)
class BelievedSoc:
    """State of charge that is believed, and since when something is told that is hard to believe; None for never."""

    percent: float | None = None
    doubted_s: float | None = None


def believed(known: BelievedSoc, report: SocReport | None, now_s: float) -> BelievedSoc:
    """Return what is believed after a report; without one, what is known holds."""
    if report is None or not 0 <= report.percent <= 100:
        return known
    if not _is_doubtful(known.percent, report.percent):
        return BelievedSoc(report.percent)
    if known.doubted_s is None:
        return replace(known, doubted_s=report.told_s)
    confirmed = report.told_s - known.doubted_s >= CONFIRMED_S
    if confirmed or now_s - known.doubted_s >= PERSISTED_S:
        return BelievedSoc(report.percent)
    return known


def _is_doubtful(known_percent: float | None, percent: float) -> bool:
    if known_percent is None:
        return percent <= EMPTY_PERCENT
    nothing = percent <= EMPTY_PERCENT and known_percent > NEARLY_EMPTY_PERCENT
    return nothing or percent < known_percent - MAX_FALL_PERCENT


def corrected_percent(
    told_percent: float, delivered_wh: float, capacity_wh: float | None
) -> float:
    """Return a state of charge with the energy that was delivered since it was told, since many cars tell it late or never."""
    stored_wh = CHARGING_EFFICIENCY * max(0.0, delivered_wh)
    added_percent = 100 * stored_wh / (capacity_wh or DEFAULT_CAPACITY_WH)
    return max(told_percent, min(100.0, told_percent + added_percent))
