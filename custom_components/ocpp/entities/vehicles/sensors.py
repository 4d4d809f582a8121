"""Sensors of vehicles: their charge, their charger, and their books."""

from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ...following import EntityFollower
from ...hub import OcppConfigEntry
from ...planning.reading.numbers import number_of
from ...surplus.accounts.accounts import Account
from ..energy import EnergyDescription
from .vehicle import VehicleEntity, async_add_for_vehicles

NOT_CONNECTED = "not_connected"

CHARGE = SensorEntityDescription(
    key="state_of_charge",
    translation_key="state_of_charge",
    device_class=SensorDeviceClass.BATTERY,
    native_unit_of_measurement=PERCENTAGE,
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
)
CHARGE_TOLD = SensorEntityDescription(
    key="state_of_charge_told",
    translation_key="state_of_charge_told",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)
CHARGER = SensorEntityDescription(key="connected_to", translation_key="connected_to")
ENERGY = EnergyDescription(
    key="energy",
    # A session that was another vehicle's is taken out of its sum.
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=1,
)
MONTH_ENERGY = EnergyDescription(
    key="energy_this_month",
    translation_key="energy_this_month",
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=1,
)
MONTH_COST = SensorEntityDescription(
    key="cost_this_month",
    translation_key="cost_this_month",
    device_class=SensorDeviceClass.MONETARY,
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=2,
    entity_registry_enabled_default=False,
)
LAST_SESSION = SensorEntityDescription(
    key="last_session",
    translation_key="last_session",
    device_class=SensorDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    suggested_display_precision=2,
)
_SESSION_DETAILS = (
    "charger",
    "connector",
    "started_at",
    "ended_at",
    "solar_share_percent",
    "cost",
    "currency",
)


@callback
def async_add_vehicle_sensors(
    entry: OcppConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of all vehicles."""
    hub = entry.runtime_data
    async_add_for_vehicles(
        entry,
        async_add_entities,
        lambda own: [
            ChargeSensor(hub, own, CHARGE),
            ChargeToldSensor(hub, own, CHARGE_TOLD),
            ChargerSensor(hub, own, CHARGER),
            EnergySensor(hub, own, ENERGY),
            MonthEnergySensor(hub, own, MONTH_ENERGY),
            MonthCostSensor(hub, own, MONTH_COST),
            LastSessionSensor(hub, own, LAST_SESSION),
        ],
    )


class TellingSensor(VehicleEntity, SensorEntity):
    """A sensor of what a vehicle's entity for its charge has told; what is gone for a while stays as it was."""

    _told: tuple[float, datetime] | None = None
    _follower: EntityFollower

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the vehicle's own entity, too."""
        self._follower = EntityFollower(self.hass, self._async_on_told)
        self.async_on_remove(self._follower.async_stop)
        self._async_read()
        await super().async_added_to_hass()
        self.async_on_remove(self.own.async_subscribe(self._async_on_told))

    @callback
    def _async_read(self) -> None:
        entity_id = self.own.vehicle.soc_entity
        if self._follower.async_follow([entity_id]):
            self._told = None
        state = None if entity_id is None else self.hass.states.get(entity_id)
        value = None if state is None else number_of(state.state)
        if state is not None and value is not None:
            self._told = value, state.last_reported

    @callback
    def _async_on_told(self) -> None:
        self._async_read()
        self.async_write_changed()


class ChargeSensor(TellingSensor):
    """The state of charge: as the vehicle or its charger tells it, with what was charged since."""

    @property
    def _estimated(self) -> float | None:
        place = self.hub.whereabouts.place_of(self.own.id)
        if place is None:
            return None
        return self.hub.site.planner.soc_percent(place.key)

    @property
    @override
    def native_value(self) -> float | None:
        """The state of charge."""
        told = None if self._told is None else self._told[0]
        estimated = self._estimated
        return told if estimated is None else round(estimated, 1)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The last state of charge that was told, and when."""
        told, told_at = self._told or (None, None)
        return {
            "told": told,
            "told_at": None if told_at is None else told_at.isoformat(),
            "is_estimated": told is not None and self.native_value != told,
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is charged."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.hub.vehicle_books.async_subscribe(self.async_write_changed)
        )


class ChargeToldSensor(TellingSensor):
    """The time at which the vehicle told its charge last."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """The time."""
        return None if self._told is None else self._told[1]


class ChargerSensor(VehicleEntity, SensorEntity):
    """The charger that a vehicle is plugged in at."""

    @property
    @override
    def native_value(self) -> str:
        """The name of the charger, with the number of the connector if it has several."""
        place = self.hub.whereabouts.place_of(self.own.id)
        if place is None:
            return NOT_CONNECTED
        several = len(place.charger.evse_ids) > 1
        return (
            f"{place.charger.name} {place.evse_id}" if several else place.charger.name
        )

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The connector, and the means by which the vehicle was identified there."""
        place = self.hub.whereabouts.place_of(self.own.id)
        found = None if place is None else place.identification
        return {
            "connector": None if place is None else place.evse_id,
            "identified_by": None if found is None else found.means.value,
        }


class BookSensor(VehicleEntity, SensorEntity):
    """A sensor of a vehicle's book; a sum of sessions that are not read yet is unknown, not nothing."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the books."""
        self.hub.entry.async_create_background_task(
            self.hass, self.hub.vehicle_books.async_load(), "ocpp vehicle books"
        )
        await super().async_added_to_hass()
        self.async_on_remove(
            self.hub.vehicle_books.async_subscribe(self.async_write_changed)
        )


class EnergySensor(BookSensor):
    """The energy of all sessions of a vehicle."""

    @property
    @override
    def native_value(self) -> float | None:
        """The energy."""
        books = self.hub.vehicle_books
        return books.async_total(self.own.id).energy_wh if books.is_loaded else None


class MonthSensor(BookSensor):
    """A sensor of the sessions of this month."""

    @property
    def account(self) -> Account | None:
        """The account of this month."""
        books = self.hub.vehicle_books
        if not books.is_loaded:
            return None
        return books.async_month(self.own.id, dt_util.now())

    @property
    @override
    def last_reset(self) -> datetime:
        """The beginning of the month."""
        return dt_util.start_of_local_day(dt_util.now().date().replace(day=1))


class MonthEnergySensor(MonthSensor):
    """The energy of a vehicle in this month."""

    @property
    @override
    def native_value(self) -> float | None:
        """The energy."""
        account = self.account
        return None if account is None else account.energy_wh


class MonthCostSensor(MonthSensor):
    """The cost of a vehicle's energy in this month."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """The currency of Home Assistant."""
        return self.hass.config.currency

    @property
    @override
    def native_value(self) -> float | None:
        """The cost; None without a known price."""
        cost = None if self.account is None else self.account.known_cost
        return None if cost is None else round(cost, 4)


class LastSessionSensor(BookSensor):
    """The energy of the present or the last session of a vehicle."""

    _unrecorded_attributes = frozenset(_SESSION_DETAILS)

    @property
    @override
    def native_value(self) -> float | None:
        """The energy."""
        last = self.hub.vehicle_books.async_last(self.own.id)
        return None if last is None else round(last.account.energy_wh / 1000, 3)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The details of the session."""
        last = self.hub.vehicle_books.async_last(self.own.id)
        row = {} if last is None else last.row
        return {detail: row.get(detail) for detail in _SESSION_DETAILS}
