"""The repairs of faults that a charger reports."""

from ..csms.evses.status import ConnectorStatus, StatusDetails
from ..csms.model import Evse, Snapshot
from ..issues import Issue


def charger_fault(snapshot: Snapshot, name: str) -> Issue | None:
    """Return the repair of a fault of the whole charger, if it reports one."""
    details = snapshot.status_details
    if details.error_code is None and snapshot.status is not ConnectorStatus.FAULTED:
        return None
    return Issue("charger_faulted", {"charger": name, "error": _described(details)})


def connector_fault(evse: Evse, name: str) -> Issue | None:
    """Return the repair of a connector that is out of order; an error at one that works is none."""
    if evse.status is not ConnectorStatus.FAULTED:
        return None
    return Issue(
        "connector_faulted",
        {
            "charger": name,
            "connector": str(evse.id),
            "error": _described(evse.status_details),
        },
    )


def _described(details: StatusDetails) -> str:
    told = (details.error_code, details.vendor_error_code, details.info)
    return ", ".join(text for text in told if text) or "?"
