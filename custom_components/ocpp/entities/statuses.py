"""The states of connectors as entities and cards name them."""

from ..csms.evses.status import ConnectorStatus

STATUSES = {
    ConnectorStatus.AVAILABLE: "available",
    ConnectorStatus.PREPARING: "preparing",
    ConnectorStatus.CHARGING: "charging",
    ConnectorStatus.SUSPENDED_EVSE: "suspended_evse",
    ConnectorStatus.SUSPENDED_EV: "suspended_ev",
    ConnectorStatus.FINISHING: "finishing",
    ConnectorStatus.RESERVED: "reserved",
    # Home Assistant has a meaning of its own for "unavailable".
    ConnectorStatus.UNAVAILABLE: "inoperative",
    ConnectorStatus.FAULTED: "faulted",
}
