"""Settings as the stub version has them: OCPP 2.1's variables, read from reports and in batches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast, override

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.settings import (
    ChangeResult,
    Inventory,
    MessageBounds,
    ReportQuery,
    Setting,
    Settings,
    SettingsQuery,
)
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.devices.wants import Want
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.versions import Command, Request
from custom_components.ocpp.csms.versions.commands.settings import SettingMessages
from custom_components.ocpp.csms.versions.parts import Part
from custom_components.ocpp.csms.versions.requests import Exchange, in_batches

ITEMS = VariableId.parse("DeviceDataCtrlr.ItemsPerMessage[GetVariables]")


class StubSettings(SettingMessages):
    """The variables of a charger, which may pause for a while between the messages of a report."""

    def __init__(self, silence_s: float = 5.0) -> None:
        """Initialize with the longest pause."""
        self._silence_s = silence_s

    wants: ClassVar[Mapping[Want, VariableId]] = {
        Want.SAMPLE_INTERVAL: VariableId.parse("SampledDataCtrlr.TxUpdatedInterval"),
        Want.MEASURANDS: VariableId.parse("SampledDataCtrlr.TxUpdatedMeasurands"),
        Want.HEARTBEAT_INTERVAL: VariableId.parse("OCPPCommCtrlr.HeartbeatInterval"),
        Want.PING_INTERVAL: VariableId.parse("OCPPCommCtrlr.WebSocketPingInterval"),
        Want.CLOCK_ALIGNED_INTERVAL: VariableId.parse("AlignedDataCtrlr.Interval"),
    }
    needed = (ITEMS, *wants.values())

    @override
    def named(self, text: str) -> VariableId:
        return VariableId.parse(text)

    @override
    def has(self, variable: VariableId) -> bool:
        return variable.component is not None

    @override
    def get(self, query: SettingsQuery) -> Command[dict[VariableId, Setting]]:
        if not query.variables:
            return base_report(query.id, self._silence_s)
        return in_batches(query.variables, query.bounds, _get_variables, _merged)

    @override
    def change(self, variable: VariableId, value: str) -> Request[bool]:
        def read(answer: Payload) -> bool:
            results: Any = answer["setVariableResult"]
            (status,) = [result["attributeStatus"] for result in results]
            if status not in ("Accepted", "RebootRequired"):
                raise RejectedError("SetVariables", status)
            return bool(status == "RebootRequired")

        return Request("SetVariables", _values({variable: value}), read)

    @override
    def change_all(
        self, values: Mapping[VariableId, str], bounds: Settings
    ) -> Command[dict[VariableId, ChangeResult]]:
        raise RejectedError("SetVariables", "NotSupported")

    @override
    def get_inventory(
        self, inventory: Inventory, request_id: int
    ) -> Command[dict[VariableId, Setting]]:
        return base_report(request_id, self._silence_s)

    @override
    def get_report(self, query: ReportQuery) -> Command[dict[VariableId, Setting]]:
        raise RejectedError("GetReport", "NotSupported")

    @override
    def bounds_in(self, settings: Settings) -> MessageBounds:
        return MessageBounds(settings[ITEMS].count if ITEMS in settings else None)

    @override
    def most_measurands(self, settings: Settings) -> int | None:
        return None

    @override
    def traits(self, settings: Settings) -> Traits:
        return Traits()

    @override
    def unusable(self, settings: Settings) -> list[VariableId]:
        return []

    @override
    def evse_count(self, settings: Settings) -> int | None:
        return None


def base_report(
    request_id: int, silence_s: float = 5.0
) -> Exchange[dict[VariableId, Setting]]:
    """Ask for all variables, and read them from the messages that follow."""

    def follows(answer: Payload) -> bool:
        if answer["status"] not in ("Accepted", "EmptyResultSet"):
            raise RejectedError("GetBaseReport", str(answer["status"]))
        return answer["status"] == "Accepted"

    def part(action: str, payload: Payload) -> Part | None:
        if action != "NotifyReport" or payload["requestId"] != request_id:
            return None
        number, more = payload["seqNo"], payload.get("tbc", False)
        assert isinstance(number, int)
        return Part(payload, number, bool(more))

    def read(payloads: Sequence[Payload]) -> dict[VariableId, Setting]:
        settings = (item for payload in payloads for item in _reported(payload))
        return {setting.id: setting for setting in settings}

    payload: Payload = {"requestId": request_id, "reportBase": "FullInventory"}
    return Exchange(Request("GetBaseReport", payload, follows), part, read, silence_s)


def _reported(payload: Payload) -> Iterator[Setting]:
    data: Any = payload.get("reportData", [])
    for item in data:
        (attribute,) = item["variableAttribute"]
        readonly = attribute.get("mutability") == "ReadOnly"
        yield Setting(variable_of(item), attribute.get("value"), readonly)


def set_variables(
    values: Mapping[VariableId, str], most: int | None
) -> Command[dict[VariableId, str]]:
    """Set variables, so many in one call, and read the status of each."""

    def compose(
        items: Sequence[tuple[VariableId, str]],
    ) -> Request[dict[VariableId, str]]:
        return Request("SetVariables", _values(dict(items)), read)

    def read(answer: Payload) -> dict[VariableId, str]:
        results: Any = answer["setVariableResult"]
        return {variable_of(result): result["attributeStatus"] for result in results}

    def join(answers: Sequence[dict[VariableId, str]]) -> dict[VariableId, str]:
        return {name: status for some in answers for name, status in some.items()}

    return in_batches(tuple(values.items()), MessageBounds(most), compose, join)


def _values(values: Mapping[VariableId, str]) -> Payload:
    data = [
        {**payload_of(variable), "attributeValue": value}
        for variable, value in values.items()
    ]
    return cast(Payload, {"setVariableData": data})


def _get_variables(
    variables: Sequence[VariableId],
) -> Request[dict[VariableId, Setting]]:
    def read(answer: Payload) -> dict[VariableId, Setting]:
        results: Any = answer["getVariableResult"]
        settings = (
            Setting(variable_of(result), result.get("attributeValue"))
            for result in results
            if result["attributeStatus"] == "Accepted"
        )
        return {setting.id: setting for setting in settings}

    data = [payload_of(variable) for variable in variables]
    return Request("GetVariables", cast(Payload, {"getVariableData": data}), read)


def _merged(
    answers: Sequence[dict[VariableId, Setting]],
) -> dict[VariableId, Setting]:
    return {variable: item for some in answers for variable, item in some.items()}


async def no_variables(payload: Payload) -> Payload:
    """Answer as a charger that has no variable by any name."""
    data: Any = payload["getVariableData"]
    results = [{**item, "attributeStatus": "UnknownVariable"} for item in data]
    return cast(Payload, {"getVariableResult": results})


def payload_of(variable: VariableId) -> dict[str, Any]:
    """Return the fields that name a variable."""
    name: dict[str, str] = {"name": variable.variable}
    if variable.instance is not None:
        name["instance"] = variable.instance
    return {"component": {"name": str(variable.component)}, "variable": name}


def variable_of(item: Any) -> VariableId:
    """Return the variable that is named by some fields."""
    name = item["variable"]
    return VariableId(name["name"], item["component"]["name"], name.get("instance"))
