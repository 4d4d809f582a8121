"""Names of variables in messages of the device model."""

from typing import NotRequired, TypedDict

from ....devices.variables import VariableId
from ....model import Address
from ....ocppj.framing import Payload
from ..terms import EvsePayload, evse_field


class ComponentPayload(TypedDict):
    """OCPP's ComponentType."""

    name: str
    instance: NotRequired[str]
    evse: NotRequired[EvsePayload]


class VariablePayload(TypedDict):
    """OCPP's VariableType."""

    name: str
    instance: NotRequired[str]


class Named(TypedDict):
    """An item of a message that is about a variable."""

    component: ComponentPayload
    variable: VariablePayload


def variable_of(item: Named) -> VariableId:
    """Return the variable that an item is about."""
    component, variable = item["component"], item["variable"]
    evse = component.get("evse", {})
    return VariableId(
        variable["name"],
        component["name"],
        variable.get("instance"),
        component.get("instance"),
        evse.get("id"),
        evse.get("connectorId"),
    )


def names_of(variable: VariableId) -> Payload:
    """Return the fields that name a variable."""
    component: Payload = {"name": str(variable.component)}
    if variable.component_instance is not None:
        component["instance"] = variable.component_instance
    component |= evse_field(Address(variable.evse, variable.connector))
    named: Payload = {"name": variable.variable}
    if variable.instance is not None:
        named["instance"] = variable.instance
    return {"component": component, "variable": named}


def key_of(variable: VariableId) -> VariableId:
    """Return a variable under a name without regard to capitals, which the specification has none for (CiString)."""
    return VariableId.parse(str(variable).casefold())
