"""Actions: what automations can ask of chargers.

Names and fields are those that automations in the wild use already.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from enum import StrEnum
import json
from typing import cast

import probatio

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from .const import DOMAIN
from .csms.authorization import REMOTE_ID_TOKEN
from .csms.framing import Payload
from .csms.limits import NOMINAL_VOLTAGE_V
from .errors import translated_errors, validation_error
from .targets import ATTR_CONN_ID, ATTR_DEVID, Target, async_target, async_targets

ATTR_LIMIT_AMPS = "limit_amps"
ATTR_LIMIT_WATTS = "limit_watts"
ATTR_CUSTOM_PROFILE = "custom_profile"
RATES = (ATTR_LIMIT_AMPS, ATTR_LIMIT_WATTS, ATTR_CUSTOM_PROFILE)
ATTR_REQUESTED_MESSAGE = "requested_message"
ATTR_OCPP_KEY = "ocpp_key"
ATTR_VALUE = "value"
ATTR_ID_TAG = "id_tag"


class Service(StrEnum):
    """The actions."""

    SET_CHARGE_RATE = "set_charge_rate"
    CLEAR_PROFILE = "clear_profile"
    TRIGGER_MESSAGE = "trigger_message"
    CONFIGURE = "configure"
    GET_CONFIGURATION = "get_configuration"
    GET_CONFORMANCE_REPORT = "get_conformance_report"
    REMOTE_START = "remote_start"
    REMOTE_STOP = "remote_stop"


TARGET = {
    **cv.TARGET_SERVICE_FIELDS,
    probatio.Optional(ATTR_DEVID): cv.string,
    probatio.Optional(ATTR_CONN_ID): cv.positive_int,
}
MESSAGES = (
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "StatusNotification",
)


def _schema(fields: Mapping[probatio.Marker, object]) -> probatio.Schema:
    return probatio.Schema({**TARGET, **fields})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""

    def register(
        service: Service,
        handler: Callable[[ServiceCall], Coroutine[None, None, ServiceResponse]],
        fields: Mapping[probatio.Marker, object],
        response: SupportsResponse = SupportsResponse.NONE,
    ) -> None:
        hass.services.async_register(
            DOMAIN, service, handler, _schema(fields), supports_response=response
        )

    register(
        Service.SET_CHARGE_RATE,
        _set_charge_rate,
        {
            probatio.Optional(ATTR_LIMIT_AMPS): probatio.Coerce(float),
            probatio.Optional(ATTR_LIMIT_WATTS): probatio.Coerce(float),
            probatio.Optional(ATTR_CUSTOM_PROFILE): probatio.Any(cv.string, dict),
        },
    )
    register(Service.CLEAR_PROFILE, _clear_profile, {})
    register(
        Service.TRIGGER_MESSAGE,
        _trigger_message,
        {probatio.Required(ATTR_REQUESTED_MESSAGE): probatio.In(MESSAGES)},
    )
    register(
        Service.CONFIGURE,
        _configure,
        {
            probatio.Required(ATTR_OCPP_KEY): cv.string,
            probatio.Required(ATTR_VALUE): cv.string,
        },
        SupportsResponse.OPTIONAL,
    )
    register(
        Service.GET_CONFIGURATION,
        _get_configuration,
        {probatio.Optional(ATTR_OCPP_KEY, default=""): cv.string},
        SupportsResponse.ONLY,
    )
    register(
        Service.GET_CONFORMANCE_REPORT,
        _get_conformance_report,
        {},
        SupportsResponse.ONLY,
    )
    register(
        Service.REMOTE_START,
        _remote_start,
        {
            probatio.Optional(ATTR_ID_TAG, default=REMOTE_ID_TOKEN): probatio.All(
                cv.string, probatio.Length(min=1, max=20)
            )
        },
    )
    register(Service.REMOTE_STOP, _remote_stop, {})


async def _for_each(
    targets: list[Target], command: Callable[[Target], Awaitable[None]]
) -> None:
    """Carry out a command for all targets at once; the first refusal is raised after all are done."""

    async def guarded(target: Target) -> None:
        with translated_errors(target.charger):
            await command(target)

    results = await asyncio.gather(*map(guarded, targets), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _set_charge_rate(call: ServiceCall) -> None:
    targets = async_targets(call)
    if sum(rate in call.data for rate in RATES) > 1:
        raise validation_error("several_rates")
    if ATTR_CUSTOM_PROFILE in call.data:
        profile = _custom_profile(call.data[ATTR_CUSTOM_PROFILE])
        await _for_each(targets, lambda target: _set_profile(target, profile))
    elif ATTR_LIMIT_WATTS in call.data:
        watts: float = call.data[ATTR_LIMIT_WATTS]
        await _for_each(
            targets, lambda target: _set_limit(target, _amps(target, watts))
        )
    elif ATTR_LIMIT_AMPS in call.data:
        amps: float = call.data[ATTR_LIMIT_AMPS]
        await _for_each(targets, lambda target: _set_limit(target, amps))
    else:
        raise validation_error("no_rate")


def _amps(target: Target, watts: float) -> float:
    """Return the current per phase that makes up a power on all phases of the charger."""
    return watts / (target.charger.config.phases * NOMINAL_VOLTAGE_V)


async def _set_limit(target: Target, current_a: float) -> None:
    charger = target.charger
    highest_a = charger.config.max_current_a
    if not 0 <= current_a <= highest_a:
        raise validation_error(
            "limit_out_of_range",
            charger=charger.name,
            limit=f"{current_a:g}",
            maximum=f"{highest_a:g}",
        )
    charger.station.ensure_connected()
    for evse_id in target.evse_ids:
        charger.station.release_foreign_profile(evse_id)
        charger.async_set_maximum(evse_id, current_a)
        await target.hub.site.async_enforce(charger, evse_id)


def _custom_profile(given: str | Payload) -> Payload:
    """Read a charging profile; automations write it as text, and often with single quotes."""
    if isinstance(given, dict):
        return given
    for text in (given, given.replace("'", '"')):
        try:
            profile = json.loads(text)
        except json.JSONDecodeError as err:
            reason = str(err)
            continue
        if isinstance(profile, dict):
            return profile
        reason = "it is no object"
    raise validation_error("invalid_profile", reason=reason)


async def _set_profile(target: Target, profile: Payload) -> None:
    in_session = profile.get("chargingProfilePurpose") == "TxProfile"
    # What belongs to a session belongs to a connector; all else is for the charger as a whole.
    evse_id = target.only_evse_id if in_session else target.evse_id or 0
    await target.charger.station.set_foreign_profile(evse_id, profile)


async def _clear_profile(call: ServiceCall) -> None:
    async def clear(target: Target) -> None:
        await target.charger.station.clear_limits(target.evse_id)
        for evse_id in target.evse_ids:
            target.charger.async_set_maximum(evse_id, None)

    await _for_each(async_targets(call), clear)


async def _trigger_message(call: ServiceCall) -> None:
    message: str = call.data[ATTR_REQUESTED_MESSAGE]
    await _for_each(
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


async def _remote_start(call: ServiceCall) -> None:
    id_tag: str = call.data[ATTR_ID_TAG]
    await _for_each(
        async_targets(call),
        lambda target: target.charger.station.start_transaction(
            target.only_evse_id, id_tag
        ),
    )


async def _remote_stop(call: ServiceCall) -> None:
    async def stop(target: Target) -> None:
        station = target.charger.station
        running = [
            id_
            for id_ in target.evse_ids
            if target.charger.evse(id_).running_transaction
        ]
        for evse_id in running or [target.only_evse_id]:
            await station.stop_transaction(evse_id)

    await _for_each(async_targets(call), stop)
