"""The power flows of the house at this moment, by the sensors that are being chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
import math

from homeassistant.core import StateMachine

from ...config.energy_sources import POWER_KEYS, entity_ids
from ...const import CONF_BATTERY_SOC
from ...quantities import percent_of, watts_of
from ...site.meters import Sources, told_by
from ...surplus.sensing.reading import site_reading
from ...surplus.sensing.told import Told

_STEP_W = 10
"""The step in which powers are shown; they change while they are read."""


@dataclass(frozen=True, slots=True)
class PowerNow:
    """The powers at one moment, in watts; import and discharge are positive.

    Attributes:
        grid_w: the power from the grid.
        solar_w: the power of the inverters; None if it is unknown.
        battery_w: the power from the battery; None if it is unknown.
    """

    grid_w: float
    solar_w: float | None
    battery_w: float | None

    @property
    def step_id(self) -> str:
        """The step whose text tells these powers."""
        direction = "now_importing" if self.grid_w > 0 else "now_exporting"
        if self.solar_w is None:
            return direction
        if self.battery_w is None:
            return f"{direction}_sun"
        battery = "charging" if self.battery_w < 0 else "discharging"
        return f"{direction}_{battery}"

    @property
    def placeholders(self) -> dict[str, str]:
        """The figures in that text."""
        solar_w, battery_w = self.solar_w or 0.0, self.battery_w or 0.0
        return {
            "grid": _shown(abs(self.grid_w)),
            "solar": _shown(solar_w),
            "battery": _shown(abs(battery_w)),
            "house": _shown(self.grid_w + solar_w + battery_w),
        }


def power_now(states: StateMachine, options: Mapping[str, object]) -> PowerNow | None:
    """Return the powers at this moment; None if the grid's is unknown."""
    told = told_by(states, Sources.of(options))
    reading = site_reading(told, lambda _: 0.0)
    if reading is None or reading.grid_power_w is None:
        return None
    return PowerNow(reading.grid_power_w, _sum(told.solar), _sum(told.batteries))


def silent_sensors(states: StateMachine, options: Mapping[str, object]) -> list[str]:
    """Return the chosen sensors that have no value at this moment."""
    readers = {**dict.fromkeys(POWER_KEYS, watts_of), CONF_BATTERY_SOC: percent_of}
    return [
        entity_id
        for key, read in readers.items()
        for entity_id in entity_ids(options, key)
        if (state := states.get(entity_id)) is None or read(state) is None
    ]


def sensor_names(states: StateMachine, options: Mapping[str, object]) -> str:
    """Return the names of the chosen sensors in one line."""
    chosen = dict.fromkeys(
        entity_id
        for key in (*POWER_KEYS, CONF_BATTERY_SOC)
        for entity_id in entity_ids(options, key)
    )
    return ", ".join(
        entity_id if (state := states.get(entity_id)) is None else state.name
        for entity_id in chosen
    )


def _sum(told: tuple[Told, ...]) -> float | None:
    values = [each.value for each in told if each.value is not None]
    return math.fsum(values) if values else None


def _shown(watts: float) -> str:
    return f"{round(watts / _STEP_W) * _STEP_W} W"
