"""Messages that a charger is asked for, and its own settings."""

from typing import cast

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from ..errors import translated_errors, validation_error
from ..targets import async_target, async_targets
from .base import Action, for_each

ATTR_REQUESTED_MESSAGE = "requested_message"
ATTR_OCPP_KEY = "ocpp_key"
ATTR_VALUE = "value"
MESSAGES = (
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "StatusNotification",
)


async def _trigger_message(call: ServiceCall) -> None:
    message: str = call.data[ATTR_REQUESTED_MESSAGE]
    await for_each(
        async_targets(call),
        lambda target: target.charger.station.trigger(message, target.evse_id),
    )


async def _configure(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    with translated_errors(target.charger):
        reboot = await target.charger.station.change_setting(
            call.data[ATTR_OCPP_KEY], call.data[ATTR_VALUE]
        )
    return {"reboot_required": reboot}


async def _get_configuration(call: ServiceCall) -> ServiceResponse:
    target, key = async_target(call), call.data[ATTR_OCPP_KEY]
    with translated_errors(target.charger):
        settings = await target.charger.station.get_settings(*([key] if key else []))
    if not key:
        values = {setting.key: setting.value for setting in settings.values()}
        return {"configuration": cast(dict[str, JsonValueType], values)}
    if (setting := settings.get(key)) is None:
        raise validation_error("unknown_key", charger=target.charger.name, setting=key)
    return {"value": setting.value, "readonly": setting.readonly}


async def _get_conformance_report(call: ServiceCall) -> ServiceResponse:
    station = async_target(call).charger.station
    info, faults = station.snapshot.info, station.faults
    return {
        "charger": station.identity,
        "vendor": info.vendor if info else None,
        "model": info.model if info else None,
        "firmware": info.firmware_version if info else None,
        "conformant": faults.total() == 0,
        "faults": {
            fault.value: {"count": count, "examples": list(faults.examples[fault])}
            for fault, count in faults.items()
        },
    }


ACTIONS = (
    Action(
        "trigger_message",
        _trigger_message,
        {probatio.Required(ATTR_REQUESTED_MESSAGE): probatio.In(MESSAGES)},
    ),
    Action(
        "configure",
        _configure,
        {
            probatio.Required(ATTR_OCPP_KEY): cv.string,
            probatio.Required(ATTR_VALUE): cv.string,
        },
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "get_configuration",
        _get_configuration,
        {probatio.Optional(ATTR_OCPP_KEY, default=""): cv.string},
        SupportsResponse.ONLY,
    ),
    Action(
        "get_conformance_report",
        _get_conformance_report,
        response=SupportsResponse.ONLY,
    ),
)
