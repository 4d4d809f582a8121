"""GetMonitoringReport and its reports, and the commands that set and clear monitors.

Source: OCPP 2.0.1 part 2, use cases N02 to N06.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, cast, override

from ....devices.monitors import (
    Monitor,
    MonitorBase,
    MonitorGroup,
    MonitorKind,
    MonitorQuery,
    MonitorResult,
)
from ....devices.settings import MessageBounds, Settings
from ....devices.variables import VariableId
from ....errors import RejectedError
from ....ocppj.framing import Payload
from ...commands.monitoring import MonitorMessages
from ...parts import Part
from ...requests import Command, Exchange, Request, in_batches
from ..commands import command
from .variables import ComponentPayload, VariablePayload, names_of, variable_of

_MOST_CLEARED = VariableId.parse(
    "DeviceDataCtrlr.ItemsPerMessage[ClearVariableMonitoring]"
)
_LONGEST_CLEARING = VariableId.parse(
    "DeviceDataCtrlr.BytesPerMessage[ClearVariableMonitoring]"
)

_BASES = {
    MonitorBase.ALL: "All",
    MonitorBase.FACTORY_DEFAULT: "FactoryDefault",
    MonitorBase.HARD_WIRED_ONLY: "HardWiredOnly",
}
_GROUPS = {
    MonitorGroup.THRESHOLDS: "ThresholdMonitoring",
    MonitorGroup.CHANGES: "DeltaMonitoring",
    MonitorGroup.INTERVALS: "PeriodicMonitoring",
}
_KINDS = {
    MonitorKind.UPPER_THRESHOLD: "UpperThreshold",
    MonitorKind.LOWER_THRESHOLD: "LowerThreshold",
    MonitorKind.CHANGE: "Delta",
    MonitorKind.INTERVAL: "Periodic",
    MonitorKind.CLOCK_ALIGNED_INTERVAL: "PeriodicClockAligned",
    # 2.1 alone has these.
    MonitorKind.TARGET_DIFFERENCE: "TargetDelta",
    MonitorKind.RELATIVE_TARGET_DIFFERENCE: "TargetDeltaRelative",
}
_KINDS_BY_NAME = {name: kind for kind, name in _KINDS.items()}
_LEAST_SEVERE = 9


class _Monitoring(TypedDict):
    id: NotRequired[int]
    transaction: NotRequired[bool]
    value: NotRequired[float]
    type: NotRequired[str]
    severity: NotRequired[int]


class _Monitored(TypedDict):
    component: ComponentPayload
    variable: VariablePayload
    variableMonitoring: NotRequired[list[_Monitoring]]


class _Report(TypedDict):
    requestId: NotRequired[int]
    seqNo: NotRequired[int]
    tbc: NotRequired[bool]
    monitor: NotRequired[list[_Monitored]]


class _Result(TypedDict):
    id: NotRequired[int]
    status: NotRequired[str]


class V2Monitors(MonitorMessages):
    """The monitors of a charging station's variables."""

    clearing_bounds = (_MOST_CLEARED, _LONGEST_CLEARING)

    @override
    def reset(self, base: MonitorBase) -> Request[None]:
        return command("SetMonitoringBase", {"monitoringBase": _BASES[base]})

    @override
    def set_level(self, severity: int) -> Request[None]:
        return command("SetMonitoringLevel", {"severity": severity})

    @override
    def set(self, monitors: Sequence[Monitor]) -> Request[list[MonitorResult]]:
        payload: Payload = {"setMonitoringData": [*map(_payload_of, monitors)]}
        return Request("SetVariableMonitoring", payload, _set_results)

    @override
    def get(self, query: MonitorQuery) -> Exchange[list[Monitor]]:
        payload: Payload = {"requestId": query.id}
        if query.groups:
            payload["monitoringCriteria"] = [_GROUPS[group] for group in query.groups]
        if query.variables:
            payload["componentVariable"] = [*map(names_of, query.variables)]

        def part(action: str, payload: Payload) -> Part | None:
            report = cast(_Report, payload)
            is_other = report.get("requestId") != query.id
            if action != "NotifyMonitoringReport" or is_other:
                return None
            return Part(payload, report.get("seqNo"), report.get("tbc", False))

        return Exchange(Request("GetMonitoringReport", payload, _follows), part, _read)

    @override
    def clear(
        self, monitor_ids: Sequence[int], bounds: Settings
    ) -> Command[list[MonitorResult]]:
        most = MessageBounds(
            _bound(bounds, _MOST_CLEARED), _bound(bounds, _LONGEST_CLEARING)
        )
        return in_batches(monitor_ids, most, _clearing, _joined)


def _bound(bounds: Settings, variable: VariableId) -> int | None:
    setting = bounds.get(variable)
    count = None if setting is None else setting.count
    return count if count is not None and count > 0 else None


def _clearing(monitor_ids: Sequence[int]) -> Request[list[MonitorResult]]:
    return Request("ClearVariableMonitoring", {"id": [*monitor_ids]}, _clear_results)


def _joined(answers: Sequence[list[MonitorResult]]) -> list[MonitorResult]:
    return [result for some in answers for result in some]


def _payload_of(monitor: Monitor) -> Payload:
    payload: Payload = {
        "value": monitor.value,
        "type": _KINDS[monitor.kind],
        "severity": monitor.severity,
        **names_of(monitor.variable),
    }
    if monitor.in_sessions:
        payload["transaction"] = True
    if monitor.id is not None:
        payload["id"] = monitor.id
    return payload


def _follows(answer: Payload) -> bool:
    """Return whether reports will follow."""
    match str(answer.get("status")):
        case "Accepted":
            return True
        case "EmptyResultSet":
            return False
        case status:
            raise RejectedError("GetMonitoringReport", status)


def _read(payloads: Sequence[Payload]) -> list[Monitor]:
    return [
        _monitor(item, monitoring)
        for payload in payloads
        for item in cast(_Report, payload).get("monitor", [])
        for monitoring in item.get("variableMonitoring", [])
        if monitoring.get("type") in _KINDS_BY_NAME
    ]


def _monitor(item: _Monitored, monitoring: _Monitoring) -> Monitor:
    return Monitor(
        variable_of(item),
        _KINDS_BY_NAME[monitoring.get("type", "")],
        monitoring.get("value", 0.0),
        monitoring.get("severity", _LEAST_SEVERE),
        monitoring.get("transaction", False),
        monitoring.get("id"),
    )


def _set_results(answer: Payload) -> list[MonitorResult]:
    return _results(cast(list[_Result], answer.get("setMonitoringResult", [])))


def _clear_results(answer: Payload) -> list[MonitorResult]:
    return _results(cast(list[_Result], answer.get("clearMonitoringResult", [])))


def _results(items: Sequence[_Result]) -> list[MonitorResult]:
    return [MonitorResult(item.get("id"), str(item.get("status"))) for item in items]
