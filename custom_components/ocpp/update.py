"""Updates of the firmware of chargers."""

from typing import Any, override

from homeassistant.components.update import (
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .chargers.charger import Charger
from .csms.files.firmware import FirmwareStatus, FirmwareUpdate
from .csms.numbering import number_of
from .csms.operations.update_firmware import update_firmware
from .entities.adding import async_add_for_chargers_when_known
from .entities.base import ChargerEntity
from .errors import translated_errors, validation_error
from .files.firmware import async_location
from .hub import OcppConfigEntry

PARALLEL_UPDATES = 0

FIRMWARE = UpdateEntityDescription(
    key="firmware",
    translation_key="firmware",
    device_class=UpdateDeviceClass.FIRMWARE,
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the updates of all chargers."""
    await async_add_for_chargers_when_known(
        entry, async_add_entities, lambda charger: [FirmwareEntity(entry, charger)]
    )


class FirmwareEntity(ChargerEntity, UpdateEntity):
    """The firmware of a charger; an update is available once the owner has offered one."""

    # The charger restarts with its new firmware.
    known_offline = True
    entity_picture = UpdateEntity.entity_picture
    supported_features = UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS

    def __init__(self, entry: OcppConfigEntry, charger: Charger) -> None:
        """Initialize with the central system's entry, whose options say which servers are allowed."""
        super().__init__(charger, FIRMWARE)
        self._entry = entry

    @override
    def is_known(self) -> bool:
        # Without an offer, nobody knows whether the installed firmware is the latest one.
        return self.charger.offer is not None or self.in_progress

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the charger, and offers of firmware."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.charger.async_subscribe_offer(self.async_write_ha_state)
        )

    @property
    @override
    def installed_version(self) -> str | None:
        """The installed version."""
        info = self.charger.station.snapshot.info
        return info.firmware_version if info else None

    @property
    @override
    def latest_version(self) -> str | None:
        """The offered version, or else the installed one."""
        offer = self.charger.offer
        return self.installed_version if offer is None else offer.version

    @property
    @override
    def in_progress(self) -> bool:
        """True during an update; chargers report no percentage."""
        progress = self.charger.station.snapshot.firmware
        return progress is not None and progress.running(dt_util.utcnow())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | None]:
        """The status of the present or the last update."""
        progress = self.charger.station.snapshot.firmware
        status = None if progress is None else progress.status
        return {"status": None if status is None else STATUSES[status]}

    @override
    async def async_install(
        self, version: str | None, backup: bool, **kwargs: Any
    ) -> None:
        """Have the charger install the offered version."""
        if (offer := self.charger.offer) is None:
            raise validation_error("no_firmware", charger=self.charger.name)
        now, source = dt_util.utcnow(), offer.source
        location = await async_location(self.hass, source, now, self._entry.options)
        update = FirmwareUpdate(
            number_of(now), location, now, signature=source.signature
        )
        with translated_errors(self.charger):
            await update_firmware(self.charger.station, update)


STATUSES = {
    FirmwareStatus.IDLE: "idle",
    FirmwareStatus.DOWNLOAD_SCHEDULED: "download_scheduled",
    FirmwareStatus.DOWNLOADING: "downloading",
    FirmwareStatus.DOWNLOAD_PAUSED: "download_paused",
    FirmwareStatus.DOWNLOADED: "downloaded",
    FirmwareStatus.DOWNLOAD_FAILED: "download_failed",
    FirmwareStatus.SIGNATURE_VERIFIED: "signature_verified",
    FirmwareStatus.INVALID_SIGNATURE: "invalid_signature",
    FirmwareStatus.INSTALL_SCHEDULED: "install_scheduled",
    FirmwareStatus.INSTALLING: "installing",
    FirmwareStatus.INSTALL_REBOOTING: "restarting",
    FirmwareStatus.INSTALL_VERIFICATION_FAILED: "verification_failed",
    FirmwareStatus.INSTALLATION_FAILED: "installation_failed",
    FirmwareStatus.INSTALLED: "installed",
}
