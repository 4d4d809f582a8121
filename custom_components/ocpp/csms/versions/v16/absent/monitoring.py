"""Monitors of variables, which 1.6 has not."""

from collections.abc import Sequence
from typing import override

from ....devices.monitors import Monitor, MonitorBase, MonitorQuery, MonitorResult
from ....devices.settings import Settings
from ....errors import RejectedError
from ...commands.monitoring import MonitorMessages
from ...requests import Command, Request


class V16Monitors(MonitorMessages):
    """A charge point tells of its values as it sees fit."""

    @override
    def reset(self, base: MonitorBase) -> Request[None]:
        raise RejectedError("SetMonitoringBase", "NotSupported")

    @override
    def set_level(self, severity: int) -> Request[None]:
        raise RejectedError("SetMonitoringLevel", "NotSupported")

    @override
    def set(self, monitors: Sequence[Monitor]) -> Request[list[MonitorResult]]:
        raise RejectedError("SetVariableMonitoring", "NotSupported")

    @override
    def get(self, query: MonitorQuery) -> Command[list[Monitor]]:
        raise RejectedError("GetMonitoringReport", "NotSupported")

    @override
    def clear(
        self, monitor_ids: Sequence[int], bounds: Settings
    ) -> Command[list[MonitorResult]]:
        raise RejectedError("ClearVariableMonitoring", "NotSupported")
