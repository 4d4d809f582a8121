"""The settings of a charger, and the experience of writing them.

Only what is needed is read, and only what differs is written: chargers keep settings in flash, and some reboot
at a write.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .capabilities import Traits
from .told import ToldCapabilities
from .variables import VariableId

READ_ALL = "read all settings"
READ_NEEDED = "read the settings that are needed"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a charger, as the charger tells it.

    `told_id` is its name where the charger spells it otherwise; `highest`, the greatest value that it can have, if the
    charger tells that.
    """

    id: VariableId
    value: str | None
    readonly: bool = False
    told_id: VariableId | None = None
    highest: int | None = None

    @property
    def written_id(self) -> VariableId:
        """The name under which the charger knows it."""
        return self.told_id or self.id

    @property
    def count(self) -> int | None:
        """Its value as a whole number; None if it is none."""
        try:
            return None if self.value is None else int(self.value)
        except ValueError:
            return None


type Settings = Mapping[VariableId, Setting]
"""The settings of a charger, as far as they have been read."""


@dataclass(frozen=True, slots=True)
class MessageBounds:
    """The number of settings that one call may name, and the bytes that it may have; None where there is no bound."""

    items: int | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class SettingsQuery:
    """A question for settings, or without `variables`, for all of them.

    `bounds` are those of one call; `id` is the number by which reports name the question in versions that answer with
    reports.
    """

    variables: tuple[VariableId, ...]
    bounds: MessageBounds
    id: int


class Inventory(StrEnum):
    """The extent of a report on settings."""

    CONFIGURATION = "configuration"
    """Those that can be changed."""
    FULL = "full"
    SUMMARY = "summary"
    """Those that tell if the charger can be used, and what is wrong with it."""


class Criterion(StrEnum):
    """A property of the parts of a charger that a report is about."""

    ACTIVE = "active"
    AVAILABLE = "available"
    ENABLED = "enabled"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A question for some settings, which a charger answers with reports that name it by `id`."""

    variables: tuple[VariableId, ...]
    criteria: tuple[Criterion, ...]
    id: int


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The answer to the change of a setting; `status` is the charger's own word."""

    status: str
    is_taken: bool
    needs_reboot: bool = False


_LEFT_OUT_FOR = timedelta(days=1)
_LEFT_OUT_FOR_AT_MOST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reboots:
    """Reboots after a step: since when it is left out, and how often that was found so far.

    They are `confirmed` once a connection without the step has lasted.
    """

    since: datetime
    times: int = 1
    confirmed: bool = False

    def hold(self, now: datetime) -> bool:
        """Return whether the step is still left out; each time that it was found doubles the time."""
        doublings = min(self.times - 1, 5)
        lasts = min(_LEFT_OUT_FOR * (1 << doublings), _LEFT_OUT_FOR_AT_MOST)
        return timedelta() <= now - self.since < lasts


@dataclass(frozen=True, slots=True)
class Provisioned:
    """The experience of setting up a charger, which holds for its firmware; settings go by their text form.

    `complete`, once all its settings were read; `taken` are the values that it has accepted, by setting, and `refused`
    those that it does not take, or does not keep; `harmful` the steps after which it has rebooted, and `reboots` for how
    long they are left out. `most_read` is the number of settings that it can be asked for in one call, and `most_read_bytes` the bytes that this may have, if it says so.
    `awaits_restart_since` is when a setting was written that takes effect after a restart; None once that has been.
    `told` is what its settings said of its capabilities; `version` is the one of OCPP that it spoke, which is not known
    of what was found before there were several.
    """

    version: str | None = None
    complete: bool = False
    taken: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    harmful: frozenset[str] = frozenset()
    most_read: int | None = None
    most_read_bytes: int | None = None
    reboots: Mapping[str, Reboots] = field(default_factory=dict)
    awaits_restart_since: datetime | None = None
    told: ToldCapabilities = field(default_factory=ToldCapabilities)

    @property
    def read_bounds(self) -> MessageBounds:
        """The bounds of a call that asks for settings."""
        return MessageBounds(self.most_read, self.most_read_bytes)

    def bounded_by(self, bounds: MessageBounds) -> Provisioned:
        """Return this with the bounds that the charger has told, as far as it has."""
        return replace(
            self,
            most_read=bounds.items or self.most_read,
            most_read_bytes=bounds.size_bytes or self.most_read_bytes,
        )

    def telling(self, told: Traits) -> Provisioned:
        """Return this with what its settings say of its capabilities."""
        return replace(self, told=ToldCapabilities.of(told))

    def left_out(self, now: datetime) -> frozenset[str]:
        """Return the steps that are left out at a time."""
        return frozenset(
            step
            for step in self.harmful
            if step in self.reboots and self.reboots[step].hold(now)
        )

    def suspecting(self, step: str, now: datetime) -> Provisioned:
        """Return this with a step that is left out from now on."""
        before = self.reboots.get(step)
        times = 1 if before is None else before.times + 1
        return replace(
            self,
            harmful=self.harmful | {step},
            reboots={**self.reboots, step: Reboots(now, times)},
        )

    def convicting(self, step: str) -> Provisioned:
        """Return this with a step that has turned out to be the reason."""
        confirmed = replace(self.reboots[step], confirmed=True)
        return replace(self, reboots={**self.reboots, step: confirmed})

    def acquitting(self, step: str) -> Provisioned:
        """Return this without a step that has turned out to be harmless."""
        if step not in self.harmful:
            return self
        left = {name: each for name, each in self.reboots.items() if name != step}
        return replace(self, harmful=self.harmful - {step}, reboots=left)

    def taking(self, variable: VariableId, value: str) -> Provisioned:
        """Return this with a value that the charger has accepted."""
        return replace(self, taken={**self.taken, str(variable): value})

    def refusing(self, variable: VariableId, value: str) -> Provisioned:
        """Return this with one more value that the charger does not take."""
        values = self.refused.get(str(variable), frozenset()) | {value}
        return replace(self, refused={**self.refused, str(variable): values})

    def seeing(self, setting: Setting) -> Provisioned:
        """Return this after a look at a setting: a value that is gone was not kept, or somebody has changed it."""
        taken = self.taken.get(str(setting.id))
        if taken is None or taken == setting.value:
            return self
        return self.refusing(setting.id, taken)

    def improvements(self, setting: Setting, values: Sequence[str]) -> list[str]:
        """Return the values that are better than the present one and that the charger may take, best first."""
        if setting.value in values:
            values = values[: values.index(setting.value)]
        refused = self.refused.get(str(setting.id), frozenset())
        return [value for value in values if value not in refused]


def write_step(variable: VariableId) -> str:
    """Return the name under which the writing of a setting is remembered as a step."""
    return f"write {variable}"


def writable(
    settings: Settings,
    wanted: Mapping[VariableId, Sequence[str]],
    frozen: Container[VariableId],
) -> dict[VariableId, Sequence[str]]:
    """Return the values that may be written: of settings that the charger has, can change, and that are not frozen."""
    return {
        variable: values
        for variable, values in wanted.items()
        if (setting := settings.get(variable)) is not None
        and not setting.readonly
        and variable not in frozen
    }
