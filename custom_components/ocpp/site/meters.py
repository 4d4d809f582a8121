"""The user's meters: which entities tell of the site's power flows, and what they say together."""

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
"""For how long a power of sun or house is taken to go on as it was when it was told last."""


@dataclass(frozen=True, slots=True)
class Source:
    """A power sensor of the user's; `sign` turns its values into import or discharge as positive."""

    entity_id: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class House:
    """What tells of the grid where it has no meter: what the sun gives, and what the house draws.

    `includes_cars` says whether the cars are among what the house draws.
    """

    sun: Source
    drawn: Source
    includes_cars: bool = True


@dataclass(frozen=True, slots=True)
class Sources:
    """The sensors that tell of the site's power flows; the grid's add up."""

    grid: tuple[Source, ...] = ()
    house: House | None = None
    battery: Source | None = None
    battery_soc: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Sources:
        """Read them from the options of a config entry."""

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
        """The entities each of whose values is worth a decision."""
        if self.grid or self.house is None:
            return tuple(source.entity_id for source in self.grid)
        return self.house.sun.entity_id, self.house.drawn.entity_id


@dataclass(frozen=True, slots=True)
class Power:
    """A power with its sign put right, and when it was reported."""

    watts: float
    at_s: float


type CarsPower = Callable[[float], float]
"""Returns what the cars are thought to have drawn at an instant, in watts."""


def read_site(
    states: StateMachine, sources: Sources, cars_w: CarsPower
) -> SiteReading | None:
    """Return what the meters say together; None while one of them says nothing."""
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
        # What flows one way stands still, and need not be reported, while the other changes.
        return Power(
            sum(flow.watts for flow in known), max(flow.at_s for flow in known)
        )
    if sources.house is None:
        return None
    return _balanced(states, sources.house, battery, cars_w)


def _balanced(
    states: StateMachine, house: House, battery: Power, cars_w: CarsPower
) -> Power | None:
    """Return what must come from the grid where it has no meter: what is drawn, less what sun and battery give."""
    sun, drawn = _power(states, house.sun), _power(states, house.drawn)
    if sun is None or drawn is None:
        return None
    newest_s, oldest_s = max(sun.at_s, drawn.at_s), min(sun.at_s, drawn.at_s)
    at_s = min(newest_s, oldest_s + HOLDS_S)
    watts = drawn.watts - sun.watts - battery.watts
    return Power(watts if house.includes_cars else watts + cars_w(at_s), at_s)


def _power(states: StateMachine, source: Source | None) -> Power | None:
    """Return what a sensor says; None while it says nothing."""
    state = None if source is None else states.get(source.entity_id)
    watts = None if state is None else watts_of(state)
    if source is None or state is None or watts is None:
        return None
    return Power(source.sign * watts, state.last_reported.timestamp())


def _percent(states: StateMachine, entity_id: str | None) -> float | None:
    state = None if entity_id is None else states.get(entity_id)
    return None if state is None else number_of(state.state)
