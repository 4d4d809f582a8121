"""Names of settings: the variables of OCPP 2.x, and the configuration keys of OCPP 1.6."""

from dataclasses import dataclass
import re
from typing import override

_RESERVED = re.compile(r"[.\[\]#%]")
_ENCODED = re.compile("%(2E|5B|5D|23|25)")
_NAME, _INSTANCE = r"([^.\[\]#]+)", r"(?:\[([^.\[\]#]*)\])?"
VARIABLE_PATTERN = (
    rf"^{_NAME}{_INSTANCE}(?:#([0-9]+)(?::([0-9]+))?)?\.{_NAME}{_INSTANCE}$"
)
"""The text form of a variable that belongs to a component."""
_VARIABLE = re.compile(VARIABLE_PATTERN)


@dataclass(frozen=True, slots=True)
class VariableId:
    """The name of a setting; a configuration key is a variable that belongs to no component.

    As text, a key is itself, and a variable stands behind its component: `OCPPCommCtrlr.HeartbeatInterval`,
    `DeviceDataCtrlr.ItemsPerMessage[GetVariables]`, `Connector#1:2.Available` (of connector 2 of EVSE 1).
    """

    variable: str
    component: str | None = None
    instance: str | None = None
    component_instance: str | None = None
    evse: int | None = None
    connector: int | None = None

    @override
    def __str__(self) -> str:
        """Return the text form."""
        if self.component is None:
            return self.variable
        component = _with_instance(self.component, self.component_instance)
        place = "" if self.evse is None else f"#{self.evse}"
        if self.evse is not None and self.connector is not None:
            place += f":{self.connector}"
        return f"{component}{place}.{_with_instance(self.variable, self.instance)}"

    @classmethod
    def parse(cls, text: str) -> VariableId:
        """Return the variable that a text names; a text without a component is taken for a key."""
        match = _VARIABLE.fullmatch(text)
        if match is None:
            return cls(text)
        component, component_instance, evse, connector, variable, instance = (
            match.groups()
        )
        return cls(
            _decoded(variable),
            _decoded(component),
            instance if instance is None else _decoded(instance),
            component_instance
            if component_instance is None
            else _decoded(component_instance),
            evse if evse is None else int(evse),
            connector if connector is None else int(connector),
        )


def _with_instance(name: str, instance: str | None) -> str:
    return _encoded(name) + ("" if instance is None else f"[{_encoded(instance)}]")


def _encoded(name: str) -> str:
    return _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", name)


def _decoded(name: str) -> str:
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), name)
