"""Events of chargers that automations can be triggered by."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import asdict
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .automation.descriptions import Attributes, describe_session, describe_token
from .chargers.charger import Charger
from .csms.errors import word
from .csms.events import (
    Booted,
    DataReceived,
    Event,
    FaultReported,
    FirmwareReported,
    SecurityEvent,
    TokenShown,
    TransactionEnded,
    TransactionStarted,
)
from .csms.files.firmware import FirmwareStatus
from .csms.ocppj.disclosure import REDACTED
from .csms.tokens.authorization import TokenStatus
from .entities.adding import async_add_for_chargers
from .entities.base import ChargerEntity, EvseEntity
from .hub import Hub, OcppConfigEntry

PARALLEL_UPDATES = 0

MAX_DATA_LENGTH = 2000
"""The longest vendor data in an event; they may be as long as a file."""

SECURITY_KINDS = {
    "FirmwareUpdated": "firmware_updated",
    "FailedToAuthenticateAtCentralSystem": "failed_to_authenticate_here",
    "CentralSystemFailedToAuthenticate": "central_system_failed_to_authenticate",
    "SettingSystemTime": "clock_set",
    "StartupOfTheDevice": "started_up",
    "ResetOrReboot": "rebooted",
    "SecurityLogWasCleared": "security_log_cleared",
    "ReconfigurationOfSecurityParameters": "security_settings_changed",
    "MemoryExhaustion": "memory_exhausted",
    "InvalidMessages": "invalid_messages",
    "AttemptedReplayAttacks": "replay_attempted",
    "TamperDetectionActivated": "tamper_detected",
    "InvalidFirmwareSignature": "invalid_firmware_signature",
    "InvalidFirmwareSigningCertificate": "invalid_firmware_certificate",
    "InvalidCentralSystemCertificate": "invalid_central_system_certificate",
    "InvalidChargePointCertificate": "invalid_charger_certificate",
    "InvalidTLSVersion": "invalid_tls_version",
    "InvalidTLSCipherSuite": "invalid_tls_cipher",
}
OTHER_KIND = "other"

TAG = EventEntityDescription(
    key="tag",
    translation_key="tag",
    entity_registry_enabled_default=False,
    event_types=["accepted", "refused"],
)
SESSION = EventEntityDescription(
    key="session",
    translation_key="session",
    # The logbook tells of each session already.
    entity_registry_enabled_default=False,
    event_types=["started", "ended"],
)
SECURITY = EventEntityDescription(
    key="security",
    translation_key="security",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.DIAGNOSTIC,
    event_types=[*SECURITY_KINDS.values(), OTHER_KIND],
)
NOTICE = EventEntityDescription(
    key="notice",
    translation_key="notice",
    entity_registry_enabled_default=False,
    entity_category=EntityCategory.DIAGNOSTIC,
    event_types=[
        "booted",
        "data_received",
        "fault_reported",
        "firmware_installed",
        "firmware_failed",
    ],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of all chargers."""
    hub = entry.runtime_data

    def events(charger: Charger) -> Iterator[EventEntity]:
        yield TagEvents(hub, charger)
        yield SecurityEvents(charger, SECURITY)
        yield NoticeEvents(charger, NOTICE)
        for evse_id in charger.evse_ids:
            yield SessionEvents(hub, charger, evse_id)

    await async_add_for_chargers(entry, async_add_entities, events)


class ChargerEventEntity(ChargerEntity, EventEntity):
    """An event entity of a charger."""

    known_offline = True
    # A tag unlocks chargers, and should not be kept in the recorder's database; nor should data that may contain one.
    _unrecorded_attributes = frozenset({"id_tag", "data"})

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the events."""
        self.async_on_remove(
            self.charger.station.subscribe_events(self._async_on_event)
        )

    @callback
    def _async_on_event(self, event: Event) -> None:
        if (described := self.describe(event)) is not None:
            kind, attributes = described
            self._trigger_event(kind, dict(attributes))
            self.async_write_ha_state()

    @abstractmethod
    def describe(self, event: Event) -> tuple[str, Attributes] | None:
        """Return the type and the attributes of an event that this entity shows."""


class TagEvents(ChargerEventEntity):
    """The tags that are presented to a charger."""

    def __init__(self, hub: Hub, charger: Charger) -> None:
        """Initialize with the hub, which knows the tags' names."""
        super().__init__(charger, TAG)
        self._hub = hub

    @override
    def describe(self, event: Event) -> tuple[str, Attributes] | None:
        """Describe a presented tag."""
        if not isinstance(event, TokenShown):
            return None
        kind = "accepted" if event.status is TokenStatus.ACCEPTED else "refused"
        return kind, describe_token(self._hub, event)


class SessionEvents(EvseEntity, ChargerEventEntity):
    """The sessions at a connector."""

    def __init__(self, hub: Hub, charger: Charger, evse_id: int) -> None:
        """Initialize with the hub, which knows the tags' names."""
        super().__init__(charger, evse_id, SESSION)
        self._hub = hub

    @override
    def describe(self, event: Event) -> tuple[str, Attributes] | None:
        """Describe the start or the end of a session."""
        match event:
            case TransactionStarted(transaction=transaction):
                kind = "started"
            case TransactionEnded(transaction=transaction):
                kind = "ended"
            case _:
                return None
        if transaction.evse_id != self.evse_id:
            return None
        return kind, describe_session(self._hub, self.charger, transaction)


class SecurityEvents(ChargerEventEntity):
    """The security events of a charger."""

    @override
    def describe(self, event: Event) -> tuple[str, Attributes] | None:
        """Describe a security event."""
        if not isinstance(event, SecurityEvent):
            return None
        # What it adds in its own words may be anything, such as passwords and tags.
        return SECURITY_KINDS.get(event.kind, OTHER_KIND), {
            "type": word(event.kind),
            "occurred_at": event.occurred_at.isoformat(),
        }


class NoticeEvents(ChargerEventEntity):
    """The other notifications of a charger."""

    @override
    def describe(self, event: Event) -> tuple[str, Attributes] | None:
        """Describe a boot, vendor data, an error, or the result of a firmware update."""
        match event:
            case Booted(info=info):
                return "booted", {
                    "vendor": info.vendor,
                    "model": info.model,
                    "firmware": info.firmware_version,
                }
            case FaultReported(evse_id=evse_id, details=details):
                return "fault_reported", {"connector": evse_id, **asdict(details)}
            case DataReceived():
                return "data_received", _described_data(event)
            case FirmwareReported(status=FirmwareStatus.INSTALLED):
                return "firmware_installed", {}
            case FirmwareReported(status=status) if status.failed:
                return "firmware_failed", {"status": status.value}
            case _:
                return None


def _described_data(event: DataReceived) -> Attributes:
    """Describe vendor data; only of a vendor that the owner wants to hear they are shown, since they may contain tags."""
    message_id, data = event.message_id, event.data
    if not event.welcome:
        return {
            "vendor_id": word(event.vendor_id),
            "message_id": None if message_id is None else word(message_id),
            "data": None if data is None else REDACTED,
            "accepted": False,
        }
    return {
        "vendor_id": event.vendor_id,
        "message_id": message_id,
        "data": None if data is None else data[:MAX_DATA_LENGTH],
        "accepted": True,
    }
