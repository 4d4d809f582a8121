"""Monitors of a charger's variables, by which it tells of values by itself.

Source: OCPP 2.0.1 part 2, chapter N.
"""

from dataclasses import dataclass
from enum import StrEnum

from .variables import VariableId


class MonitorKind(StrEnum):
    """The condition under which a monitor tells a value."""

    UPPER_THRESHOLD = "upper_threshold"
    LOWER_THRESHOLD = "lower_threshold"
    CHANGE = "change"
    INTERVAL = "interval"
    CLOCK_ALIGNED_INTERVAL = "clock_aligned_interval"
    TARGET_DIFFERENCE = "target_difference"
    RELATIVE_TARGET_DIFFERENCE = "relative_target_difference"


class ValueReason(StrEnum):
    """The reason for which a charger tells a value by itself."""

    ALERT = "alert"
    CHANGE = "change"
    INTERVAL = "interval"


class MonitorGroup(StrEnum):
    """Kinds of monitors that reports are asked for."""

    THRESHOLDS = "thresholds"
    CHANGES = "changes"
    INTERVALS = "intervals"


class MonitorBase(StrEnum):
    """Monitors that a charger is reset to."""

    ALL = "all"
    FACTORY_DEFAULT = "factory_default"
    HARD_WIRED_ONLY = "hard_wired_only"


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor of a variable; one that is not set yet has no id.

    `severity` counts from 0, a danger, to 9, of which nobody need hear. `in_sessions` if it watches during sessions only.
    """

    variable: VariableId
    kind: MonitorKind
    value: float
    severity: int
    in_sessions: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class MonitorQuery:
    """A question about monitors: of some groups, of some variables, or all; `id` is its own number."""

    id: int
    groups: tuple[MonitorGroup, ...] = ()
    variables: tuple[VariableId, ...] = ()


@dataclass(frozen=True, slots=True)
class MonitorResult:
    """The answer about one monitor; `status` is the charger's word for it."""

    id: int | None
    status: str

    @property
    def granted(self) -> bool:
        """True if it was done as asked."""
        return self.status == "Accepted"
