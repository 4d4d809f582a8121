"""Monitors of variables, and the events that they raise."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

from .device_model import Place, Variable

_CRITERIA = {
    "UpperThreshold": "ThresholdMonitoring",
    "LowerThreshold": "ThresholdMonitoring",
    "Delta": "DeltaMonitoring",
    "Periodic": "PeriodicMonitoring",
    "PeriodicClockAligned": "PeriodicMonitoring",
}
_NUMBERS = frozenset({"integer", "decimal"})


@dataclass(slots=True)
class Monitor:
    """A monitor of a variable."""

    id: int
    variable: Variable
    kind: str
    value: float
    severity: int
    transaction: bool = False
    reference: float | None = None
    """The value of the variable that the last event has told, or that was there at first."""
    raised: bool = False
    """True while the variable is beyond the threshold."""

    def told(self) -> Payload:
        """Return the monitor as reports tell it."""
        return {
            "id": self.id,
            "transaction": self.transaction,
            "value": self.value,
            "type": self.kind,
            "severity": self.severity,
        }

    def check(self, number: float) -> str | None:
        """Return the trigger of the event that a new value raises, if it raises one."""
        if self.kind == "Delta":
            before = self.reference
            if before is not None and abs(number - before) < self.value:
                return None
            self.reference = number
            return "Delta"
        if self.kind not in {"UpperThreshold", "LowerThreshold"}:
            return None
        is_upper = self.kind == "UpperThreshold"
        beyond = number > self.value if is_upper else number < self.value
        changed, self.raised = beyond != self.raised, beyond
        return "Alerting" if changed else None


class Monitoring:
    """The part of a station that watches its variables."""

    def __init__(self, core: Core) -> None:
        """Initialize without any monitor."""
        self._core = core
        self.monitors: dict[int, Monitor] = {}
        self.base = "FactoryDefault"
        self._last_event = 0

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "SetVariableMonitoring": self._set,
            "ClearVariableMonitoring": self._clear,
            "SetMonitoringBase": self._set_base,
            "SetMonitoringLevel": self._set_level,
            "GetMonitoringReport": self._get_report,
        }

    # Setting and clearing.

    def _set(self, payload: Payload) -> Payload:
        asked = payload["setMonitoringData"]
        return {"setMonitoringResult": [self._put(each) for each in asked]}

    def _put(self, asked: Payload) -> Payload:
        names = ("component", "variable", "type", "severity")
        result = {name: asked[name] for name in names}
        place, named = Place.read(asked["component"]), asked["variable"]
        variable = self._core.model.find(place, named["name"], named.get("instance"))
        if not self._core.model.knows(place):
            return {**result, "status": "UnknownComponent"}
        if variable is None:
            return {**result, "status": "UnknownVariable"}
        objection = self._objection(variable, asked)
        if objection is not None:
            return {**result, "status": objection}
        number = asked.get("id") or max(self.monitors, default=0) + 1
        self.monitors[number] = Monitor(
            number,
            variable,
            asked["type"],
            asked["value"],
            asked["severity"],
            asked.get("transaction", False),
            _number(variable.actual),
        )
        return {**result, "id": number, "status": "Accepted"}

    def _objection(self, variable: Variable, asked: Payload) -> str | None:
        number, kind = asked.get("id"), asked["type"]
        if not variable.supports_monitoring:
            return "Rejected"
        if kind.endswith("Threshold") and variable.data_type not in _NUMBERS:
            return "UnsupportedMonitorType"
        if number is not None and number not in self.monitors:
            return "Rejected"
        same = [
            each
            for each in self.monitors.values()
            if each.variable is variable
            and (each.kind, each.severity) == (kind, asked["severity"])
            and each.id != number
        ]
        return "Duplicate" if same else None

    def _clear(self, payload: Payload) -> Payload:
        results = []
        for number in payload["id"]:
            known = self.monitors.pop(number, None) is not None
            results.append(
                {"id": number, "status": "Accepted" if known else "NotFound"}
            )
        return {"clearMonitoringResult": results}

    def _set_base(self, payload: Payload) -> Payload:
        self.base = payload["monitoringBase"]
        if self.base != "All":
            self.monitors.clear()
        return {"status": "Accepted"}

    def _set_level(self, payload: Payload) -> Payload:
        level = payload["severity"]
        if not 0 <= level <= 9:
            return {"status": "Rejected"}
        self._core.model.set("MonitoringCtrlr", "ActiveMonitoringLevel", str(level))
        return {"status": "Accepted"}

    # Reports.

    def _get_report(self, payload: Payload) -> Payload:
        criteria = payload.get("monitoringCriteria", list(_CRITERIA.values()))
        wanted = payload.get("componentVariable", [])
        found = [
            each
            for each in self.monitors.values()
            if _CRITERIA[each.kind] in criteria
            and (not wanted or any(_is_of(each, item) for item in wanted))
        ]
        if not found:
            return {"status": "EmptyResultSet"}
        self._core.link.after_answer(self._report(payload["requestId"], found))
        return {"status": "Accepted"}

    async def _report(self, request_id: int, found: Sequence[Monitor]) -> None:
        for number, each in enumerate(found):
            part = {
                "requestId": request_id,
                "seqNo": number,
                "tbc": number + 1 < len(found),
                "generatedAt": self._core.shown_time(),
                "monitor": [
                    {
                        "component": each.variable.place.told(),
                        "variable": each.variable.told(),
                        "variableMonitoring": [
                            {**each.told(), **self._notification_type()}
                        ],
                    }
                ],
            }
            await self._core.link.call("NotifyMonitoringReport", part)

    def _notification_type(self) -> Payload:
        return (
            {"eventNotificationType": "CustomMonitor"} if self._core.link.is_2_1 else {}
        )

    # Events.

    async def change(self, place: Place, name: str, value: str) -> None:
        """Give a variable a value, and tell of it where a monitor asks for that."""
        variable = self._core.model.find(place, name)
        assert variable is not None
        variable.attributes["Actual"].value = value
        level = int(self._core.model.get("MonitoringCtrlr", "ActiveMonitoringLevel"))
        for monitor in list(self.monitors.values()):
            if monitor.variable is variable and monitor.severity <= level:
                trigger = monitor.check(_number(value) or 0.0)
                if trigger is not None:
                    more = {"variableMonitoringId": monitor.id}
                    if trigger == "Alerting" and not monitor.raised:
                        more["cleared"] = True
                    await self.raise_event(variable, trigger, "CustomMonitor", more)

    async def raise_event(
        self,
        variable: Variable,
        trigger: str = "Alerting",
        notification: str = "HardWiredNotification",
        more: Payload | None = None,
    ) -> None:
        """Tell of an event at a variable."""
        self._last_event += 1
        event = {
            "eventId": self._last_event,
            "timestamp": self._core.shown_time(),
            "trigger": trigger,
            "actualValue": variable.actual,
            "eventNotificationType": notification,
            "component": variable.place.told(),
            "variable": variable.told(),
            **(more or {}),
        }
        message = {
            "generatedAt": self._core.shown_time(),
            "seqNo": 0,
            "tbc": False,
            "eventData": [event],
        }
        await self._core.link.call("NotifyEvent", message)

    async def stream(self, number: int, values: Sequence[str]) -> None:
        """Send values of a periodic event stream, which OCPP 2.1 knows; there is no answer."""
        data = [{"t": float(index), "v": value} for index, value in enumerate(values)]
        message = {
            "id": number,
            "pending": 0,
            "basetime": self._core.shown_time(),
            "data": data,
        }
        await self._core.link.send("NotifyPeriodicEventStream", message)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _is_of(monitor: Monitor, wanted: Payload) -> bool:
    name = wanted.get("variable", {}).get("name", monitor.variable.name)
    same_place = Place.read(wanted["component"]).key() == monitor.variable.place.key()
    return same_place and name.casefold() == monitor.variable.name.casefold()
