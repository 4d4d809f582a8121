"""GetVariables, SetVariables, GetBaseReport and NotifyReport, and the meaning of the variables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ....devices.capabilities import Traits
from ....devices.settings import Setting, Settings, SettingsQuery
from ....devices.variables import VariableId
from ....devices.wants import Want
from ....errors import RejectedError
from ....ocppj.framing import Payload
from ...commands.settings import SettingMessages
from ...parts import Part
from ...requests import Command, Exchange, Request, in_batches
from ..terms import MAX_EVSES
from .traits import NEEDED, traits_in
from .variables import ComponentPayload, VariablePayload, key_of, names_of, variable_of

_MOST_READ = VariableId.parse("DeviceDataCtrlr.ItemsPerMessage[GetVariables]")
_SAMPLE_INTERVAL = VariableId.parse("SampledDataCtrlr.TxUpdatedInterval")
_HEARTBEAT_INTERVAL = VariableId.parse("OCPPCommCtrlr.HeartbeatInterval")
_PING_INTERVAL = VariableId.parse("OCPPCommCtrlr.WebSocketPingInterval")
_CLOCK_ALIGNED_INTERVAL = VariableId.parse("AlignedDataCtrlr.Interval")

_WHOLE_NUMBERS = (_SAMPLE_INTERVAL, _HEARTBEAT_INTERVAL, _CLOCK_ALIGNED_INTERVAL)
_EVSE = "evse"
_ACTUAL = "Actual"


class _Attribute(TypedDict):
    type: NotRequired[str]
    value: NotRequired[str]
    mutability: NotRequired[str]


_NO_ATTRIBUTES: list[_Attribute] = [{}]


class _Characteristics(TypedDict):
    maxLimit: NotRequired[float]


class _ReportData(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    variableAttribute: NotRequired[list[_Attribute]]
    variableCharacteristics: NotRequired[_Characteristics]


class _Report(TypedDict):
    requestId: NotRequired[int]
    seqNo: NotRequired[int]
    tbc: NotRequired[bool]
    reportData: NotRequired[list[_ReportData]]


class _GetResult(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    attributeStatus: NotRequired[str]
    attributeType: NotRequired[str]
    attributeValue: NotRequired[str]


class _SetResult(TypedDict):
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
    bounds = (_MOST_READ,)
    needed = (*NEEDED, _MOST_READ, *wants.values())

    @override
    def named(self, text: str) -> VariableId:
        return VariableId.parse(text)

    @override
    def has(self, variable: VariableId) -> bool:
        return variable.component is not None

    @override
    def get(self, query: SettingsQuery) -> Command[dict[VariableId, Setting]]:
        if not query.variables:
            return _get_all(query.id)
        return in_batches(query.variables, query.most, _get_variables, _merged)

    @override
    def change(self, variable: VariableId, value: str) -> Request[bool]:
        data: Payload = {**names_of(variable), "attributeValue": value}
        return Request("SetVariables", {"setVariableData": [data]}, _reboot_required)

    @override
    def most_read(self, settings: Settings) -> int | None:
        setting = settings.get(_MOST_READ)
        most = None if setting is None else setting.count
        return most if most is not None and most > 0 else None

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


def _get_all(request_id: int) -> Exchange[dict[VariableId, Setting]]:
    """Ask for all variables, which the charger tells in reports."""

    def part(action: str, payload: Payload) -> Part | None:
        if action != "NotifyReport":
            return None
        report = cast(_Report, payload)
        if report.get("requestId") != request_id:
            return None
        return Part(payload, report.get("seqNo"), report.get("tbc", False))

    payload: Payload = {"requestId": request_id, "reportBase": "FullInventory"}
    return Exchange(Request("GetBaseReport", payload, _follows), part, _reported)


def _follows(answer: Payload) -> bool:
    """Return whether reports will follow."""
    match str(answer.get("status")):
        case "Accepted":
            return True
        case "EmptyResultSet":
            return False
        case status:
            raise RejectedError("GetBaseReport", status)


def _reported(payloads: Sequence[Payload]) -> dict[VariableId, Setting]:
    settings = (
        setting
        for payload in payloads
        for item in cast(_Report, payload).get("reportData", [])
        for setting in _settings_in(item)
    )
    return {setting.id: setting for setting in settings}


def _settings_in(item: _ReportData) -> Iterator[Setting]:
    """Yield the setting that an item of a report tells; of several attributes, the actual value counts."""
    highest = item.get("variableCharacteristics", {}).get("maxLimit")
    for attribute in item.get("variableAttribute", _NO_ATTRIBUTES):
        if attribute.get("type", _ACTUAL) != _ACTUAL:
            continue
        yield _setting(
            variable_of(item),
            attribute.get("value"),
            readonly=attribute.get("mutability") == "ReadOnly",
            highest=None if highest is None else int(highest),
        )


def _setting(
    told: VariableId,
    value: str | None,
    *,
    readonly: bool = False,
    highest: int | None = None,
) -> Setting:
    variable = _SPELLINGS.get(key_of(told), told)
    return Setting(
        variable,
        None if value is None else value.strip(),
        readonly,
        None if told == variable else told,
        highest,
    )


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
                setting = _setting(told, result.get("attributeValue"))
                found[variable] = setting
        return found

    data = [names_of(variable) for variable in variables]
    payload: Payload = {"getVariableData": [*data]}
    return Request("GetVariables", payload, read)


def _merged(
    answers: Sequence[dict[VariableId, Setting]],
) -> dict[VariableId, Setting]:
    return {variable: item for some in answers for variable, item in some.items()}


def _reboot_required(answer: Payload) -> bool:
    results = cast(list[_SetResult], answer.get("setVariableResult", []))
    status = results[0].get("attributeStatus") if results else None
    if status not in ("Accepted", "RebootRequired"):
        raise RejectedError("SetVariables", str(status))
    return status == "RebootRequired"
