"""The messages about the device model: reading, writing, and reports in parts."""

from collections.abc import Callable, Iterable, Sequence

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler, Refusal
from tests.simulator.station2.wire.schemas import Payload

from .device_model import READ_ONLY, WRITE_ONLY, Place, Variable

_SUMMARY = frozenset({"AvailabilityState", "Active", "Available", "Enabled", "Problem"})


class Variables:
    """The part of a station that tells and changes its variables."""

    def __init__(self, core: Core) -> None:
        """Initialize with a station that refuses no value."""
        self._core = core
        self.page_size = 15
        """The number of variables in one message of a report."""
        self.refuses: Callable[[Variable, str], bool] = lambda variable, value: False
        """Tells which values to reject."""
        self.on_change: Callable[[Variable], None] = lambda variable: None
        """Is told of each variable that was changed."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "GetVariables": self._get_variables,
            "SetVariables": self._set_variables,
            "GetBaseReport": self._get_base_report,
            "GetReport": self._get_report,
        }

    # Reading.

    def _get_variables(self, payload: Payload) -> Payload:
        asked = payload["getVariableData"]
        self._bound("GetVariables", asked)
        return {"getVariableResult": [self._got(each) for each in asked]}

    def _bound(self, action: str, items: Sequence[object]) -> None:
        variable = self._core.model.find(
            Place("DeviceDataCtrlr"), "ItemsPerMessage", action
        )
        if variable is not None and len(items) > int(variable.actual):
            self._core.link.note_violation(action, "TooManyElements", str(len(items)))
            raise Refusal("OccurrenceConstraintViolation", "too many elements")

    def _got(self, asked: Payload) -> Payload:
        result = _echo(asked)
        found = self._found(asked)
        if isinstance(found, str):
            return {**result, "attributeStatus": found}
        attribute = found.attributes.get(asked.get("attributeType", "Actual"))
        if attribute is None:
            return {**result, "attributeStatus": "NotSupportedAttributeType"}
        if attribute.mutability == WRITE_ONLY:
            return {**result, "attributeStatus": "Rejected"}
        told = {"attributeStatus": "Accepted", "attributeValue": attribute.value or ""}
        return {**result, **told}

    def _found(self, asked: Payload) -> Variable | str:
        """Return a variable, or the reason that there is none."""
        place, named = Place.read(asked["component"]), asked["variable"]
        if not self._core.model.knows(place):
            return "UnknownComponent"
        found = self._core.model.find(place, named["name"], named.get("instance"))
        return found or "UnknownVariable"

    # Writing.

    def _set_variables(self, payload: Payload) -> Payload:
        asked = payload["setVariableData"]
        self._bound("SetVariables", asked)
        return {"setVariableResult": [self._written(each) for each in asked]}

    def _written(self, asked: Payload) -> Payload:
        return {**_echo(asked), "attributeStatus": self._write(asked)}

    def _write(self, asked: Payload) -> str:
        found = self._found(asked)
        if isinstance(found, str):
            return found
        kind, value = asked.get("attributeType", "Actual"), asked["attributeValue"]
        attribute = found.attributes.get(kind)
        if attribute is None:
            return "NotSupportedAttributeType"
        if attribute.mutability == READ_ONLY or not found.takes(value):
            return "Rejected"
        if self.refuses(found, value):
            return "Rejected"
        if found.needs_reboot and kind == "Actual":
            found.pending = value
            return "RebootRequired"
        attribute.value = value
        self.on_change(found)
        return "Accepted"

    # Reports.

    def _get_base_report(self, payload: Payload) -> Payload:
        match payload["reportBase"]:
            case "FullInventory":
                variables = list(self._core.model)
            case "ConfigurationInventory":
                variables = [each for each in self._core.model if _can_be_set(each)]
            case _:
                variables = [each for each in self._core.model if each.name in _SUMMARY]
        return self._report(payload["requestId"], variables)

    def _get_report(self, payload: Payload) -> Payload:
        wanted = payload.get("componentVariable", [])
        self._bound("GetReport", wanted)
        criteria = payload.get("componentCriteria", [])
        variables = [
            variable
            for variable in self._core.model
            if (not wanted or any(_matches(each, variable) for each in wanted))
            and (not criteria or self._meets(variable.place, criteria))
        ]
        return self._report(payload["requestId"], variables)

    def _meets(self, place: Place, criteria: Iterable[str]) -> bool:
        """Return True if a component is as one criterion says; those that cannot tell are no problem."""
        for name in criteria:
            variable = self._core.model.find(place, name)
            if variable is None and name != "Problem":
                return True
            if variable is not None and variable.actual == "true":
                return True
        return False

    def _report(self, request_id: int, variables: Sequence[Variable]) -> Payload:
        if not variables:
            return {"status": "EmptyResultSet"}
        self._core.link.after_answer(self._tell(request_id, variables))
        return {"status": "Accepted"}

    async def _tell(self, request_id: int, variables: Sequence[Variable]) -> None:
        starts = range(0, len(variables), self.page_size)
        for number, start in enumerate(starts):
            page = variables[start : start + self.page_size]
            report = {
                "requestId": request_id,
                "generatedAt": self._core.shown_time(),
                "seqNo": number,
                "tbc": number + 1 < len(starts),
                "reportData": [variable.report() for variable in page],
            }
            await self._core.link.call("NotifyReport", report)


def _echo(asked: Payload) -> Payload:
    names = ("component", "variable", "attributeType")
    return {name: asked[name] for name in names if name in asked}


def _can_be_set(variable: Variable) -> bool:
    attributes = variable.attributes.values()
    return any(attribute.mutability != READ_ONLY for attribute in attributes)


def _matches(wanted: Payload, variable: Variable) -> bool:
    """Return True if a variable is one of those that are asked for; what is not named may be anything."""
    place, named = Place.read(wanted["component"]), wanted.get("variable", {})
    asked = [
        (place.name, variable.place.name),
        (place.instance, variable.place.instance),
        (place.evse_id, variable.place.evse_id),
        (place.connector_id, variable.place.connector_id),
        (named.get("name"), variable.name),
        (named.get("instance"), variable.instance),
    ]
    return all(each is None or _same(each, known) for each, known in asked)


def _same(asked: object, known: object) -> bool:
    return str(asked).casefold() == str(known).casefold()
