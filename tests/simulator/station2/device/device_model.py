"""The device model: components, variables, and their attributes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from tests.simulator.station2.wire.schemas import Payload

READ_ONLY, READ_WRITE, WRITE_ONLY = "ReadOnly", "ReadWrite", "WriteOnly"


@dataclass(frozen=True, slots=True)
class Place:
    """A component, with the EVSE and connector that it belongs to."""

    name: str
    instance: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None

    @classmethod
    def read(cls, component: Payload) -> Self:
        """Return the component that a message names."""
        evse = component.get("evse", {})
        return cls(
            component["name"],
            component.get("instance"),
            evse.get("id"),
            evse.get("connectorId"),
        )

    def told(self) -> Payload:
        """Return the component as messages name it."""
        component: Payload = {"name": self.name}
        if self.instance is not None:
            component["instance"] = self.instance
        if self.evse_id is not None:
            component["evse"] = {"id": self.evse_id}
            if self.connector_id is not None:
                component["evse"]["connectorId"] = self.connector_id
        return component

    def key(self) -> tuple[object, ...]:
        """Return the component for comparison; its name and instance are the same in any case."""
        instance = self.instance and self.instance.casefold()
        return self.name.casefold(), instance, self.evse_id, self.connector_id


@dataclass(slots=True)
class Attribute:
    """One attribute of a variable."""

    value: str | None
    mutability: str = READ_ONLY
    persistent: bool = True
    constant: bool = False


@dataclass(slots=True)
class Variable:
    """A variable of a component, with its characteristics."""

    place: Place
    name: str
    instance: str | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    data_type: str = "string"
    unit: str | None = None
    min_limit: float | None = None
    max_limit: float | None = None
    values_list: str | None = None
    supports_monitoring: bool = False
    needs_reboot: bool = False
    pending: str | None = None
    """The value that it gets with the next boot."""

    @property
    def actual(self) -> str:
        """Its present value."""
        return self.attributes["Actual"].value or ""

    def told(self) -> Payload:
        """Return the variable as messages name it."""
        named: Payload = {"name": self.name}
        return named if self.instance is None else {**named, "instance": self.instance}

    def report(self) -> Payload:
        """Return the variable as reports tell it."""
        return {
            "component": self.place.told(),
            "variable": self.told(),
            "variableAttribute": [
                _reported(kind, attribute)
                for kind, attribute in self.attributes.items()
            ],
            "variableCharacteristics": self._characteristics(),
        }

    def _characteristics(self) -> Payload:
        optional = {
            "unit": self.unit,
            "minLimit": self.min_limit,
            "maxLimit": self.max_limit,
            "valuesList": self.values_list,
        }
        known = {name: value for name, value in optional.items() if value is not None}
        return {
            "dataType": self.data_type,
            "supportsMonitoring": self.supports_monitoring,
            **known,
        }

    def takes(self, value: str) -> bool:
        """Return True if the characteristics allow a value."""
        match self.data_type:
            case "boolean":
                return value in {"true", "false"}
            case "integer":
                return _is_integer(value) and self._within(float(value))
            case "decimal":
                return _is_decimal(value) and self._within(float(value))
            case "dateTime":
                return _is_date(value)
            case "OptionList":
                return value in self._options()
            case "MemberList" | "SequenceList":
                members = [each.strip() for each in value.split(",") if each.strip()]
                return self._options() >= set(members) or not self._options()
            case _:
                return self.max_limit is None or len(value) <= self.max_limit

    def _options(self) -> set[str]:
        return {each.strip() for each in (self.values_list or "").split(",")} - {""}

    def _within(self, number: float) -> bool:
        above = self.min_limit is None or number >= self.min_limit
        return above and (self.max_limit is None or number <= self.max_limit)


class DeviceModel:
    """All variables of a station."""

    def __init__(self, variables: list[Variable]) -> None:
        """Initialize with the variables."""
        self._variables: dict[tuple[object, ...], dict[tuple[str, str], Variable]] = {}
        for variable in variables:
            self.add(variable)

    def __iter__(self) -> Iterator[Variable]:
        """Return all variables."""
        for variables in self._variables.values():
            yield from variables.values()

    def add(self, variable: Variable) -> None:
        """Add a variable, in the place of one of the same name."""
        of_component = self._variables.setdefault(variable.place.key(), {})
        of_component[_key(variable.name, variable.instance)] = variable

    def remove(self, name: str) -> None:
        """Remove a component, wherever it is."""
        for key in [key for key in self._variables if key[0] == name.casefold()]:
            del self._variables[key]

    def knows(self, place: Place) -> bool:
        """Return True if there is such a component."""
        return place.key() in self._variables

    def find(
        self, place: Place, name: str, instance: str | None = None
    ) -> Variable | None:
        """Return a variable, if there is one."""
        return self._variables.get(place.key(), {}).get(_key(name, instance))

    def variable(
        self, component: str, name: str, instance: str | None = None
    ) -> Variable:
        """Return a variable of a component of the whole station, which must be there."""
        variable = self.find(Place(component), name, instance)
        assert variable is not None, f"{component}.{name}"
        return variable

    def get(self, component: str, name: str, instance: str | None = None) -> str:
        """Return the value of a variable, which must be there."""
        return self.variable(component, name, instance).actual

    def is_true(self, component: str, name: str) -> bool:
        """Return True if a variable is there and true."""
        variable = self.find(Place(component), name)
        return variable is not None and variable.actual == "true"

    def set(
        self, component: str, name: str, value: str, instance: str | None = None
    ) -> None:
        """Give a variable a value."""
        self.variable(component, name, instance).attributes["Actual"].value = value

    def reboot(self) -> None:
        """Give those variables their values that have waited for a boot."""
        for variable in self:
            if variable.pending is not None:
                variable.attributes["Actual"].value = variable.pending
                variable.pending = None


def _key(name: str, instance: str | None) -> tuple[str, str]:
    return name.casefold(), (instance or "").casefold()


def _reported(kind: str, attribute: Attribute) -> Payload:
    told: Payload = {
        "type": kind,
        "mutability": attribute.mutability,
        "persistent": attribute.persistent,
        "constant": attribute.constant,
    }
    if attribute.value is not None and attribute.mutability != WRITE_ONLY:
        told["value"] = attribute.value
    return told


def _is_integer(value: str) -> bool:
    return value.removeprefix("-").isdigit()


def _is_decimal(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
