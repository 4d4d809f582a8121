"""Actions on single messages and on the settings of a charger."""

from typing import cast

import probatio

from homeassistant.auth.models import User
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers.json import json_dumps
from homeassistant.util.json import JsonValueType

from ..csms.errors import RejectedError
from ..csms.model import Address, Trigger
from ..csms.operations.trigger import trigger
from ..csms.versions import TRIGGERS
from ..errors import translated_errors, validation_error
from . import fields
from .base import Action, for_each
from .permissions import administrators, controllers_of_chargers, controllers_of_targets
from .targets import async_target, async_targets

ATTR_REQUESTED_MESSAGE = "requested_message"
ATTR_OCPP_KEY = "ocpp_key"
ATTR_VALUE = "value"
ATTR_VENDOR_ID = "vendor_id"
ATTR_MESSAGE_ID = "message_id"
ATTR_DATA = "data"


async def _trigger_message(call: ServiceCall) -> None:
    message = TRIGGERS[call.data[ATTR_REQUESTED_MESSAGE]]
    await for_each(
        async_targets(call),
        lambda target: trigger(
            target.charger.station, message, Address(target.evse_id)
        ),
    )


async def _data_transfer(call: ServiceCall) -> ServiceResponse:
    target, vendor_id = async_target(call), call.data[ATTR_VENDOR_ID]
    message_id, data = (
        call.data.get(ATTR_MESSAGE_ID),
        _as_text(call.data.get(ATTR_DATA)),
    )
    with translated_errors(target.charger):
        station = target.charger.station
        request = station.version.data.send(vendor_id, message_id, data)
        answer = await station.request(lambda _: request)
        # A caller that ignores the response must get an error.
        if not call.return_response and answer.status != "Accepted":
            raise RejectedError(request.action, answer.status)
    return {"status": answer.status, "data": answer.data}


def _as_text(data: object) -> str | None:
    """Return data as text, in JSON if they are not text already."""
    return data if data is None or isinstance(data, str) else json_dumps(data)


async def _configure(call: ServiceCall) -> ServiceResponse:
    target = async_target(call)
    station = target.charger.station
    with translated_errors(target.charger):
        variable = station.version.settings.named(call.data[ATTR_OCPP_KEY])
        reboot = await station.commands.change_setting(variable, call.data[ATTR_VALUE])
    return {"reboot_required": reboot}


async def _get_configuration(call: ServiceCall) -> ServiceResponse:
    target, name = async_target(call), call.data[ATTR_OCPP_KEY]
    station = target.charger.station
    with translated_errors(target.charger):
        wanted = [station.version.settings.named(name)] if name else []
        settings = await station.commands.get_settings(*wanted)
    if not wanted:
        values = {str(setting.id): setting.value for setting in settings.values()}
        return {"configuration": cast(dict[str, JsonValueType], values)}
    if (setting := settings.get(wanted[0])) is None:
        raise validation_error("unknown_key", charger=target.charger.name, setting=name)
    return {"value": setting.value, "readonly": setting.readonly}


async def _get_conformance_report(call: ServiceCall) -> ServiceResponse:
    station = async_target(call).charger.station
    info, faults = station.snapshot.info, station.faults
    return {
        "charger": station.identity,
        "vendor": info.vendor if info else None,
        "model": info.model if info else None,
        "firmware": info.firmware_version if info else None,
        "conformant": faults.none_of_its_own,
        "faults": {
            fault.value: {"count": count, "examples": list(faults.examples[fault])}
            for fault, count in faults.items()
        },
    }


def _permission_to_trigger(call: ServiceCall, user: User) -> bool:
    """Return whether a user may ask for a message; certificates are for administrators."""
    if TRIGGERS[call.data[ATTR_REQUESTED_MESSAGE]] is Trigger.CERTIFICATE_REQUEST:
        return administrators(call, user)
    return controllers_of_targets(call, user)


ACTIONS = (
    Action(
        "trigger_message",
        _trigger_message,
        _permission_to_trigger,
        {probatio.Required(ATTR_REQUESTED_MESSAGE): fields.option(TRIGGERS)},
    ),
    Action(
        "data_transfer",
        _data_transfer,
        administrators,
        {
            probatio.Required(ATTR_VENDOR_ID): fields.text(),
            probatio.Optional(ATTR_MESSAGE_ID): fields.text(),
            probatio.Optional(ATTR_DATA): fields.json_value,
        },
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "configure",
        _configure,
        administrators,
        {
            probatio.Required(ATTR_OCPP_KEY): fields.text(),
            probatio.Required(ATTR_VALUE): fields.setting_value,
        },
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "get_configuration",
        _get_configuration,
        administrators,
        {probatio.Optional(ATTR_OCPP_KEY, default=""): fields.text()},
        SupportsResponse.ONLY,
    ),
    Action(
        "get_conformance_report",
        _get_conformance_report,
        controllers_of_chargers,
        response=SupportsResponse.ONLY,
    ),
)
