"""Model of the surplus controller: its readings, settings and decisions.

Powers are in watts; import from the grid, discharge of a battery and power into a car are positive. Times are seconds of any
one steady clock. Numbers are finite unless stated otherwise.
"""

from dataclasses import dataclass
from enum import StrEnum
import math

from .modes import Mode, SolarPolicy

NOMINAL_VOLTAGE_V = 230.0


class Sharing(StrEnum):
    """Sharing of the surplus that is left once each charger that may charge has its minimum."""

    FAIR = "fair"
    """All of the same priority get the same."""
    STRICT = "strict"
    """The first in order gets as much as it can use, then the next."""


class BatteryOrder(StrEnum):
    """Order of the battery and the cars while the sun does not suffice for both."""

    CARS_FIRST = "cars_first"
    BATTERY_FIRST = "battery_first"
    """The battery until it counts as charged, then the cars."""
    SHARED = "shared"
    """Both: until the battery counts as charged, cars leave half of the surplus to it."""


class PhaseRotation(StrEnum):
    """Phases of the grid (R, S, T) at a charger's L1, L2 and L3 (OCPP 1.6, ConnectorPhaseRotation).

    A single-phase charger has just its L1.
    """

    UNKNOWN = "unknown"
    RST = "rst"
    RTS = "rts"
    SRT = "srt"
    STR = "str"
    TRS = "trs"
    TSR = "tsr"
    R = "r"
    S = "s"
    T = "t"

    @property
    def grid_phases(self) -> tuple[int, ...]:
        """Numbers of the grid's phases, from 0, at those of the charger; none while they are unknown."""
        if self is PhaseRotation.UNKNOWN:
            return ()
        return tuple(map("rst".index, self.value))


type PhasePowers = tuple[float, float, float]
"""Powers on the phases of the grid; import is positive."""
type PhaseCurrents = tuple[float, float, float]
"""Currents on L1, L2 and L3; currents towards the loads are positive."""


@dataclass(frozen=True, slots=True)
class SiteReading:
    """Reading of the site's meters. The instants are those of the reports, and each source has its own.

    Attributes:
        grid_power_w: power from the grid; None while its meter is unavailable.
        grid_at_s: the instant of its report.
        battery_power_w: power from the battery; None while its sensor is unavailable, 0 without a battery.
        grid_current_a: current from the grid on each phase at the same instant; None without a measurement.
        battery_at_s: the instant of the battery's report; None without a battery, or for that of the grid.
        battery_soc_percent: state of charge of the battery.
        phases_apart: each phase is paid for by itself.
        grid_phases_w: power from the grid on each phase; None while it is unknown.
        solar_power_w: power of the inverters; None while it is unavailable, or without a sensor.
        possible_solar_w: power that they are expected to be able to give; None without a forecast.
        solar_at_s: the instant of its report; None without a sensor, or for that of the grid.
        alive_s: the latest report of anything else from the device of the grid meter.
        exports_only: import is not measured, and counts as 0.
        limits_export: the inverter may hold the grid at a limit, so that it answers the cars instead of the grid.
    """

    grid_power_w: float | None
    grid_at_s: float
    battery_power_w: float | None = 0.0
    grid_current_a: PhaseCurrents | None = None
    battery_at_s: float | None = None
    battery_soc_percent: float | None = None
    phases_apart: bool = False
    grid_phases_w: PhasePowers | None = None
    solar_power_w: float | None = None
    possible_solar_w: float | None = None
    solar_at_s: float | None = None
    alive_s: float = -math.inf
    exports_only: bool = False
    limits_export: bool = False

    @property
    def has_battery(self) -> bool:
        """True if the site has a battery with a sensor."""
        return self.battery_power_w != 0.0 or self.battery_at_s is not None

    @property
    def is_complete(self) -> bool:
        """True if no source is unavailable that the balance of the site needs."""
        return self.grid_power_w is not None and self.battery_power_w is not None


@dataclass(frozen=True, slots=True)
class Connection:
    """Connection of a charger: its circuit, the rotation of its phases, and its current without a controller."""

    circuit: str | None = None
    rotation: PhaseRotation = PhaseRotation.UNKNOWN
    safe_current_a: float = 6.0


@dataclass(frozen=True, slots=True)
class BatterySettings:
    """Owner's settings for the home battery.

    Attributes:
        order: order of the battery and the cars.
        charged_percent: state of charge from which it counts as charged.
        charge_w: power that it gets until then if it comes first; None for as much as it takes.
        discharge_above_percent: state of charge above which cars may draw from it; None for never.
        discharge_w: power that cars may draw from it then.
        hold: it must not discharge into cars that charge from the grid.
        weight: watt-hours of sun that make up for one out of the battery where it covers what the sun lacks; None for as
            many as for one from the grid.
    """

    order: BatteryOrder = BatteryOrder.CARS_FIRST
    charged_percent: float = 50.0
    charge_w: float | None = None
    discharge_above_percent: float | None = None
    discharge_w: float = 0.0
    hold: bool = False
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class ExportLimit:
    """Limit above which the inverters hold back what nobody uses.

    Attributes:
        watts: the limit; 0 if nothing may be exported.
        only_excess: cars take only what would be held back, and leave the export below the limit alone.
    """

    watts: float
    only_excess: bool = False


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Owner's settings for the site.

    Attributes:
        sharing: sharing of the surplus among the cars.
        battery: settings for the home battery.
        leave_w: export that cars leave to others; negative for the import that they may cause.
        export_limit: limit of the export; None without one.
        grid_delay_s: time by which the grid meter is late; None if that is to be learned.
    """

    sharing: Sharing = Sharing.FAIR
    battery: BatterySettings = BatterySettings()
    leave_w: float = 0.0
    export_limit: ExportLimit | None = None
    grid_delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class ChargerSettings:
    """Fixed properties of a charger and its car.

    Attributes:
        phases: phases that it is wired with.
        min_current_a: lowest limit except for a pause.
        max_current_a: highest limit.
        step_a: step between limits.
        connection: its connection to the grid.
        switches_phases: it can charge on one phase instead.
        chosen_phases: the number of phases that the owner has chosen, if it can switch; None to choose by the sun.
        switch_pause_s: pause that a switch of phases takes.
        max_pause_s: longest pause that the car bears without falling asleep; None if that is unknown.
    """

    phases: int = 3
    min_current_a: float = 6.0
    max_current_a: float = 16.0
    step_a: float = 1.0
    connection: Connection = Connection()
    switches_phases: bool = False
    chosen_phases: int | None = None
    switch_pause_s: float = 0.0
    max_pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class ChargerReading:
    """Reading of a charger, with its owner's preferences.

    Attributes:
        settings: fixed properties.
        mode: charging mode.
        ready: there is a car that would take current.
        charging: the car draws current.
        current_a: current of the most loaded phase.
        phases_in_use: number of phases on which the car draws.
        voltage_v: voltage.
        power_w: power on all phases, measured together with the current.
        measured_at_s: the instant of these measurements.
        connected: the charger can receive limits.
        solar_share_percent: share of the sun that the owner wants; None for that of the mode.
        grid_allowance_w: power that a plan lets it draw from the grid; inf for as much as it can.
        soc_percent: state of charge of the car.
        soc_floor_percent: state of charge below which some modes charge from the grid.
        priority: higher priorities come first; then come earlier departures, lower states of charge, earlier arrivals.
        departs_s: the departure; inf without one.
        plugged_in_s: the arrival.
        charged_wh: energy of the session so far.
        sells_sun: feeding the sun in pays more than its plan has to pay for energy at other times.
        vehicle_phases: phases that the vehicle uses at most; None while that is unknown.
    """

    settings: ChargerSettings
    mode: Mode
    ready: bool
    charging: bool
    current_a: float | None = None
    phases_in_use: int | None = None
    voltage_v: float | None = None
    power_w: float | None = None
    measured_at_s: float | None = None
    connected: bool = True
    solar_share_percent: float | None = None
    grid_allowance_w: float = 0.0
    soc_percent: float | None = None
    soc_floor_percent: float = 20.0
    priority: int = 0
    departs_s: float = math.inf
    plugged_in_s: float = 0.0
    charged_wh: float = 0.0
    sells_sun: bool = False
    vehicle_phases: int | None = None

    @property
    def drawn_w(self) -> float:
        """Power that the car draws: as measured, or else by its current."""
        if self.power_w is not None:
            return self.power_w
        phases = self.phases_in_use or self.settings.phases
        voltage_v = self.voltage_v or NOMINAL_VOLTAGE_V
        return (self.current_a or 0.0) * phases * voltage_v

    @property
    def solar_policy(self) -> SolarPolicy:
        """Weight of the sun against the grid: by the owner's share, else by the mode's."""
        if self.solar_share_percent is None:
            return SolarPolicy.for_share(self.mode.policy.solar_share)
        return SolarPolicy.for_share(self.solar_share_percent / 100)

    @property
    def allowance_w(self) -> float:
        """Power that it may draw from the grid on top of the sun; inf for as much as the car can draw."""
        below_floor = (
            self.mode.policy.fills_to_soc_floor
            and self.soc_percent is not None
            and self.soc_percent < self.soc_floor_percent
        )
        return math.inf if below_floor else max(0.0, self.grid_allowance_w)

    @property
    def leaves_sun(self) -> bool:
        """True if the sun is worth more than the charge, and the grid must not charge either."""
        return self.sells_sun and self.allowance_w == 0

    @property
    def follows_sun(self) -> bool:
        """True if its limit follows the sun now."""
        return self.mode.policy.follows_sun and not self.leaves_sun


@dataclass(frozen=True, slots=True)
class Decision:
    """Limit of a charger and its number of phases; 0 A is a pause, None leaves the phases to the charger."""

    current_a: float
    phases: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Quantity between two known bounds, with its likely value."""

    low: float
    likely: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Estimate:
        """Return an exactly known quantity."""
        return cls(value, value, value)

    def __neg__(self) -> Estimate:
        """Return the negative."""
        return Estimate(-self.high, -self.likely, -self.low)

    def __add__(self, other: Estimate) -> Estimate:
        """Return the sum."""
        return Estimate(
            self.low + other.low, self.likely + other.likely, self.high + other.high
        )

    def __sub__(self, amount: float) -> Estimate:
        """Return the estimate reduced by a known amount."""
        return Estimate(self.low - amount, self.likely - amount, self.high - amount)

    def __mul__(self, factor: float) -> Estimate:
        """Return the estimate scaled by a positive factor."""
        return Estimate(self.low * factor, self.likely * factor, self.high * factor)


NOTHING = Estimate(0.0, 0.0, 0.0)
