"""The chargers that a central system has adopted."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_call_later

from ..config.charger import ChargerConfig
from ..const import (
    CONF_CERTIFICATES,
    CONF_CONNECTORS,
    CONF_NEXT_SECURITY_PROFILE,
    CONF_SECURITY_PROFILE,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from ..csms.central_system import CentralSystem
from ..csms.devices.station_info import StationInfo
from ..csms.events import (
    Booted,
    CertificatesChanged,
    Event,
    FirmwareReported,
    SecurityRaised,
)
from ..csms.files.firmware import FirmwareStatus
from ..csms.model import Snapshot
from ..csms.observers import Listeners
from ..csms.station import ChargingStation
from .charger import Charger
from .departed_cars import note_cars
from .former_preferences import former_preferences
from .record import Record

CONNECTORS_SETTLE = timedelta(seconds=5)
"""The time for a charger to report all of its connectors, one after the other."""


class Chargers(Mapping[str, Charger]):
    """The adopted chargers by identity; they follow the subentries of the config entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        central_system: CentralSystem,
        device_id: str,
    ) -> None:
        """Initialize without chargers; `device_id` is the device of the central system."""
        self._hass = hass
        self._entry = entry
        self._central_system = central_system
        self._device_id = device_id
        self._chargers: dict[str, Charger] = {}
        self._records: dict[str, Record] = {}
        self._unsubscribe: dict[str, CALLBACK_TYPE] = {}
        self._noting: dict[str, CALLBACK_TYPE] = {}
        self._stop_counting: CALLBACK_TYPE | None = None
        self._adopted = Listeners[Charger]()
        self._released = Listeners[Charger]()
        central_system.subscribe(self._async_on_event)

    @override
    def __getitem__(self, identity: str) -> Charger:
        return self._chargers[identity]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._chargers)

    @override
    def __len__(self) -> int:
        return len(self._chargers)

    @property
    def may_need_certificates(self) -> bool:
        """True if any of them may need a client certificate to connect."""
        return any(
            charger.config.access.may_need_certificate for charger in self.values()
        )

    @property
    def connectors(self) -> int:
        """The number of all their connectors."""
        return sum(len(charger.evse_ids) for charger in self.values())

    @property
    def in_session(self) -> bool:
        """True while a session runs at any of them."""
        return any(
            charger.evse(evse_id).running_transaction is not None
            for charger in self.values()
            for evse_id in charger.evse_ids
        )

    @callback
    def async_restore(self, records: Mapping[str, Record]) -> None:
        """Start from the records that were stored before the restart."""
        self._records = dict(records)

    @callback
    def async_stop(self) -> None:
        """Stop following the chargers."""
        if self._stop_counting is not None:
            self._stop_counting()
        for unsubscribe in (*self._unsubscribe.values(), *self._noting.values()):
            unsubscribe()

    @callback
    def async_subscribe_adopted(
        self, listener: Callable[[Charger], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with every charger that is adopted from now on."""
        return self._adopted.add(listener)

    @callback
    def async_subscribe_released(
        self, listener: Callable[[Charger], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with every charger that is released."""
        return self._released.add(listener)

    @callback
    def async_adoptions(self) -> Iterator[CALLBACK_TYPE]:
        """Yield the adoption of each charger that was set up and is not adopted yet."""
        for identity, subentry in self._wanted().items():
            if identity not in self:
                yield partial(self._async_adopt, identity, subentry)

    @callback
    def async_set_up_identities(self) -> Collection[str]:
        """Return the identities of the chargers that are set up, adopted or not."""
        return self._wanted().keys()

    def _wanted(self) -> dict[str, ConfigSubentry]:
        """Return the subentries of the chargers that are set up, by identity."""
        return {
            subentry.unique_id: subentry
            for subentry in self._entry.get_subentries_of_type(SUBENTRY_CHARGER)
            if subentry.unique_id is not None
        }

    @callback
    def async_sync(self) -> None:
        """Adopt chargers that were set up, and release those that were removed."""
        wanted = self._wanted()
        for identity in self.keys() - wanted.keys():
            self._async_release(identity)
        for identity, subentry in wanted.items():
            if (charger := self.get(identity)) is None:
                self._async_adopt(identity, subentry)
            else:
                charger.async_reconfigure(subentry, self._entry.options)
                self._central_system.adopt(identity, charger.config.station)

    def station(self, identity: str) -> ChargingStation | None:
        """Return a charger, adopted or not."""
        return self._central_system.stations.get(identity)

    @callback
    def async_set_up(
        self, identity: str, name: str, data: Mapping[str, object]
    ) -> None:
        """Add a charger to the config entry, which adopts it."""
        station = self._central_system.stations.get(identity)
        connectors = len(station.snapshot.evses) if station else 0
        subentry = ConfigSubentry(
            data=MappingProxyType({CONF_CONNECTORS: max(1, connectors), **data}),
            subentry_type=SUBENTRY_CHARGER,
            title=name,
            unique_id=identity,
        )
        self._hass.config_entries.async_add_subentry(self._entry, subentry)

    @callback
    def async_change(self, charger: Charger, changes: Mapping[str, object]) -> None:
        """Change the data of a charger's subentry."""
        subentry = self._entry.subentries[charger.subentry_id]
        self._hass.config_entries.async_update_subentry(
            self._entry, subentry, data={**subentry.data, **changes}
        )

    @callback
    def _async_adopt(self, identity: str, subentry: ConfigSubentry) -> None:
        record = self._records.get(identity, Record())
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            config_subentry_id=subentry.subentry_id,
            identifiers={(DOMAIN, identity)},
            name=subentry.title,
            via_device_id=self._device_id,
        )
        config = ChargerConfig.of(subentry, self._entry.options)
        station = self._central_system.adopt(identity, config.station, record.memory)
        charger = Charger(
            subentry,
            config,
            station,
            device.id,
            {**former_preferences(config), **record.preferences},
            record.offer,
        )
        self._chargers[identity] = charger
        self._async_describe(charger, station.snapshot.info)
        self._unsubscribe[identity] = station.subscribe(
            lambda snapshot: self._async_count_connectors(charger, snapshot)
        )
        self._adopted.tell(charger)
        self._noting[identity] = note_cars(charger)

    @callback
    def _async_release(self, identity: str) -> None:
        charger = self._chargers.pop(identity)
        self._unsubscribe.pop(identity)()
        self._noting.pop(identity)()
        self._records.pop(identity, None)
        self._released.tell(charger)
        self._central_system.release(identity)

    @callback
    def _async_on_event(self, station: ChargingStation, event: Event) -> None:
        if (charger := self.get(station.identity)) is None:
            return
        match event:
            case Booted(info=info):
                self._async_describe(charger, info)
            case SecurityRaised(profile=profile):
                # The charger must never again connect in a less secure way.
                self.async_change(
                    charger,
                    {CONF_SECURITY_PROFILE: profile, CONF_NEXT_SECURITY_PROFILE: None},
                )
            case CertificatesChanged(certificates=certificates):
                self.async_change(charger, {CONF_CERTIFICATES: [*certificates]})
            case FirmwareReported(status=FirmwareStatus.INSTALLED):
                charger.async_offer(None)

    @callback
    def _async_count_connectors(self, charger: Charger, snapshot: Snapshot) -> None:
        """Have further connectors set up once the charger has reported all of them."""
        if self._stop_counting is None and _connectors(snapshot) > len(
            charger.evse_ids
        ):
            self._stop_counting = async_call_later(
                self._hass, CONNECTORS_SETTLE, self._async_set_up_connectors
            )

    @callback
    def _async_set_up_connectors(self, _: datetime) -> None:
        """Set up all connectors that were reported."""
        self._stop_counting = None
        for charger in self.values():
            connectors = _connectors(charger.station.snapshot)
            if connectors > len(charger.evse_ids):
                self.async_change(charger, {CONF_CONNECTORS: connectors})
        # Their entities move to devices of their own, once in the life of a charger.
        self._hass.config_entries.async_schedule_reload(self._entry.entry_id)

    @callback
    def _async_describe(self, charger: Charger, info: StationInfo | None) -> None:
        if info is not None:
            dr.async_get(self._hass).async_update_device(
                charger.device_id,
                manufacturer=info.vendor,
                model=info.model,
                serial_number=info.serial_number,
                sw_version=info.firmware_version,
            )


def _connectors(snapshot: Snapshot) -> int:
    """Return the number of connectors that a charger has reported."""
    return max(snapshot.evses, default=1)
