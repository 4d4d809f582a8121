"""Sensors of the connection to a charger. Its figures change with every message, and are looked at from time to time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_interval

from ..csms.link.record import Link
from .base import ChargerEntity
from .described import DescribedSensor

LOOK_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class LinkSensorDescription(SensorEntityDescription):
    """A sensor of one figure of a connection."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    entity_registry_enabled_default: bool = False
    value_fn: Callable[[Link], float | datetime | None]


def _latency_ms(link: Link) -> float | None:
    return None if link.latency_s is None else round(1000 * link.latency_s, 1)


LATENCY = LinkSensorDescription(
    key="latency",
    translation_key="latency",
    device_class=SensorDeviceClass.DURATION,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=UnitOfTime.MILLISECONDS,
    suggested_display_precision=0,
    value_fn=_latency_ms,
)
RECONNECTIONS = LinkSensorDescription(
    key="reconnections",
    translation_key="reconnections",
    state_class=SensorStateClass.TOTAL_INCREASING,
    suggested_display_precision=0,
    value_fn=lambda link: link.reconnections,
)
LAST_HEARD = LinkSensorDescription(
    key="last_heard",
    translation_key="last_heard",
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=lambda link: link.heard_at,
)


class LinkSensor(ChargerEntity, DescribedSensor):
    """A sensor of one figure of the connection to a charger."""

    entity_description: LinkSensorDescription
    known_offline = True

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """The present figure."""
        return self.entity_description.value_fn(self.charger.station.link.figures)

    @override
    async def async_added_to_hass(self) -> None:
        """Look at the figure from time to time, and with each new connection."""

        @callback
        def look(_: object) -> None:
            self.async_write_changed()

        self._last_shown = self.shown
        self.async_on_remove(self.charger.station.subscribe(look))
        self.async_on_remove(
            async_track_time_interval(
                self.hass, look, LOOK_EVERY, cancel_on_shutdown=True
            )
        )


class LatencySensor(LinkSensor):
    """The sensor of the latency, which there is none of while the charger is away."""

    known_offline = False
