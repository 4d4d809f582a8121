"""The unit of a charger's energy register, held against the power: some call kilowatt-hours watt-hours, or the reverse."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_KILO, _MILLI = 1000.0, 0.001
_ENOUGH_WH = 50.0
"""The energy by the power from which on the register is judged."""
_TOO_MUCH_WH, _TOO_MUCH_IN_WHOLE_WH = 200.0, 3000.0
"""The energy by the power after which a judgment begins anew; a register of whole numbers takes longer to tell."""
_RANGE = (0.75, 1.33)
"""The register's part in what the power amounts to, within which both tell the same."""
_MOST_POWER_W = 400_000.0
"""More than any charger delivers; a power above this is none to judge by."""
_SLACK_WH = 2_000.0
_LEAST_TOLD = 50.0
"""The least register of a session's start or end that is taken for kilowatt-hours; smaller ones may count the session."""
_LONGEST = timedelta(minutes=5)
"""The time between two values after which nothing is known of the power in between."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The energy by the power since the register showed a value; `total_wh` was counted by then."""

    shown_wh: float
    total_wh: float
    at: datetime
    power_w: float
    amount_wh: float = 0.0


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """The unit of a register that is taken for watt-hours, in watt-hours, and the evidence for another one.

    It is `certain` once it was held against the power.
    """

    factor: float = 1.0
    evidence: Evidence | None = None
    certain: bool = False

    def may_be_kilo(self, shown_wh: float, register_wh: float) -> bool:
        """Return True for a value that may be what a known register shows, in another unit."""
        if self.certain or register_wh < _KILO:
            return False
        return 0 <= shown_wh * _KILO - register_wh <= _SLACK_WH

    def may_be_milli(self, shown_wh: float, known_wh: float, hours: float) -> bool:
        """Return True for a value that no charger can have reached from a known one, unless it is in another unit."""
        return not self.certain and (
            shown_wh - known_wh > _SLACK_WH + _MOST_POWER_W * max(hours, 0.0)
        )

    def as_told_with(self, told_wh: float, register_wh: float) -> float:
        """Return the register at a session's start or end, which may be in kilowatt-hours and lack the digits below it."""
        in_unit_wh = told_wh * (_KILO if self.factor == 1 else self.factor)
        if self.factor == 1 and not self._is_cut(told_wh, register_wh):
            return told_wh
        if abs(in_unit_wh - register_wh) >= abs(told_wh - register_wh):
            return told_wh
        return max(in_unit_wh, register_wh)

    def _is_cut(self, told_wh: float, register_wh: float) -> bool:
        """Return True for the whole kilowatt-hours of a register that is known to count watt-hours."""
        lacks_wh = register_wh - told_wh * _KILO
        return self.certain and told_wh >= _LEAST_TOLD and 0 <= lacks_wh < _KILO


def weighed(
    unit: RegisterUnit, shown_wh: float, total_wh: float, at: datetime, power_w: float
) -> RegisterUnit:
    """Return the unit after a register and a power were told together.

    Args:
        unit: what was known of it.
        shown_wh: the register as the charger tells it.
        total_wh: the energy counted until then, without this value.
        at: when it was read.
        power_w: the power then.
    """
    evidence, begun = unit.evidence, Evidence(shown_wh, total_wh, at, power_w)
    if evidence is None or not timedelta() <= at - evidence.at <= _LONGEST:
        return RegisterUnit(unit.factor, begun, unit.certain)
    mean_w = (evidence.power_w + power_w) / 2
    amount_wh = evidence.amount_wh + mean_w * (at - evidence.at).total_seconds() / 3600
    risen_wh = shown_wh - evidence.shown_wh
    most_wh = _TOO_MUCH_IN_WHOLE_WH if risen_wh.is_integer() else _TOO_MUCH_WH
    if risen_wh < 0 or amount_wh > most_wh or not 0 <= power_w < _MOST_POWER_W:
        return RegisterUnit(unit.factor, begun, unit.certain)
    since = evidence.shown_wh, evidence.total_wh
    grown = Evidence(*since, at, power_w, amount_wh)
    if amount_wh < _ENOUGH_WH:
        return RegisterUnit(unit.factor, grown, unit.certain)
    for factor in (1.0, _KILO, _MILLI):
        least, most = _RANGE
        if least * amount_wh <= risen_wh * factor <= most * amount_wh:
            is_news = factor != unit.factor
            return RegisterUnit(factor, grown if is_news else begun, certain=True)
    # One that has jumped beyond all units was another register before.
    is_another = risen_wh > 2 * _KILO * amount_wh
    return RegisterUnit(unit.factor, begun if is_another else grown, unit.certain)
