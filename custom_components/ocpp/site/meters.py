"""The meters of the site: the entities that show its power flows, and their common reading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from homeassistant.core import StateMachine

from ..const import (
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOUSE_INCLUDES_CARS,
    CONF_HOUSE_POWER,
    CONF_PV_POWER,
)
from ..planning.price_formats import number_of
from ..quantities import watts_of
from ..surplus.model import SiteReading

HOLDS_S = 60.0
"""The time for which the last power of sun or house is taken to be the present one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A power sensor of the user's; `sign` makes import and discharge positive."""

    entity_id: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class House:
    """The sensors that replace a meter of the grid: those of the solar power and of the load of the house.

    `includes_cars` is True if the load of the house includes the cars.
    """

    sun: Source
    drawn: Source
    includes_cars: bool = True


@dataclass(frozen=True, slots=True)
class Sources:
    """The sensors of the site's power flows; those of the grid add up."""

    grid: tuple[Source, ...] = ()
    house: House | None = None
    battery: Source | None = None
    battery_soc: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Sources:
        """Return the sources in the options of a config entry."""

        def source(key: str, sign: int = 1) -> Source | None:
            entity_id = options.get(key)
            return Source(entity_id, sign) if isinstance(entity_id, str) else None

        meter = source(
            CONF_GRID_POWER, -1 if options.get(CONF_GRID_POWER_INVERTED) else 1
        )
        flows = (source(CONF_GRID_IMPORT), source(CONF_GRID_EXPORT, -1))
        sun, drawn = source(CONF_PV_POWER), source(CONF_HOUSE_POWER)
        includes_cars = bool(options.get(CONF_HOUSE_INCLUDES_CARS, True))
        battery_soc = source(CONF_BATTERY_SOC)
        return cls(
            grid=(meter,)
            if meter
            else tuple(flow for flow in flows if flow is not None),
            house=House(sun, drawn, includes_cars) if sun and drawn else None,
            battery=source(
                CONF_BATTERY_POWER,
                -1 if options.get(CONF_BATTERY_POWER_INVERTED) else 1,
            ),
            battery_soc=battery_soc.entity_id if battery_soc else None,
        )

    @property
    def pacing(self) -> tuple[str, ...]:
        """The entities whose every new value leads to a decision."""
        if self.grid or self.house is None:
            return tuple(source.entity_id for source in self.grid)
        return self.house.sun.entity_id, self.house.drawn.entity_id


@dataclass(frozen=True, slots=True)
class Power:
    """A power with the right sign, and the time of its report."""

    watts: float
    at_s: float


type CarsPower = Callable[[float], float]
"""Returns the estimated power of all cars at an instant, in watts."""


def read_site(
    states: StateMachine, sources: Sources, cars_w: CarsPower
) -> SiteReading | None:
    """Return the common reading of the meters; None while one of them is unavailable."""
    battery = _power(states, sources.battery)
    if sources.battery is not None and battery is None:
        return None
    grid = _grid(
        states, sources, Power(0.0, 0.0) if battery is None else battery, cars_w
    )
    if grid is None:
        return None
    return SiteReading(
        grid_power_w=grid.watts,
        grid_at_s=grid.at_s,
        battery_power_w=0.0 if battery is None else battery.watts,
        battery_at_s=None if battery is None else battery.at_s,
        battery_soc_percent=_percent(states, sources.battery_soc),
    )


def _grid(
    states: StateMachine, sources: Sources, battery: Power, cars_w: CarsPower
) -> Power | None:
    if sources.grid:
        flows = [_power(states, source) for source in sources.grid]
        known = [flow for flow in flows if flow is not None]
        if len(known) < len(flows):
            return None
        # The power in one direction is constant, and need not be reported, while the other changes.
        return Power(
            sum(flow.watts for flow in known), max(flow.at_s for flow in known)
        )
    if sources.house is None:
        return None
    return _balanced(states, sources.house, battery, cars_w)


def _balanced(
    states: StateMachine, house: House, battery: Power, cars_w: CarsPower
) -> Power | None:
    """Return the power from the grid without a meter: the load, less solar power and battery."""
    sun, drawn = _power(states, house.sun), _power(states, house.drawn)
    if sun is None or drawn is None:
        return None
    newest_s, oldest_s = max(sun.at_s, drawn.at_s), min(sun.at_s, drawn.at_s)
    at_s = min(newest_s, oldest_s + HOLDS_S)
    watts = drawn.watts - sun.watts - battery.watts
    return Power(watts if house.includes_cars else watts + cars_w(at_s), at_s)


def _power(states: StateMachine, source: Source | None) -> Power | None:
    """Return the power that a sensor shows; None while it is unavailable."""
    state = None if source is None else states.get(source.entity_id)
    watts = None if state is None else watts_of(state)
    if source is None or state is None or watts is None:
        return None
    return Power(source.sign * watts, state.last_reported.timestamp())


def _percent(states: StateMachine, entity_id: str | None) -> float | None:
    state = None if entity_id is None else states.get(entity_id)
    return None if state is None else number_of(state.state)
