"""The capabilities of a charger, and the way in which it takes limits.

There are three sources: the vendor's file, the charger's own settings, and its owner. Each tells what it knows and
nothing else (`Traits`); the most trustworthy one has the last word (`resolve`). Vendors' files, their schema and the
owner's form derive from the fields of `Capabilities`: a capability is described there and nowhere else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .variables import VariableId

MIN_CURRENT_A = 6.0
"""The least a charger can offer a car (IEC 61851-1); below it there is only a pause."""

MOST_PERIODS = 1000
"""The number of periods in a schedule that stands for any number: OCPP 1.6 has no bound, and 2.x has one of 1024."""


class Purpose(StrEnum):
    """The purpose of a charging profile; each version of OCPP has its own names for them.

    The values are stored, and those of OCPP 1.6. The purposes that are missing here, external constraints and those of
    OCPP 2.1, each become a member that versions without them leave out of their table.
    """

    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"
    CHARGE_POINT_MAX = "ChargePointMaxProfile"


class Kind(StrEnum):
    """The start of a schedule: an instant, or that of the session (OCPP's ChargingProfileKind)."""

    ABSOLUTE = "Absolute"
    RELATIVE = "Relative"


class Unit(StrEnum):
    """The unit of a limit (OCPP's ChargingRateUnit)."""

    AMPERE = "A"
    WATT = "W"


class PauseBy(StrEnum):
    """The way in which a charger keeps a car from charging for a while."""

    ZERO_CURRENT = "zero_current"
    """A limit of 0 A; the session goes on."""
    LEAST_CURRENT = "least_current"
    """None: the car gets the least that the charger can offer."""
    STOP_TRANSACTION = "stop_transaction"
    """The session is stopped, and another one started to go on."""
    INOPERATIVE = "inoperative"
    """The connector is put out of service."""


class ProtocolVersion(StrEnum):
    """A version of OCPP."""

    OCPP_1_6 = "1.6"
    OCPP_2_0_1 = "2.0.1"
    OCPP_2_1 = "2.1"


class PhaseSwitching(StrEnum):
    """The way in which a charger is told to charge on one phase or three."""

    NONE = "none"
    """None."""
    PROFILE = "profile"
    """By the number of phases in the charging profile."""


@dataclass(frozen=True, slots=True)
class Setter:
    """The owner's way to set a capability: its name in forms and stored data, and what can be chosen.

    Without `choices`, they follow from the type: yes or no, the members of an enum; anything else is filled in, numbers
    in multiples of `step`.
    """

    name: str
    step: float = 1
    choices: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """The bounds of a capability that is a number, and the owner's way to set it, if there is one."""

    bounds: tuple[float, float] | None = None
    setter: Setter | None = None


def _described(
    bounds: tuple[float, float] | None = None, setter: Setter | None = None
) -> Mapping[str, Description]:
    return {"description": Description(bounds, setter)}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Everything that a charger can do; the defaults are those of a charger that follows the specification.

    Ways to take limits: `purposes`, `kinds`, `units` and `stack_levels` are listed in the order in which they are
    tried; a charger without a purpose takes no limits at all. With `start_schedule` an absolute schedule may begin at a
    given time, with `duration` a profile may expire; a schedule has at most `schedule_periods`. One that does not obey in session (`obeys_in_session`) takes
    limits only before a session starts.

    Limits: `minimum_current_a` is the least that really charges; `currents_a`, if not empty, are the only ones
    that it knows; all others are multiples of `current_step_a`. Defaults and maxima, which chargers keep in flash, are
    written no more often than every `write_interval_s`.

    Sessions: `pause_by` is the way to pause; with `repeat_after_pause`, the limit that ends a pause is sent twice, since
    the first is not obeyed; with `remote_start` a session starts only when asked for, with `id_token`, or with the token
    in `id_token_setting`. Without `change_availability` it is never put out of service. One that `shows_cost` is told what
    a session has cost so far; one that `discharges` lets a car feed in at a current that it is told.

    Meter values: only these `measurands`, if any are named, and never the `unwanted_measurands`; no more often than
    every `sample_interval_s`.

    Settings: those it should have besides (`settings`), and those that are never written (`frozen_settings`).
    Without `reads_all_settings`, only those that are needed are read, by name.

    Messages: it has `call_timeout_s` to answer, and is itself answered no sooner than after `answer_delay_s`. Of the
    versions that it offers, those in `versions` are spoken, if there are any.
    """

    purposes: tuple[Purpose, ...] = field(
        default=(Purpose.TX, Purpose.TX_DEFAULT, Purpose.CHARGE_POINT_MAX),
        metadata=_described(setter=Setter("purpose")),
    )
    kinds: tuple[Kind, ...] = field(
        default=(Kind.ABSOLUTE, Kind.RELATIVE),
        metadata=_described(setter=Setter("kind")),
    )
    units: tuple[Unit, ...] = field(
        default=(Unit.AMPERE, Unit.WATT), metadata=_described(setter=Setter("unit"))
    )
    stack_levels: tuple[int, ...] = field(
        default=(0,), metadata=_described((0, 100), Setter("stack_level"))
    )
    start_schedule: bool = field(
        default=True, metadata=_described(setter=Setter("start_schedule"))
    )
    duration: bool = field(default=True, metadata=_described(setter=Setter("duration")))
    schedule_periods: int = field(
        default=MOST_PERIODS, metadata=_described((1, MOST_PERIODS))
    )
    obeys_in_session: bool = field(
        default=True, metadata=_described(setter=Setter("obeys_in_session"))
    )
    minimum_current_a: float = field(
        default=MIN_CURRENT_A,
        metadata=_described((0, 32), Setter("minimum_current", step=0.1)),
    )
    current_step_a: float = field(
        default=0.1,
        metadata=_described(
            (0, 32),
            Setter(
                "current_step",
                choices={"tenth_of_an_ampere": 0.1, "whole_amperes": 1.0},
            ),
        ),
    )
    currents_a: tuple[float, ...] = field(default=(), metadata=_described((0, 80)))
    write_interval_s: float = field(
        default=0.0, metadata=_described((0, 3600), Setter("write_interval"))
    )
    pause_by: PauseBy = field(
        default=PauseBy.ZERO_CURRENT, metadata=_described(setter=Setter("pause_by"))
    )
    repeat_after_pause: bool = False
    phase_switching: PhaseSwitching = field(
        default=PhaseSwitching.NONE,
        metadata=_described(setter=Setter("phase_switching")),
    )
    phase_pause_s: float = field(default=0.0, metadata=_described((0, 3600)))
    remote_start: bool = field(
        default=False, metadata=_described(setter=Setter("remote_start"))
    )
    id_token: str | None = field(
        default=None, metadata=_described(setter=Setter("id_token"))
    )
    id_token_setting: tuple[VariableId, ...] = ()
    change_availability: bool = True
    shows_cost: bool = False
    discharges: bool = False
    measurands: tuple[str, ...] = ()
    unwanted_measurands: tuple[str, ...] = ()
    sample_interval_s: int = field(default=10, metadata=_described((1, 3600)))
    settings: Mapping[VariableId, str] = field(default_factory=dict)
    frozen_settings: tuple[VariableId, ...] = ()
    reads_all_settings: bool = True
    call_timeout_s: float = field(default=30.0, metadata=_described((0, 600)))
    versions: tuple[ProtocolVersion, ...] = field(
        default=(), metadata=_described(setter=Setter("version"))
    )
    answer_delay_s: float = field(
        default=0.0, metadata=_described((0, 2), Setter("answer_delay", step=0.1))
    )


def _with_parameters_of[**P](
    _: Callable[P, Capabilities],
) -> Callable[[Callable[..., Traits]], Callable[P, Traits]]:
    """Have the type checker hold a function to the parameters of another."""
    return lambda function: function


@dataclass(frozen=True, slots=True)
class Traits:
    """The capabilities of a charger that somebody knows of, by name; the others are absent."""

    known: Mapping[str, object] = field(default_factory=dict)

    @staticmethod
    @_with_parameters_of(Capabilities)
    def of(**known: object) -> Traits:
        """Return these capabilities as all that is known."""
        return Traits(known)


def combine(traits: Iterable[Traits]) -> Traits:
    """Return what several sources know together; a later one has the last word."""
    return Traits(
        {name: value for some in traits for name, value in some.known.items()}
    )


def resolve(traits: Iterable[Traits]) -> Capabilities:
    """Return all capabilities of a charger from what is known of them; a later source has the last word."""
    return replace(Capabilities(), **combine(traits).known)  # type: ignore[arg-type]
