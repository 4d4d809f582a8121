"""Limits, and the charging profiles that set them.

Source: OCPP 1.6 specification, section 3.13; OCPP 2.0.1 part 2, K01.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
import math

from ..devices.capabilities import (
    MIN_CURRENT_A,
    Capabilities,
    Kind,
    PauseBy,
    PhaseSwitching,
    Purpose,
    Unit,
)
from ..errors import InvalidLimitError
from ..evses.transaction import Transaction
from ..model import Limit
from .composite_schedule import Period
from .profile_variants import ProfileVariant

MAX_CURRENT_A = 500.0
"""More than any charger can offer; a larger number is a slip, watts given as amperes for instance."""

NOMINAL_VOLTAGE_V = 230.0

WHOLE_STATION = 0
"""The number of an EVSE that stands for the charger as a whole."""

_CLOCK_MARGIN = timedelta(minutes=1)
"""A schedule starts this much in the past, so that it is in force even if the charger's clock is slow."""
_WRONG_ZONE = timedelta(days=1)
"""As much for a schedule that has no end: a clock may be hours behind, and the limit would not hold until then."""

_PROFILE_IDS = {Purpose.TX_DEFAULT: 100, Purpose.TX: 200, Purpose.CHARGE_POINT_MAX: 300}
_ID_ABOVE = 400
"""The number of a default that lies above the safe current."""

_FALLBACK_LIFETIME = timedelta(days=7)
"""The time for which the safe current holds that follows a limit, until it is sent by itself."""

_TINY = 1e-6
"""Less than any limit differs by; above what binary fractions err by."""


class BelowMinimum(StrEnum):
    """The treatment of a limit that is lower than the charger can offer."""

    PAUSE = "pause"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True)
class Profile:
    """A charging profile in terms that all protocol versions share.

    `limit` is in `unit` and for so many `phases`; None leaves those to the charger. The schedule starts at `starts_at`
    and ends after `duration`, if these are given; `then` is the period that follows, if there is one. `setpoint` is what
    the car is to keep to, in `unit`; negative where it feeds in.
    """

    id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    unit: Unit
    limit: float
    stack_level: int = 0
    phases: int | None = None
    starts_at: datetime | None = None
    duration: timedelta | None = None
    then: Period | None = None
    transaction_id: str | None = None
    setpoint: float | None = None


@dataclass(frozen=True, slots=True)
class Electrics:
    """The wiring of a charger, as its owner describes it.

    `phases` and the nominal voltage turn amperes into watts for chargers that accept only those. `safe_current_a` is
    the current for cars that nobody controls, `max_current_a` the greatest that the charger may carry.
    """

    phases: int = 3
    safe_current_a: float = MIN_CURRENT_A
    max_current_a: float = MAX_CURRENT_A


def check(limit: Limit) -> None:
    """Refuse a limit that means nothing to any charger.

    Raises:
        InvalidLimitError: when it is negative, absurd, or for a number of phases that does not exist.
    """
    amps = limit.current_a
    if not math.isfinite(amps) or not 0 <= amps <= MAX_CURRENT_A:
        raise InvalidLimitError(
            f"A limit must lie between 0 A and {MAX_CURRENT_A:g} A, not {amps:g} A"
        )
    if abs(limit.setpoint_a or 0.0) > MAX_CURRENT_A:
        raise InvalidLimitError(f"No car feeds in {abs(limit.setpoint_a or 0.0):g} A")
    if limit.phases not in (None, 1, 2, 3):
        raise InvalidLimitError(
            f"A car charges on 1 to 3 phases, not on {limit.phases}"
        )


def feasible(
    limit: Limit, capabilities: Capabilities, below: BelowMinimum = BelowMinimum.PAUSE
) -> Limit:
    """Return the highest limit that the charger knows and that is no higher than this one.

    Args:
        limit: the requested limit.
        capabilities: those of the charger.
        below: the treatment of a limit between nothing and the least that it can offer.
    """
    switches = capabilities.phase_switching is PhaseSwitching.PROFILE
    phases = limit.phases if switches else None
    least_a = capabilities.minimum_current_a
    current_a = _rounded_down(limit.current_a, capabilities)
    if current_a < least_a - _TINY:
        keeps = current_a > 0 and below is BelowMinimum.MINIMUM
        charges = keeps or capabilities.pause_by is PauseBy.LEAST_CURRENT
        current_a = least_a if charges else 0.0
    return replace(limit, current_a=current_a, phases=phases)


def offering_safely(electrics: Electrics, capabilities: Capabilities) -> Electrics:
    """Return the wiring with a safe current that the charger can offer: nothing where its least is above that."""
    safe_a = min(electrics.safe_current_a, electrics.max_current_a)
    offered_a = _rounded_down(safe_a, capabilities)
    if offered_a < capabilities.minimum_current_a - _TINY:
        offered_a = 0.0
    return replace(electrics, safe_current_a=offered_a)


def _rounded_down(current_a: float, capabilities: Capabilities) -> float:
    if known := capabilities.currents_a:
        return max((a for a in known if a <= current_a + _TINY), default=0.0)
    # The schemas allow one decimal.
    steps_per_a = max(1, round(1 / capabilities.current_step_a))
    return math.floor(current_a * steps_per_a + _TINY) / steps_per_a


def profile(
    limit: Limit,
    variant: ProfileVariant,
    evse_id: int,
    transaction: Transaction | None,
    electrics: Electrics,
    now: datetime,
) -> Profile:
    """Return the charging profile that sets a limit in this variant.

    Profile ids are fixed per purpose and EVSE, so that a new profile replaces the old one.
    """
    in_transaction = variant.purpose is Purpose.TX
    if variant.purpose is Purpose.CHARGE_POINT_MAX:
        evse_id = WHOLE_STATION
    first_id = _ID_ABOVE if variant.lies_above else _PROFILE_IDS[variant.purpose]
    lasts = _lasts(variant, transaction, now)
    then = None
    if variant.falls_back and lasts is not None:
        then = _safe_period(lasts, variant.unit, electrics)
    return Profile(
        id=first_id + evse_id,
        evse_id=evse_id,
        purpose=variant.purpose,
        kind=variant.kind,
        unit=variant.unit,
        limit=_in_unit(limit, variant.unit, electrics),
        stack_level=variant.stack_level,
        phases=limit.phases,
        starts_at=_starts_at(variant, now),
        duration=_ends(lasts, then),
        then=then,
        transaction_id=transaction.id if in_transaction and transaction else None,
        setpoint=_setpoint(limit, variant.unit, electrics),
    )


def _starts_at(variant: ProfileVariant, now: datetime) -> datetime | None:
    if not variant.starts:
        return None
    return now - (_WRONG_ZONE if variant.lifetime is None else _CLOCK_MARGIN)


def _lasts(
    variant: ProfileVariant, transaction: Transaction | None, now: datetime
) -> timedelta | None:
    """Return the time from the start of a schedule until its limit ends; None if it has no end."""
    if variant.lifetime is None:
        return None
    lasts = variant.lifetime + _CLOCK_MARGIN
    if variant.starts or transaction is None:
        return lasts
    # It counts from the start of the session.
    elapsed = max(timedelta(), now - transaction.started_at)
    return lasts + timedelta(seconds=round(elapsed.total_seconds()))


def _ends(lasts: timedelta | None, then: Period | None) -> timedelta | None:
    """Return the length of a schedule: that of its limit, and of what follows."""
    return lasts if then is None else then.start + _FALLBACK_LIFETIME


def _safe_period(starts: timedelta, unit: Unit, electrics: Electrics) -> Period:
    safe = Limit(electrics.safe_current_a)
    return Period(starts, _in_unit(safe, unit, electrics))


def _setpoint(limit: Limit, unit: Unit, electrics: Electrics) -> float | None:
    if limit.setpoint_a is None:
        return None
    if unit is Unit.AMPERE:
        return round(limit.setpoint_a, 1)
    phases = limit.phases or electrics.phases
    return float(round(limit.setpoint_a * phases * NOMINAL_VOLTAGE_V))


def _in_unit(limit: Limit, unit: Unit, electrics: Electrics) -> float:
    # Rounded down to what the schemas allow, one decimal, so that a limit is never exceeded.
    amps = math.floor(limit.current_a * 10 + _TINY) / 10
    if unit is Unit.AMPERE:
        return amps
    phases = limit.phases or electrics.phases
    return float(math.floor(amps * phases * NOMINAL_VOLTAGE_V))
