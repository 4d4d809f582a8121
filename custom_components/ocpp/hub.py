"""A central system in Home Assistant, from start to stop."""

from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval

from .chargers.charger import Charger
from .chargers.discovery import Discovery
from .chargers.record import Record
from .chargers.registry import Chargers
from .config.circuits import async_connect_chargers
from .config.device_names import async_name_devices
from .const import DOMAIN
from .csms.central_system import CentralSystem
from .csms.events import (
    AwaitingAdoption,
    DataReceived,
    Event,
    FirmwareReported,
    MemoryChanged,
    StrangerLeft,
    TokenShown,
    TransactionEnded,
    TransactionReported,
    TransactionStarted,
)
from .csms.evses.transaction import Transaction
from .csms.station import ChargingStation
from .pauses import Pauses
from .repairs.charger import ChargerRepairs
from .repairs.server import RefusalRepairs
from .repairs.storage import StorageRepairs
from .server.addresses import async_charger_url
from .server.certificate import ServerCertificate, key_kind
from .server.certificate_authority import AuthorityStorage
from .server.contracts import async_contract_verifier
from .server.ports import Ports
from .sessions.journal import SessionJournal
from .sessions.recorder import SessionRecorder
from .sessions.vehicle_books import VehicleBooks
from .site.site import Site
from .storage.health import CHECK_INTERVAL, storage_health
from .storage.store import SAVE_INTERVAL, SiteRecord, Storage
from .tags.tags import Tags
from .vehicles.registry import Vehicles
from .vehicles.session_names import SessionNaming
from .vehicles.told_marks import told_marks
from .vehicles.whereabouts import Whereabouts

type OcppConfigEntry = ConfigEntry[Hub]


class Hub:
    """One central system with its chargers, its tags and the site that they share."""

    def __init__(self, hass: HomeAssistant, entry: OcppConfigEntry) -> None:
        """Initialize; no port is open yet."""
        self.hass = hass
        self.entry = entry
        self.central_system = CentralSystem()
        self.device_id = _service_device_id(hass, entry)
        self.chargers = Chargers(hass, entry, self.central_system, self.device_id)
        self.discovery = Discovery(hass, entry, self.chargers)
        self.tags = Tags(hass, entry, self.central_system, self.chargers)
        self.site = Site(hass, entry)
        tariff_at = self.site.planner.forecast_inputs.tariff_at
        self.vehicles = Vehicles(entry)
        self.whereabouts = Whereabouts(hass, entry, self.vehicles)
        self.session_naming = SessionNaming(entry, self.vehicles, self.whereabouts)
        self.recorder = SessionRecorder(
            hass, entry.entry_id, tariff_at, self.session_naming.names
        )
        self.vehicle_books = VehicleBooks(hass, self.recorder)
        self._journal = SessionJournal(hass, entry.entry_id, self.recorder)
        self._health = storage_health(hass, entry.entry_id)
        self._storage = Storage(
            hass,
            entry.entry_id,
            self._async_record_of,
            lambda: SiteRecord(self.recorder.total, self._journal.last),
            self._journal.async_note_stored,
            self._journal.async_note_site_stored,
        )
        self.pauses = Pauses()
        """The pauses in work on all its chargers."""
        self.adding: list[CALLBACK_TYPE] = []
        """The subscriptions by which entities are added; those of a system that is being stopped must not."""
        self.charger_url = ""
        """The URL that is set in chargers, without their identity."""
        self._stop_following: dict[str, list[CALLBACK_TYPE]] = {}
        self._repairs: dict[str, ChargerRepairs] = {}

    async def async_load(self) -> None:
        """Restore the state before the restart, and adopt the chargers that are set up."""
        self._health.async_reset()
        self._storage_repairs = StorageRepairs(
            self.hass, self.entry.entry_id, self._health
        )
        identities = self.chargers.async_set_up_identities()
        stored = await self._storage.async_load(identities)
        stored = await self._journal.async_load(stored, identities)
        self.chargers.async_restore(stored.chargers)
        ledgers = {id_: record.ledgers for id_, record in stored.chargers.items()}
        self.recorder.async_restore(stored.site.account, ledgers)
        self.site.readings.add(self.recorder.async_on_reading)
        await self.site.circuits.limits.async_load()
        await self._async_load_certificates()
        self.central_system.subscribe(self._async_on_event)
        self.central_system.cost_of = self._async_cost_of
        self.chargers.async_subscribe_adopted(self._async_follow)
        self.chargers.async_subscribe_released(self._async_on_released)
        self.tags.async_start()
        await self.whereabouts.async_load()
        self.whereabouts.async_subscribe_reassigned(self._async_rename_sessions)
        self.vehicle_books.async_start()
        self._stop_saving = [
            async_track_time_interval(
                self.hass, self._async_save_changes, SAVE_INTERVAL, name="ocpp save"
            ),
            async_track_time_interval(
                self.hass, self._async_check_storage, CHECK_INTERVAL, name="ocpp disk"
            ),
        ]
        await self._async_adopt()
        self.whereabouts.async_review()
        await self.site.planner.forecast_inputs.async_load()
        await self.site.settings.async_load()
        await self.site.checks.async_load()
        self.site.async_start(self.entry.options)

    async def _async_load_certificates(self) -> None:
        data = self.entry.data
        self.charger_url = await async_charger_url(self.hass, data)
        storage = AuthorityStorage(self.hass, self.entry.entry_id)
        authorities = await storage.async_load(key_kind(data))
        self.authority = self.central_system.certificate_authority = authorities.issuer
        certificate = ServerCertificate(
            self.hass, data, authorities, lambda: self.chargers.may_need_certificates
        )
        self.central_system.contracts = await async_contract_verifier(self.hass, data)
        self.ports = Ports(self.hass, self.entry, self.central_system, certificate)
        self._refusals = RefusalRepairs(
            self.hass,
            self.entry.entry_id,
            self.charger_url,
            self.central_system.policy.refused,
        )

    async def async_stop(self) -> None:
        """Stop controlling the site, close the ports, and save."""
        self.tags.async_stop()
        await self.whereabouts.async_stop()
        self.vehicle_books.async_stop()
        for stop_saving in self._stop_saving:
            stop_saving()
        self.site.async_stop()
        await self.site.hold.async_stop()
        await self.site.settings.async_save()
        await self.site.checks.async_save()
        await self.ports.async_close()
        self._refusals.async_stop()
        self.discovery.async_stop()
        self.chargers.async_stop()
        for identity in tuple(self._stop_following):
            self._async_unfollow(identity)
        for repairs in self._repairs.values():
            repairs.async_stop()
        await self._storage.async_save_now(self.chargers)
        await self.recorder.database.async_flush()
        await self._journal.async_flush()
        await self.site.planner.forecast_inputs.async_save()
        self._storage_repairs.async_stop()

    @callback
    def async_stop_adding(self) -> None:
        """Add no more entities."""
        for stop in self.adding:
            stop()
        self.adding.clear()

    async def _async_adopt(self) -> None:
        """Adopt the chargers that are set up, with pauses."""
        async_connect_chargers(self.hass, self.entry)
        self.tags.async_authorize()
        self.site.circuits.async_sync()
        for adopt in self.chargers.async_adoptions():
            adopt()
            await self.pauses.take()

    @callback
    def async_sync(self) -> None:
        """Take over changes of the config entry and its subentries."""
        async_connect_chargers(self.hass, self.entry)
        self.tags.async_authorize()
        self.site.circuits.async_sync()
        self.chargers.async_sync()
        self.vehicles.async_sync()
        async_name_devices(self.hass, self.entry)
        self.site.async_step()

    @callback
    def _async_follow(self, charger: Charger) -> None:
        identity = charger.identity
        # The recorder asks whose sessions they are.
        self.whereabouts.async_add(charger)
        self._stop_following[identity] = [
            charger.async_subscribe_preferences(
                lambda _: self._storage.async_save_at_once(identity)
            ),
            charger.async_subscribe_offer(lambda: self._storage.async_save(identity)),
            self.recorder.async_add(charger),
            self._journal.async_follow(charger),
        ]
        self._repairs[identity] = ChargerRepairs(self.hass, charger)
        self.site.async_add(charger)
        self.discovery.async_adopted(identity)

    @callback
    def _async_on_released(self, charger: Charger) -> None:
        self.site.async_remove(charger)
        self.whereabouts.async_remove(charger)
        self._async_unfollow(charger.identity)
        self._repairs.pop(charger.identity).async_stop()
        self.recorder.async_forget(charger)
        self._journal.async_forget(charger.identity)
        self.entry.async_create_task(
            self.hass, self._storage.async_forget(charger.identity), "ocpp forget"
        )

    @callback
    def _async_unfollow(self, identity: str) -> None:
        for stop in self._stop_following.pop(identity, []):
            stop()

    @callback
    def _async_rename_sessions(
        self, charger: Charger, evse_id: int, sessions: tuple[str, ...]
    ) -> None:
        self.entry.async_create_task(
            self.hass,
            self.recorder.async_rename(charger, evse_id, sessions),
            "ocpp vehicle of sessions",
        )

    @callback
    def _async_cost_of(self, identity: str, transaction: Transaction) -> float | None:
        charger = self.chargers.get(identity)
        if charger is None:
            return None
        return self.recorder.async_cost_of(charger, transaction)

    @callback
    def _async_on_event(self, station: ChargingStation, event: Event) -> None:
        match event:
            case AwaitingAdoption():
                self.discovery.async_show(station)
            case StrangerLeft(identity=identity):
                self.discovery.async_gone(identity)
            case TokenShown(id_token=id_token, evse_id=evse_id):
                self.tags.async_scanned(station.identity, id_token)
                if (charger := self.chargers.get(station.identity)) is not None:
                    self.whereabouts.async_token_shown(charger, evse_id, id_token)
            case DataReceived(message_id=message_id, data=data):
                if (charger := self.chargers.get(station.identity)) is not None:
                    told = told_marks(message_id, data)
                    for token in sorted(told.tokens):
                        self.whereabouts.async_token_shown(charger, told.evse_id, token)
            case _ if station.identity in self.chargers:
                self._async_save_after(station.identity, event)

    @callback
    def _async_save_after(self, identity: str, event: Event) -> None:
        """Save what an event has changed of an adopted charger."""
        match event:
            case TransactionStarted() | TransactionEnded() | TransactionReported():
                self._storage.async_save_at_once(identity)
            case MemoryChanged() | FirmwareReported():
                self._storage.async_save(identity)

    async def _async_save_changes(self, _: datetime) -> None:
        """Save what has changed, and delete what was kept for long enough."""
        self._storage.async_save_changes(self.chargers)
        await self.recorder.database.async_expire()

    async def _async_check_storage(self, _: datetime) -> None:
        """Write again what could not be written, and look for room on the disk."""
        await self._health.async_check(self.hass)

    @callback
    def _async_record_of(self, identity: str) -> Record:
        if (charger := self.chargers.get(identity)) is None:
            # It was released while a save was on its way.
            return Record()
        return Record(
            charger.station.memory,
            charger.preferences,
            charger.offer,
            self.recorder.async_ledgers_of(charger),
            self._journal.last_of(identity),
        )


def _service_device_id(hass: HomeAssistant, entry: OcppConfigEntry) -> str:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        entry_type=dr.DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
    )
    return device.id
