"""Actions on the firmware of chargers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import probatio

from homeassistant.core import ServiceCall
from homeassistant.util import dt as dt_util

from ..chargers.firmware_offer import FirmwareOffer, FirmwareSource
from ..csms.files.firmware import FirmwareUpdate, Signature
from ..csms.numbering import number_of
from ..csms.operations.update_firmware import update_firmware
from ..errors import validation_error
from ..files.firmware import async_location
from ..files.servers import check_allowed
from . import fields
from .base import Action, for_each, instant
from .permissions import administrators
from .targets import Target, async_targets

ATTR_FIRMWARE_URL = "firmware_url"
ATTR_FIRMWARE_FILE = "firmware_file"
ATTR_VERSION = "version"
ATTR_CERTIFICATE = "signing_certificate"
ATTR_SIGNATURE = "signature"
ATTR_DELAY_HOURS = "delay_hours"
ATTR_RETRIEVE_AT = "retrieve_at"
ATTR_INSTALL_AT = "install_at"
ATTR_RETRIES = "retries"
ATTR_RETRY_INTERVAL = "retry_interval"

SOURCE: Mapping[probatio.Marker, object] = {
    probatio.Optional(ATTR_FIRMWARE_URL): fields.text(),
    probatio.Optional(ATTR_FIRMWARE_FILE): fields.text(),
    probatio.Optional(ATTR_CERTIFICATE): fields.text(),
    probatio.Optional(ATTR_SIGNATURE): fields.text(),
}


async def _update_firmware(call: ServiceCall) -> None:
    targets, source = async_targets(call), _source(call.data)
    retrieve_at = _retrieve_at(call.data)
    install_at = instant(call.data, ATTR_INSTALL_AT)
    if install_at is not None and source.signature is None:
        raise validation_error("install_at_unsigned")

    async def update(target: Target) -> None:
        location = await async_location(
            call.hass, source, retrieve_at, target.hub.entry.options
        )
        await update_firmware(
            target.charger.station,
            FirmwareUpdate(
                number_of(dt_util.utcnow()),
                location,
                retrieve_at,
                install_at,
                source.signature,
                call.data.get(ATTR_RETRIES),
                call.data.get(ATTR_RETRY_INTERVAL),
            ),
        )

    await for_each(targets, update)


async def _offer_firmware(call: ServiceCall) -> None:
    offer = FirmwareOffer(call.data[ATTR_VERSION], _source(call.data))
    targets = async_targets(call)
    if (url := offer.source.url) is not None:
        for target in targets:
            check_allowed(url, target.hub.entry.options)
    for target in targets:
        target.charger.async_offer(offer)


def _source(data: Mapping[str, Any]) -> FirmwareSource:
    url, file = data.get(ATTR_FIRMWARE_URL), data.get(ATTR_FIRMWARE_FILE)
    if (url is None) == (file is None):
        raise validation_error("which_firmware")
    certificate, signature = data.get(ATTR_CERTIFICATE), data.get(ATTR_SIGNATURE)
    if certificate is None and signature is None:
        return FirmwareSource(url, file)
    if certificate is None or signature is None:
        raise validation_error("signature_incomplete")
    return FirmwareSource(url, file, Signature(certificate, signature))


def _retrieve_at(data: Mapping[str, Any]) -> datetime:
    if ATTR_RETRIEVE_AT in data and ATTR_DELAY_HOURS in data:
        raise validation_error("several_times")
    return instant(data, ATTR_RETRIEVE_AT) or dt_util.utcnow() + timedelta(
        hours=data.get(ATTR_DELAY_HOURS, 0)
    )


ACTIONS = (
    Action(
        "update_firmware",
        _update_firmware,
        administrators,
        {
            **SOURCE,
            probatio.Optional(ATTR_DELAY_HOURS): fields.number(0),
            probatio.Optional(ATTR_RETRIEVE_AT): fields.moment,
            probatio.Optional(ATTR_INSTALL_AT): fields.moment,
            probatio.Optional(ATTR_RETRIES): fields.whole_number(),
            probatio.Optional(ATTR_RETRY_INTERVAL): fields.duration,
        },
    ),
    Action(
        "offer_firmware",
        _offer_firmware,
        administrators,
        {probatio.Required(ATTR_VERSION): fields.text(), **SOURCE},
    ),
)
