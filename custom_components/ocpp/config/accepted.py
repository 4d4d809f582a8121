"""Faults of chargers that their owners have accepted, so that they are told no more."""

from collections.abc import Mapping
from enum import StrEnum

CONF_ACCEPTED = "accepted_faults"


class AcceptedFault(StrEnum):
    """A fault that an owner can live with."""

    LIMITS = "limits"
    """The charger does not keep to its limits."""
    ONE_PHASE = "one_phase"
    """Cars charge there on one phase."""


def accepted_faults(data: Mapping[str, object]) -> frozenset[AcceptedFault]:
    """Return the faults that the owner of a charger has accepted, from the data of its subentry."""
    given = data.get(CONF_ACCEPTED)
    listed = given if isinstance(given, list | tuple) else ()
    return frozenset(each for each in AcceptedFault if each in listed)


def with_accepted(
    data: Mapping[str, object], fault: AcceptedFault
) -> dict[str, list[str]]:
    """Return the change of the data of a charger's subentry by which a fault is accepted, too."""
    return {CONF_ACCEPTED: sorted({*accepted_faults(data), fault})}
