"""Deviations of chargers from the specification, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

type Payload = Mapping[str, Any]


class Register(StrEnum):
    """The energy that a charger's register counts."""

    LIFETIME = "lifetime"
    """All that was ever charged, as it should."""
    SESSION = "session"
    """Each session from zero."""
    ZERO_BETWEEN = "zero between sessions"
    """All that was ever charged, but zero is shown while no session runs."""
    SESSION_VALUES = "values of the session"
    """All that was ever charged when a session starts and ends, each session from zero in between."""


class Numbering(StrEnum):
    """The numbering of a charger's sessions."""

    AS_TOLD = "as told"
    NEGATIVE = "negative"
    """By negative numbers of its own."""
    OWN = "own"
    """By numbers of its own."""
    PREVIOUS = "previous"
    """As told, but meter values keep the number of the session before."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The handling of charging profiles; None accepts anything.

    What it does not take, it answers with `refusal`; what is in `ignored_purposes`, it accepts and does not obey; what
    is of `mute_kinds`, it never answers. It charges with `least_a` even if it is allowed less, unless that is 0; knows
    no other currents than `currents_a`; with `forgets_after_pause`, it obeys the limit that ends a pause only when
    told again. A default of 0 blocks all sessions where `zero_default_blocks`. All profiles are gone so many seconds
    after the end of a session, if that is named (`forgets_all_after_end_s`). With `plans_nothing_idle`, it plans its
    greatest current while no session runs, whatever it was told. What it takes it may answer in words of its own
    (`consent`), with an error (`errs`), or late, the first time (`first_answer_after_s`).
    """

    purposes: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    units: frozenset[str] | None = None
    stack_levels: frozenset[int] | None = None
    refusal: str = "Rejected"
    ignored_purposes: frozenset[str] = frozenset()
    mute_kinds: frozenset[str] = frozenset()
    least_a: float = 6.0
    currents_a: tuple[float, ...] = ()
    forgets_after_pause: bool = False
    forgets_all_at_boot: bool = False
    forgets_all_after_end_s: float | None = None
    plans_nothing_idle: bool = False
    zero_default_blocks: bool = False
    consent: str | None = None
    errs: bool = False
    first_answer_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Metering:
    """The metering of a charger, and its reports.

    It knows no other `measurands`, where some are named. Each of `blank` comes with an empty value, and the `odd` samples
    come besides. The current is divided by `current_divisor`, filed under `current_phase` if that is named. With
    `by_phase` there are no totals. `energy_at_rest` tells the register only while nothing is charged; `start_register`,
    that of the session's start besides. Without `periodic`, values come only when asked for. `in_pieces` makes a message of
    each sample; meter values of the register are multiplied by `register_factor`.
    """

    register: Register = Register.LIFETIME
    measurands: frozenset[str] | None = None
    most_measurands: int | None = None
    least_interval_s: int = 1
    unit: str | None = "Wh"
    blank: frozenset[str] = frozenset()
    odd: tuple[Mapping[str, str], ...] = ()
    current_divisor: float = 1.0
    current_phase: str | None = None
    by_phase: bool = False
    energy_at_rest: bool = False
    start_register: bool = False
    periodic: bool = True
    in_pieces: bool = False
    register_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Sessions:
    """The start and end of a charger's sessions.

    With `starts_itself` a plugged-in car charges at once; otherwise it must be asked to. It takes no other tag than the
    one in the setting `tag_setting`, where that is named, and none longer than `longest_tag`. Without `restarts` it
    starts no second session before the car is unplugged. `idle_number` is the session that it speaks of while there is none. `closing_values` come after the end.
    """

    starts_itself: bool = True
    tag_setting: str | None = None
    longest_tag: int = 20
    numbering: Numbering = Numbering.AS_TOLD
    restarts: bool = True
    idle_number: int | None = None
    closing_values: bool = False
    closing_registers: bool = False
    tells_zero: bool = False
    ends_paused: bool = False


@dataclass(frozen=True, slots=True)
class Manners:
    """The behavior of a charger on the wire.

    It restarts when all its settings are read (`restarts_at_reading`), or when one of `restarts_at_writing` is
    written; settings in `frozen` cannot be changed. Asked for settings by name, it tells none with `mute_by_name`.
    After `patience_s` without a heartbeat of its own it hangs up; between sessions it dials anew with `hangs_up_idle`.
    `broken_frame` is sent now and then. `path` is what it puts before its identity; it dials before it hangs up with
    `dials_first`, and answers nothing before it has booted with `mute_before_boot`, nothing at all with `mute`, and
    never what is in `mute_actions`. Its
    clock is `clock_ahead_s` ahead of the time, and so are its schedules with `schedules_by_clock`; while a session runs,
    it tells no status but `status_in_session`.
    """

    restarts_at_reading: bool = False
    restarts_at_writing: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()
    mute_by_name: bool = False
    patience_s: float | None = None
    hangs_up_idle: bool = False
    broken_frame: str | None = None
    error_code: str = "NoError"
    path: str = ""
    dials_first: bool = False
    mute_before_boot: bool = False
    mute: bool = False
    mute_actions: frozenset[str] = frozenset()
    delay_s: float = 0.0
    clock_ahead_s: float = 0.0
    schedules_by_clock: bool = False
    status_in_session: str | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """All that is odd about a charger; nothing is, to begin with.

    `answers` are what it answers to some actions instead of doing what they say; it does not know those that it `lacks`.
    """

    limits: Limits = field(default_factory=Limits)
    metering: Metering = field(default_factory=Metering)
    sessions: Sessions = field(default_factory=Sessions)
    manners: Manners = field(default_factory=Manners)
    settings: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Payload] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()
    max_current_a: float = 16.0
    phases: int = 3
