"""A central system in Home Assistant: its chargers, their devices, and those who knock."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    ConfigEntry,
    ConfigSubentry,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, discovery_flow
from homeassistant.helpers.event import async_track_time_interval

from .chargers.charger import Charger
from .config.charger import ChargerConfig
from .const import (
    CONF_AUTO_ADOPT,
    CONF_CONNECTORS,
    CONF_HOME_ASSISTANT_TAGS,
    CONF_IDENTITY,
    CONF_NEXT_SECURITY_PROFILE,
    CONF_SECURITY_PROFILE,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from .csms.central_system import CentralSystem
from .csms.events import (
    AwaitingAdoption,
    Booted,
    Event,
    FirmwareReported,
    MemoryChanged,
    SecurityRaised,
    TokenShown,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from .csms.files.firmware import FirmwareStatus
from .csms.model import Snapshot, StationInfo, Transaction
from .csms.observers import Listeners
from .csms.station import ChargingStation
from .repairs.charger import ChargerRepairs
from .repairs.server import RefusalRepairs
from .server.certificate import ServerCertificate, key_kind
from .server.certificate_authority import AuthorityStorage
from .server.ports import Ports
from .sessions.recorder import Bookkeeper
from .site.site import Site
from .storage.store import SAVE_INTERVAL, Contents, Record, Storage
from .tags.configured import authority_of, name_of, vehicle_of
from .tags.home_assistant import async_tell_of_tag, async_track_tags

type OcppConfigEntry = ConfigEntry[Hub]


class Hub:
    """One central system, the chargers adopted by it, and the site they share."""

    def __init__(self, hass: HomeAssistant, entry: OcppConfigEntry) -> None:
        """Initialize; nothing listens yet."""
        self.hass = hass
        self.entry = entry
        self.central_system = CentralSystem()
        self.site = Site(hass, entry)
        prospects = self.site.planner.prospects
        self.bookkeeper = Bookkeeper(
            hass, entry.entry_id, prospects.tariff_at, self._names
        )
        self.device_id = _service_device_id(hass, entry)
        self._chargers: dict[str, Charger] = {}
        self._records: dict[str, Record] = {}
        self._storage = Storage(hass, entry.entry_id, self._collect)
        self._new_charger = Listeners[Charger]()
        self._unsubscribe: dict[str, list[CALLBACK_TYPE]] = {}
        self._repairs: dict[str, ChargerRepairs] = {}

    @property
    def chargers(self) -> Mapping[str, Charger]:
        """The adopted chargers, by identity."""
        return self._chargers

    async def async_load(self) -> None:
        """Remember what was known before the restart, and adopt the chargers that are set up."""
        remembered = await self._storage.async_load()
        self._records = dict(remembered.chargers)
        self.bookkeeper.total = remembered.site
        self.site.readings.add(self.bookkeeper.async_on_reading)
        await self.site.wiring.limits.async_load()
        await self._async_load_certificates()
        self.central_system.subscribe(self._async_on_event)
        self._stop_tracking_tags = async_track_tags(self.hass, self._async_authorize)
        self._stop_saving = async_track_time_interval(
            self.hass, self._storage.async_save_changes, SAVE_INTERVAL, name="ocpp save"
        )
        self.async_sync()
        await self.site.planner.prospects.async_load()
        await self.site.wishes.async_load()
        self.site.async_start(self.entry.options)

    async def _async_load_certificates(self) -> None:
        data, storage = (
            self.entry.data,
            AuthorityStorage(self.hass, self.entry.entry_id),
        )
        authorities = await storage.async_load(key_kind(data))
        self.authority = self.central_system.certificate_authority = authorities.issuer
        certificate = ServerCertificate(
            self.hass, data, authorities, self._asks_for_certificates
        )
        self.ports = Ports(self.hass, self.entry, self.central_system, certificate)
        self._refusals = RefusalRepairs(
            self.hass, self.entry.entry_id, self.central_system.policy.refused
        )

    async def async_stop(self) -> None:
        """Stop coordinating, close the ports, and save."""
        self._stop_tracking_tags()
        self._stop_saving()
        self.site.async_stop()
        await self.site.hold.async_stop()
        await self.site.wishes.async_save()
        await self.ports.async_close()
        self._refusals.async_stop()
        for identity in tuple(self._unsubscribe):
            self._async_forget_listeners(identity)
        for repairs in self._repairs.values():
            repairs.async_stop()
        await self._storage.async_save_now()
        await self.bookkeeper.store.async_flush()
        await self.site.planner.prospects.async_save()

    @callback
    def async_subscribe_chargers(
        self, listener: Callable[[Charger], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with every charger there is, and every one to come."""
        for charger in self._chargers.values():
            listener(charger)
        return self._new_charger.add(listener)

    # Chargers follow their subentries.

    @callback
    def async_sync(self) -> None:
        """Adopt chargers that were set up, let go those that were removed; likewise with tags."""
        self._async_authorize()
        self.site.wiring.async_sync()
        wanted = {
            subentry.unique_id: subentry
            for subentry in self.entry.get_subentries_of_type(SUBENTRY_CHARGER)
            if subentry.unique_id is not None
        }
        for identity in self._chargers.keys() - wanted.keys():
            self._async_release(identity)
        for identity, subentry in wanted.items():
            if identity in self._chargers:
                charger = self._chargers[identity]
                charger.async_reconfigure(subentry, self.entry.options)
                self.central_system.adopt(identity, charger.config.station)
            else:
                self._async_adopt(identity, subentry)
        self.site.async_step()

    @callback
    def _async_adopt(self, identity: str, subentry: ConfigSubentry) -> None:
        record = self._records.get(identity, Record())
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.entry.entry_id,
            config_subentry_id=subentry.subentry_id,
            identifiers={(DOMAIN, identity)},
            name=subentry.title,
            via_device_id=self.device_id,
        )
        config = ChargerConfig.of(subentry, self.entry.options)
        station = self.central_system.adopt(identity, config.station, record.memory)
        charger = Charger(
            subentry, config, station, device.id, record.preferences, record.offer
        )
        self._chargers[identity] = charger
        self._async_describe(charger, station.snapshot.info)
        self._unsubscribe[identity] = [
            charger.async_subscribe_preferences(
                lambda _: self._storage.async_save_at_once()
            ),
            charger.async_subscribe_offer(self._storage.async_save),
            self.bookkeeper.async_add(charger, record.books),
            station.subscribe(
                lambda snapshot: self._async_count_connectors(charger, snapshot)
            ),
        ]
        self._repairs[identity] = ChargerRepairs(self.hass, charger)
        self.site.async_add(charger)
        self._new_charger.tell(charger)

    @callback
    def _async_release(self, identity: str) -> None:
        charger = self._chargers.pop(identity)
        self.site.async_remove(charger)
        self._async_forget_listeners(identity)
        self._repairs.pop(identity).async_clear()
        self.bookkeeper.async_forget(charger)
        self.central_system.release(identity)
        self._records.pop(identity, None)
        self._storage.async_save()

    @callback
    def _async_forget_listeners(self, identity: str) -> None:
        for unsubscribe in self._unsubscribe.pop(identity, []):
            unsubscribe()

    @callback
    def async_add_charger(
        self, identity: str, name: str, data: Mapping[str, float | int]
    ) -> None:
        """Set up a charger, and so adopt it."""
        station = self.central_system.stations.get(identity)
        connectors = len(station.snapshot.evses) if station else 0
        subentry = ConfigSubentry(
            data=MappingProxyType({CONF_CONNECTORS: max(1, connectors), **data}),
            subentry_type=SUBENTRY_CHARGER,
            title=name,
            unique_id=identity,
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)

    @callback
    def async_change_charger(
        self, charger: Charger, changes: Mapping[str, object]
    ) -> None:
        """Change what is set up about a charger."""
        subentry = self.entry.subentries[charger.subentry_id]
        self.hass.config_entries.async_update_subentry(
            self.entry, subentry, data={**subentry.data, **changes}
        )

    @callback
    def _async_count_connectors(self, charger: Charger, snapshot: Snapshot) -> None:
        """Set up connectors that the charger turns out to have."""
        connectors = max(snapshot.evses, default=1)
        if connectors <= charger.config.connectors:
            return
        self.async_change_charger(charger, {CONF_CONNECTORS: connectors})
        # Its entities move to devices of their own, which happens once in a charger's life.
        self.hass.config_entries.async_schedule_reload(self.entry.entry_id)

    # Tags.

    def tag_name(self, id_token: str) -> str | None:
        """Return the name of a tag that is set up."""
        return name_of(self.entry, id_token)

    def _names(
        self, charger: Charger, transaction: Transaction
    ) -> tuple[str | None, str | None]:
        """Return what the tag and the vehicle of a session are called; a tag knows better than a charger which it is."""
        id_token, vehicle = transaction.id_token, charger.config.vehicle.name
        if id_token is None:
            return None, vehicle
        return self.tag_name(id_token), vehicle_of(self.entry, id_token) or vehicle

    @callback
    def _async_authorize(self) -> None:
        """Let those charge who may now."""
        self.central_system.authority = authority_of(self.hass, self.entry)

    @callback
    def _async_tell_of_tag(self, charger: Charger, id_token: str) -> None:
        if self.entry.options.get(CONF_HOME_ASSISTANT_TAGS, False):
            self.entry.async_create_task(
                self.hass,
                async_tell_of_tag(self.hass, id_token, charger.device_id),
                "ocpp tag",
            )

    # What chargers do.

    @callback
    def _async_on_event(self, station: ChargingStation, event: Event) -> None:
        charger = self._chargers.get(station.identity)
        match event:
            case AwaitingAdoption():
                self._async_on_stranger(station)
            case Booted(info=info) if charger is not None:
                self._async_describe(charger, info)
            case TransactionStarted() | TransactionEnded() | TransactionReported():
                self._storage.async_save_at_once()
            case MemoryChanged():
                self._storage.async_save()
            case SecurityRaised(profile=profile) if charger is not None:
                self._async_hold_to(charger, profile)
            case FirmwareReported(status=status) if charger is not None:
                if status is FirmwareStatus.INSTALLED:
                    charger.async_offer(None)
                self._storage.async_save()
            case TokenShown(id_token=id_token) if charger is not None:
                self._async_tell_of_tag(charger, id_token)

    @callback
    def _async_hold_to(self, charger: Charger, profile: int) -> None:
        """Never again let a charger connect in a less secure way."""
        changes = {CONF_SECURITY_PROFILE: profile, CONF_NEXT_SECURITY_PROFILE: None}
        self.async_change_charger(charger, changes)

    def _asks_for_certificates(self) -> bool:
        return any(
            charger.config.access.may_need_certificate
            for charger in self._chargers.values()
        )

    @callback
    def _async_on_stranger(self, station: ChargingStation) -> None:
        name = _suggested_name(station)
        if self.entry.options.get(CONF_AUTO_ADOPT):
            if any(charger.name == name for charger in self._chargers.values()):
                name = f"{name} {station.identity}"
            self.async_add_charger(station.identity, name, {})
            return
        discovery_flow.async_create_flow(
            self.hass,
            DOMAIN,
            {"source": SOURCE_INTEGRATION_DISCOVERY},
            {
                "entry_id": self.entry.entry_id,
                CONF_IDENTITY: station.identity,
                CONF_NAME: _introduction(station),
                "suggested_name": name,
            },
            discovery_key=discovery_flow.DiscoveryKey(
                domain=DOMAIN, key=station.identity, version=1
            ),
        )

    @callback
    def _async_describe(self, charger: Charger, info: StationInfo | None) -> None:
        if info is not None:
            dr.async_get(self.hass).async_update_device(
                charger.device_id,
                manufacturer=info.vendor,
                model=info.model,
                serial_number=info.serial_number,
                sw_version=info.firmware_version,
            )

    def _collect(self) -> Contents:
        chargers = {
            identity: Record(
                charger.station.memory,
                charger.preferences,
                charger.offer,
                self.bookkeeper.books_of(charger),
            )
            for identity, charger in self._chargers.items()
        }
        return Contents(chargers, self.bookkeeper.total)


def _suggested_name(station: ChargingStation) -> str:
    """Return a name for a charger that nobody has named."""
    info = station.snapshot.info
    return info.model if info and info.model else station.identity


def _introduction(station: ChargingStation) -> str:
    """Return what tells a charger that nobody has adopted from others."""
    info = station.snapshot.info
    if info is None:
        return station.identity
    return f"{info.vendor} {info.model} ({station.identity})"


def _service_device_id(hass: HomeAssistant, entry: OcppConfigEntry) -> str:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        entry_type=dr.DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
    )
    return device.id
