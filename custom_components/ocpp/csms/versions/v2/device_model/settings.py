"""GetVariables, SetVariables, GetBaseReport and NotifyReport, and the meaning of the variables."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ....devices.capabilities import Traits
from ....devices.settings import (
    ChangeResult,
    Inventory,
    MessageBounds,
    ReportQuery,
    Setting,
    Settings,
    SettingsQuery,
)
from ....devices.variables import VariableId
from ....devices.wants import Want
from ....errors import RejectedError
from ....ocppj.framing import Json, Payload
from ...commands.settings import SettingMessages
from ...requests import Command, Request, in_batches
from ..terms import MAX_EVSES
from .reports import base_report, custom_report, setting_told
from .traits import NEEDED, traits_in
from .variables import ComponentPayload, VariablePayload, key_of, names_of, variable_of

_MOST_READ = VariableId.parse("DeviceDataCtrlr.ItemsPerMessage[GetVariables]")
_MOST_READ_BYTES = VariableId.parse("DeviceDataCtrlr.BytesPerMessage[GetVariables]")
_SAMPLE_INTERVAL = VariableId.parse("SampledDataCtrlr.TxUpdatedInterval")
_HEARTBEAT_INTERVAL = VariableId.parse("OCPPCommCtrlr.HeartbeatInterval")
_PING_INTERVAL = VariableId.parse("OCPPCommCtrlr.WebSocketPingInterval")
_CLOCK_ALIGNED_INTERVAL = VariableId.parse("AlignedDataCtrlr.Interval")

_WHOLE_NUMBERS = (_SAMPLE_INTERVAL, _HEARTBEAT_INTERVAL, _CLOCK_ALIGNED_INTERVAL)
_EVSE = "evse"


class _GetResult(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    attributeStatus: NotRequired[str]
    attributeType: NotRequired[str]
    attributeValue: NotRequired[str]


class _SetResult(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    attributeStatus: NotRequired[str]


class V2Settings(SettingMessages):
    """The variables of a charging station."""

    wants: ClassVar[Mapping[Want, VariableId]] = {
        Want.SAMPLE_INTERVAL: _SAMPLE_INTERVAL,
        Want.MEASURANDS: VariableId.parse("SampledDataCtrlr.TxUpdatedMeasurands"),
        Want.HEARTBEAT_INTERVAL: _HEARTBEAT_INTERVAL,
        Want.PING_INTERVAL: _PING_INTERVAL,
        Want.CLOCK_ALIGNED_INTERVAL: _CLOCK_ALIGNED_INTERVAL,
    }
    bounds = (_MOST_READ, _MOST_READ_BYTES)
    write_bounds = (
        VariableId.parse("DeviceDataCtrlr.ItemsPerMessage[SetVariables]"),
        VariableId.parse("DeviceDataCtrlr.BytesPerMessage[SetVariables]"),
    )
    needed = (*NEEDED, *bounds, *wants.values())

    @override
    def named(self, text: str) -> VariableId:
        return VariableId.parse(text)

    @override
    def has(self, variable: VariableId) -> bool:
        return variable.component is not None

    @override
    def get(self, query: SettingsQuery) -> Command[dict[VariableId, Setting]]:
        if not query.variables:
            return self.get_inventory(Inventory.FULL, query.id)
        return in_batches(query.variables, query.bounds, _get_variables, _merged)

    @override
    def change(self, variable: VariableId, value: str) -> Request[bool]:
        data: Payload = {**names_of(variable), "attributeValue": value}
        return Request("SetVariables", {"setVariableData": [data]}, _reboot_required)

    @override
    def change_all(
        self, values: Mapping[VariableId, str], bounds: Settings
    ) -> Command[dict[VariableId, ChangeResult]]:
        limits = _bounds(bounds, *self.write_bounds)
        return in_batches([*values.items()], limits, _set_variables, _merged)

    @override
    def get_inventory(
        self, inventory: Inventory, request_id: int
    ) -> Command[dict[VariableId, Setting]]:
        return base_report(inventory, request_id, _SPELLINGS)

    @override
    def get_report(self, query: ReportQuery) -> Command[dict[VariableId, Setting]]:
        return custom_report(query, _SPELLINGS)

    @override
    def bounds_in(self, settings: Settings) -> MessageBounds:
        return _bounds(settings, *self.bounds)

    @override
    def most_measurands(self, settings: Settings) -> int | None:
        return None

    @override
    def traits(self, settings: Settings) -> Traits:
        return traits_in(settings)

    @override
    def unusable(self, settings: Settings) -> list[VariableId]:
        return [
            variable
            for variable in _WHOLE_NUMBERS
            if (setting := settings.get(variable)) is not None
            and setting.value
            and (setting.count is None or setting.count < 0)
        ]

    @override
    def evse_count(self, settings: Settings) -> int | None:
        numbers = {
            variable.evse
            for variable in settings
            if variable.evse and (variable.component or "").casefold() == _EVSE
        }
        credible = [number for number in numbers if 0 < number <= MAX_EVSES]
        return max(credible, default=None)


SETTINGS = V2Settings()

_SPELLINGS = {key_of(variable): variable for variable in SETTINGS.needed}


def _get_variables(
    variables: Sequence[VariableId],
) -> Request[dict[VariableId, Setting]]:
    asked = {key_of(variable): variable for variable in variables}

    def read(answer: Payload) -> dict[VariableId, Setting]:
        found = {}
        for result in cast(list[_GetResult], answer.get("getVariableResult", [])):
            told = variable_of(result)
            variable = asked.get(key_of(told), told)
            if result.get("attributeStatus") == "Accepted":
                setting = setting_told(told, result.get("attributeValue"), _SPELLINGS)
                found[variable] = setting
        return found

    data = [names_of(variable) for variable in variables]
    payload: Payload = {"getVariableData": [*data]}
    return Request("GetVariables", payload, read)


def _set_variables(
    values: Sequence[tuple[VariableId, str]],
) -> Request[dict[VariableId, ChangeResult]]:
    asked = {key_of(variable): variable for variable, _ in values}

    def read(answer: Payload) -> dict[VariableId, ChangeResult]:
        found = {}
        for result in cast(list[_SetResult], answer.get("setVariableResult", [])):
            told = variable_of(result)
            status = result.get("attributeStatus", "")
            needs_reboot = status == "RebootRequired"
            is_taken = needs_reboot or status == "Accepted"
            variable = asked.get(key_of(told), told)
            found[variable] = ChangeResult(status, is_taken, needs_reboot)
        return found

    data: list[Json] = [
        {**names_of(variable), "attributeValue": value} for variable, value in values
    ]
    return Request("SetVariables", {"setVariableData": data}, read)


def _bounds(settings: Settings, items: VariableId, size: VariableId) -> MessageBounds:
    """Return the bounds of a call that two settings tell."""
    return MessageBounds(*(_positive(settings.get(name)) for name in (items, size)))


def _positive(setting: Setting | None) -> int | None:
    most = None if setting is None else setting.count
    return most if most is not None and most > 0 else None


def _merged[T](answers: Sequence[dict[VariableId, T]]) -> dict[VariableId, T]:
    return {variable: item for some in answers for variable, item in some.items()}


def _reboot_required(answer: Payload) -> bool:
    results = cast(list[_SetResult], answer.get("setVariableResult", []))
    status = results[0].get("attributeStatus") if results else None
    if status not in ("Accepted", "RebootRequired"):
        raise RejectedError("SetVariables", str(status))
    return status == "RebootRequired"
