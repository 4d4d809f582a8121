"""GetBaseReport and GetReport, and the NotifyReport messages that follow."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from ....devices.settings import Criterion, Inventory, ReportQuery, Setting
from ....devices.variables import VariableId
from ....errors import RejectedError
from ....ocppj.framing import Payload
from ...parts import Part
from ...requests import Exchange, Request
from .variables import ComponentPayload, VariablePayload, key_of, names_of, variable_of

_ACTUAL = "Actual"
_BASES = {
    Inventory.CONFIGURATION: "ConfigurationInventory",
    Inventory.FULL: "FullInventory",
    Inventory.SUMMARY: "SummaryInventory",
}
_CRITERIA = {
    Criterion.ACTIVE: "Active",
    Criterion.AVAILABLE: "Available",
    Criterion.ENABLED: "Enabled",
    Criterion.PROBLEM: "Problem",
}

type Spellings = Mapping[VariableId, VariableId]
"""The names of the specification, by themselves without regard to capitals."""


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


def base_report(
    inventory: Inventory, request_id: int, spellings: Spellings
) -> Exchange[dict[VariableId, Setting]]:
    """Ask for all variables of an inventory."""
    payload: Payload = {"requestId": request_id, "reportBase": _BASES[inventory]}
    return _report("GetBaseReport", payload, request_id, spellings)


def custom_report(
    query: ReportQuery, spellings: Spellings
) -> Exchange[dict[VariableId, Setting]]:
    """Ask for some variables, of components that meet some criteria."""
    payload: Payload = {"requestId": query.id}
    if query.variables:
        payload["componentVariable"] = [*map(names_of, query.variables)]
    if query.criteria:
        payload["componentCriteria"] = [_CRITERIA[item] for item in query.criteria]
    return _report("GetReport", payload, query.id, spellings)


def setting_told(
    told: VariableId,
    value: str | None,
    spellings: Spellings,
    *,
    readonly: bool = False,
    highest: int | None = None,
) -> Setting:
    """Return a setting under the name that the specification has for it, if there is one."""
    variable = spellings.get(key_of(told), told)
    return Setting(
        variable,
        None if value is None else value.strip(),
        readonly,
        None if told == variable else told,
        highest,
    )


def _report(
    action: str, payload: Payload, request_id: int, spellings: Spellings
) -> Exchange[dict[VariableId, Setting]]:
    def follows(answer: Payload) -> bool:
        match str(answer.get("status")):
            case "Accepted":
                return True
            case "EmptyResultSet":
                return False
            case status:
                raise RejectedError(action, status)

    def part(told: str, payload: Payload) -> Part | None:
        if told != "NotifyReport":
            return None
        report = cast(_Report, payload)
        if report.get("requestId") != request_id:
            return None
        return Part(payload, report.get("seqNo"), report.get("tbc", False))

    return Exchange(
        Request(action, payload, follows),
        part,
        lambda payloads: _reported(payloads, spellings),
    )


def _reported(
    payloads: Sequence[Payload], spellings: Spellings
) -> dict[VariableId, Setting]:
    settings = (
        setting
        for payload in payloads
        for item in cast(_Report, payload).get("reportData", [])
        for setting in _settings_in(item, spellings)
    )
    return {setting.id: setting for setting in settings}


def _settings_in(item: _ReportData, spellings: Spellings) -> Iterator[Setting]:
    """Yield the setting that an item of a report tells; of several attributes, the actual value counts."""
    highest = item.get("variableCharacteristics", {}).get("maxLimit")
    for attribute in item.get("variableAttribute", _NO_ATTRIBUTES):
        if attribute.get("type", _ACTUAL) != _ACTUAL:
            continue
        yield setting_told(
            variable_of(item),
            attribute.get("value"),
            spellings,
            readonly=attribute.get("mutability") == "ReadOnly",
            highest=None if highest is None else int(highest),
        )
