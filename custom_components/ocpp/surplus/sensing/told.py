"""Values as the sources of a site tell them, with the instants of their reports."""

from dataclasses import dataclass
import math


@dataclass(frozen=True, slots=True)
class Told:
    """Value that a source tells at present.

    Attributes:
        value: the value; None while the source is unavailable.
        reported_s: the instant of its last report, even of an equal value.
        changed_s: the instant of the last report that changed it.
    """

    value: float | None = None
    reported_s: float = -math.inf
    changed_s: float = -math.inf


@dataclass(frozen=True, slots=True)
class ToldSite:
    """Values of all sources of a site, in watts; import, discharge and load are positive. Sources of a kind add up.

    Attributes:
        grid: power from the grid, of meters that tell both directions.
        imports: power from the grid, of meters that tell nothing else.
        exports: power to the grid, of meters that tell nothing else.
        solar: power of the inverters.
        load: power of the house.
        load_includes_cars: the load of the house includes that of the cars.
        batteries: power from the batteries.
        battery_soc_percent: state of charge of all batteries; None without a source.
        grid_phases: power from the grid on each phase, if each is paid for by itself.
        battery_socs: last known state of charge of each battery, in percent.
        alive_s: the latest report of anything else from the devices of the grid meters.
    """

    grid: tuple[Told, ...] = ()
    imports: tuple[Told, ...] = ()
    exports: tuple[Told, ...] = ()
    solar: tuple[Told, ...] = ()
    load: tuple[Told, ...] = ()
    load_includes_cars: bool = True
    batteries: tuple[Told, ...] = ()
    battery_soc_percent: Told | None = None
    battery_socs: tuple[Told, ...] = ()
    grid_phases: tuple[Told, ...] | None = None
    alive_s: float = -math.inf
