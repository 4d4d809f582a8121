"""What a charger can do, and how it wants to be told.

Three know of it: its vendor's file, its own settings, and its owner. Each says what it knows and nothing else
(`Traits`); whoever is more to be trusted has the last word (`resolve`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

MIN_CURRENT_A = 6.0
"""The least a charger can offer a car (IEC 61851-1); below it there is only a pause."""


class Purpose(StrEnum):
    """What a charging profile is for (OCPP's ChargingProfilePurpose)."""

    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"
    CHARGE_POINT_MAX = "ChargePointMaxProfile"


class Kind(StrEnum):
    """What a schedule's start is measured from (OCPP's ChargingProfileKind)."""

    ABSOLUTE = "Absolute"
    RELATIVE = "Relative"


class Unit(StrEnum):
    """The unit of a limit (OCPP's ChargingRateUnit)."""

    AMPERE = "A"
    WATT = "W"


class PauseBy(StrEnum):
    """How a car that should not charge is kept from it."""

    ZERO_CURRENT = "zero_current"
    """A limit of 0 A; the session goes on."""
    LEAST_CURRENT = "least_current"
    """It is not: it gets the least that the charger can offer."""
    STOP_TRANSACTION = "stop_transaction"
    """The session is stopped, and another started for going on."""
    INOPERATIVE = "inoperative"
    """The connector is put out of service."""


class PhaseSwitching(StrEnum):
    """How a charger is made to charge with one phase or three."""

    NONE = "none"
    """It cannot be."""
    PROFILE = "profile"
    """By the number of phases in the charging profile."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a charger can do; the defaults are those of a charger that follows the specification.

    How it takes limits: the `purposes`, `kinds`, `units` and `stack_levels` that it takes, in the order in which
    they are tried; no purpose where it takes no limits at all. Whether an absolute schedule may begin at a given time
    (`start_schedule`), and a profile may expire (`duration`); whether it `obeys_in_session`, or takes a limit only
    before a session starts.

    Which limits: `minimum_current_a` is the least that really charges; `currents_a`, if not empty, are the only ones
    that it knows; all others are multiples of `current_step_a`. Defaults and maxima, which chargers keep in flash, are
    written no more often than every `write_interval_s`.

    Sessions: `pause_by`; with `repeat_after_pause`, the limit that ends a pause is told twice, since the first is not
    obeyed; with `remote_start` a session starts only when asked for; `id_token` is what it must then be given, or
    `id_token_setting` the name of the setting that says so. Never put out of service where `change_availability` is
    not given.

    Meter values: only these `measurands`, where any are named, and never the `unwanted_measurands`; no more often than
    every `sample_interval_s`.

    Settings: those it should have besides (`settings`), and those that are never written (`frozen_settings`).
    Where `reads_all_settings` is not given, only those that are needed are asked for, by name.
    """

    purposes: tuple[Purpose, ...] = (
        Purpose.TX,
        Purpose.TX_DEFAULT,
        Purpose.CHARGE_POINT_MAX,
    )
    kinds: tuple[Kind, ...] = (Kind.ABSOLUTE, Kind.RELATIVE)
    units: tuple[Unit, ...] = (Unit.AMPERE, Unit.WATT)
    stack_levels: tuple[int, ...] = (0,)
    start_schedule: bool = True
    duration: bool = True
    obeys_in_session: bool = True
    minimum_current_a: float = MIN_CURRENT_A
    current_step_a: float = 0.1
    currents_a: tuple[float, ...] = ()
    write_interval_s: float = 0.0
    pause_by: PauseBy = PauseBy.ZERO_CURRENT
    repeat_after_pause: bool = False
    phase_switching: PhaseSwitching = PhaseSwitching.NONE
    phase_pause_s: float = 0.0
    remote_start: bool = False
    id_token: str | None = None
    id_token_setting: str | None = None
    change_availability: bool = True
    measurands: tuple[str, ...] = ()
    unwanted_measurands: tuple[str, ...] = ()
    sample_interval_s: int = 10
    settings: Mapping[str, str] = field(default_factory=dict)
    frozen_settings: tuple[str, ...] = ()
    reads_all_settings: bool = True
    call_timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What somebody knows of a charger's capabilities; None where nothing is known.

    The fields are those of `Capabilities`.
    """

    purposes: tuple[Purpose, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    units: tuple[Unit, ...] | None = None
    stack_levels: tuple[int, ...] | None = None
    start_schedule: bool | None = None
    duration: bool | None = None
    obeys_in_session: bool | None = None
    minimum_current_a: float | None = None
    current_step_a: float | None = None
    currents_a: tuple[float, ...] | None = None
    write_interval_s: float | None = None
    pause_by: PauseBy | None = None
    repeat_after_pause: bool | None = None
    phase_switching: PhaseSwitching | None = None
    phase_pause_s: float | None = None
    remote_start: bool | None = None
    id_token: str | None = None
    id_token_setting: str | None = None
    change_availability: bool | None = None
    measurands: tuple[str, ...] | None = None
    unwanted_measurands: tuple[str, ...] | None = None
    sample_interval_s: int | None = None
    settings: Mapping[str, str] | None = None
    frozen_settings: tuple[str, ...] | None = None
    reads_all_settings: bool | None = None
    call_timeout_s: float | None = None


def combine(traits: Iterable[Traits]) -> Traits:
    """Return what several know together; what comes later has the last word."""
    return Traits(**_known(traits))  # type: ignore[arg-type]


def resolve(traits: Iterable[Traits]) -> Capabilities:
    """Return what a charger can do, from what is known of it; what comes later has the last word."""
    return replace(Capabilities(), **_known(traits))  # type: ignore[arg-type]


def _known(traits: Iterable[Traits]) -> dict[str, object]:
    known: dict[str, object] = {}
    for source in traits:
        for item in fields(source):
            value: object = getattr(source, item.name)
            if value is not None:
                known[item.name] = value
    return known
