"""The meters of the site: the entities that show its power flows, and what they tell."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import State, StateMachine

from ..config.energy_sources import battery_capacities, entity_ids, phase_entities
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
    CONF_PHASES_APART,
    CONF_PV_POWER,
)
from ..quantities import percent_of, watts_of
from ..surplus.sensing.charge import common_charge, remembered
from ..surplus.sensing.told import Told, ToldSite


@dataclass(frozen=True, slots=True)
class Source:
    """A power sensor of the user's; `sign` makes import and discharge positive."""

    entity_id: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Sources:
    """The sensors of the site's power flows; those of a kind add up. The load of the house replaces a meter of the grid."""

    grid: tuple[Source, ...] = ()
    imports: tuple[Source, ...] = ()
    exports: tuple[Source, ...] = ()
    solar: tuple[Source, ...] = ()
    load: tuple[Source, ...] = ()
    load_includes_cars: bool = True
    batteries: tuple[Source, ...] = ()
    battery_socs: tuple[str, ...] = ()
    battery_capacities: tuple[float, ...] = ()
    phases_apart: tuple[Source, ...] | None = None

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Sources:
        """Return the sources in the options of a config entry."""

        def sources(key: str, inverted: str | None = None) -> tuple[Source, ...]:
            sign = -1 if inverted is not None and options.get(inverted) else 1
            return tuple(Source(each, sign) for each in entity_ids(options, key))

        grid = sources(CONF_GRID_POWER, CONF_GRID_POWER_INVERTED)
        imports = () if grid else sources(CONF_GRID_IMPORT)
        exports = () if grid else sources(CONF_GRID_EXPORT)
        sign = -1 if options.get(CONF_GRID_POWER_INVERTED) else 1
        phases = tuple(Source(each, sign) for each in phase_entities(options))
        if not (grid or imports or exports):
            grid = phases
        solar, load = sources(CONF_PV_POWER), sources(CONF_HOUSE_POWER)
        return cls(
            grid,
            imports,
            exports,
            solar,
            load if solar and not (grid or imports or exports) else (),
            bool(options.get(CONF_HOUSE_INCLUDES_CARS, True)),
            sources(CONF_BATTERY_POWER, CONF_BATTERY_POWER_INVERTED),
            entity_ids(options, CONF_BATTERY_SOC),
            battery_capacities(options),
            phases if options.get(CONF_PHASES_APART) else None,
        )

    @property
    def measure_grid(self) -> bool:
        """True if the power from the grid is measured, or calculated."""
        return bool(self.grid_meters or self.load)

    @property
    def pacing(self) -> tuple[str, ...]:
        """The entities whose every new value leads to a decision."""
        flows = (self.grid, self.imports, self.exports, self.solar, self.load)
        return tuple(
            source.entity_id for flow in (*flows, self.batteries) for source in flow
        )

    @property
    def grid_meters(self) -> tuple[str, ...]:
        """The entities that show the power from and to the grid."""
        flows = (*self.grid, *self.imports, *self.exports)
        return tuple(source.entity_id for source in flows)

    @property
    def tell_grid(self) -> bool:
        """True if they tell the power from and to the grid, by themselves or as the rest of sun and load."""
        return bool(self.grid_meters or self.load)


def told_by(
    states: StateMachine, sources: Sources, before: ToldSite | None = None
) -> ToldSite:
    """Return what the sources tell at present, and told `before` about batteries that are away."""

    def powers(wanted: tuple[Source, ...]) -> tuple[Told, ...]:
        return tuple(_told(states.get(source.entity_id), source) for source in wanted)

    told_socs = [_percent(states.get(each)) for each in sources.battery_socs]
    socs = remembered(told_socs, before.battery_socs if before else ())
    return ToldSite(
        powers(sources.grid),
        powers(sources.imports),
        powers(sources.exports),
        powers(sources.solar),
        powers(sources.load),
        sources.load_includes_cars,
        powers(sources.batteries),
        common_charge(socs, sources.battery_capacities),
        socs,
        powers(sources.phases_apart) if sources.phases_apart is not None else None,
    )


def _told(state: State | None, source: Source) -> Told:
    watts = None if state is None else watts_of(state)
    return _as_told(state, None if watts is None else source.sign * watts)


def _percent(state: State | None) -> Told:
    return _as_told(state, None if state is None else percent_of(state))


def _as_told(state: State | None, value: float | None) -> Told:
    if state is None:
        return Told()
    return Told(value, state.last_reported.timestamp(), state.last_changed.timestamp())
