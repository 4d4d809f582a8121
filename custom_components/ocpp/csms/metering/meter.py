"""The meter of an EVSE: the newest measurement of each measurand.

The measurands bear OCPP's names and are kept in their base units: W, Wh, var, varh, A, V, Hz, °C, per cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from .register_slope import RegisterSlope


class Measurand(StrEnum):
    """A measurable quantity (OCPP 1.6, section 7.31); import flows into the car, export out of it."""

    CURRENT_EXPORT = "Current.Export"
    CURRENT_IMPORT = "Current.Import"
    CURRENT_OFFERED = "Current.Offered"
    ENERGY_ACTIVE_EXPORT_INTERVAL = "Energy.Active.Export.Interval"
    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    ENERGY_ACTIVE_IMPORT_INTERVAL = "Energy.Active.Import.Interval"
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    ENERGY_REACTIVE_EXPORT_INTERVAL = "Energy.Reactive.Export.Interval"
    ENERGY_REACTIVE_EXPORT_REGISTER = "Energy.Reactive.Export.Register"
    ENERGY_REACTIVE_IMPORT_INTERVAL = "Energy.Reactive.Import.Interval"
    ENERGY_REACTIVE_IMPORT_REGISTER = "Energy.Reactive.Import.Register"
    FREQUENCY = "Frequency"
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    POWER_FACTOR = "Power.Factor"
    POWER_OFFERED = "Power.Offered"
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    RPM = "RPM"
    SOC = "SoC"
    TEMPERATURE = "Temperature"
    VOLTAGE = "Voltage"


class Location(StrEnum):
    """A place of measurement (OCPP 1.6, section 7.22); the inlet is on the grid's side."""

    BODY = "Body"
    CABLE = "Cable"
    EV = "EV"
    INLET = "Inlet"
    OUTLET = "Outlet"


class Phases(NamedTuple):
    """One value per phase; None where the charger gave none."""

    l1: float | None = None
    l2: float | None = None
    l3: float | None = None

    @property
    def known(self) -> tuple[float, ...]:
        """The values that were given, L1 first."""
        return tuple([value for value in self if value is not None])


NO_PHASES = Phases()


type Lines = Mapping[str | None, float]
"""The values of one measurand in its base unit, by line (`L1`, `L1-L2`, `N`); None is the total."""


class Instant(NamedTuple):
    """The time of a measurement by our clock, and all lines that were told of it, in one piece or several.

    While it may still be told in further pieces, the lines of the instant before that are missing are in `earlier`.
    """

    taken_at: datetime
    told: Lines
    earlier: Lines
    in_pieces: bool


class Measurement(NamedTuple):
    """The newest measurement of one measurand: a tuple, since each message brings several.

    `value` is that of all phases together as the measurand means it: the sum of powers and energies, the current of
    the most loaded phase, which is what limits and fuses speak of, and the mean of voltages. `at` is the time by our clock
    that it stands for: that of its arrival, unless it was held up for long. `instant` is None for what was concluded.
    """

    value: float
    phases: Phases
    location: Location
    at: datetime
    instant: Instant | None = None

    @property
    def taken_at(self) -> datetime | None:
        """The time by our clock at which it was taken, to the second; None for what was concluded."""
        return None if self.instant is None else self.instant.taken_at


class PowerSample(NamedTuple):
    """The power that was drawn at a time by the charger's clock."""

    at: datetime
    power_w: float


@dataclass(frozen=True, slots=True)
class Meter:
    """The newest measurements of one EVSE.

    `past` are those that do not stand for the present any more, and are known of no newer one. Not every message has every
    measurand. The newest one arrived at `sampled_at` by our clock, `pause` after the one before, and was metered at
    `measured_at` by the charger's. `phases_in_use` is on how many phases the car draws, 0 while it draws nothing, and None
    while that cannot be told. `current_contradicted` means that the power gave the current the lie, which was mended.
    `last_power` is the newest power, whether or not it stands for the present. `slope` is the rise of the energy register,
    and `derived` are the measurands that were concluded from it.
    """

    measurements: Mapping[Measurand, Measurement] = field(default_factory=dict)
    sampled_at: datetime | None = None
    measured_at: datetime | None = None
    phases_in_use: int | None = None
    current_contradicted: bool = False
    past: Mapping[Measurand, Measurement] = field(default_factory=dict)
    last_power: PowerSample | None = None
    slope: RegisterSlope = field(default_factory=RegisterSlope)
    derived: frozenset[Measurand] = frozenset()
    pause: timedelta = timedelta()

    def value(self, measurand: Measurand) -> float | None:
        """Return the newest value of a measurand; None while it was never reported."""
        measurement = self.measurements.get(measurand)
        return None if measurement is None else measurement.value

    def phases(self, measurand: Measurand) -> Phases:
        """Return the newest values of a measurand on each phase."""
        measurement = self.measurements.get(measurand)
        return NO_PHASES if measurement is None else measurement.phases

    @property
    def energy_wh(self) -> float | None:
        """The energy register as the charger shows it; the ledger makes a count of it."""
        return self.value(Measurand.ENERGY_ACTIVE_IMPORT_REGISTER)

    @property
    def power_w(self) -> float | None:
        """The power into the car."""
        return self.value(Measurand.POWER_ACTIVE_IMPORT)

    @property
    def current_a(self) -> float | None:
        """The current of the most loaded phase."""
        return self.value(Measurand.CURRENT_IMPORT)

    @property
    def power_with_current_w(self) -> float | None:
        """The power into the car at the time of the current; None if it was measured at another time."""
        same_time = self._at(Measurand.POWER_ACTIVE_IMPORT) == self.current_sampled_at
        return self.power_w if same_time else None

    @property
    def current_sampled_at(self) -> datetime | None:
        """The time at which the current arrived."""
        return self._at(Measurand.CURRENT_IMPORT)

    @property
    def offered_current_a(self) -> float | None:
        """The current that the charger says it offers the car."""
        return self.value(Measurand.CURRENT_OFFERED)

    @property
    def voltage_v(self) -> float | None:
        """The voltage that the car gets on one phase."""
        return self.value(Measurand.VOLTAGE)

    def _at(self, measurand: Measurand) -> datetime | None:
        measurement = self.measurements.get(measurand)
        return None if measurement is None else measurement.at
