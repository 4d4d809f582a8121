"""Faults of a site's meters, and findings of them."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Way in which what the meters tell does not fit."""

    GRID_INVERTED = "grid_inverted"
    """Import is told as export, and export as import."""
    BATTERY_INVERTED = "battery_inverted"
    """Discharge is told as charge, and charge as discharge."""
    IMPORT_UNSEEN = "import_unseen"
    """The grid meter tells nothing but export, and zero during import."""
    EXPORT_UNSEEN = "export_unseen"
    """The grid meter tells nothing but import, and zero during export."""
    BATTERY_UNSEEN = "battery_unseen"
    """A battery without a sensor answers a part of the cars' steps."""
    NOT_THE_GRID = "not_the_grid"
    """The grid meter does not answer the cars."""
    UNIT = "unit"
    """The grid meter answers with a thousandth, or thousandfold."""
    PHASES = "phases"
    """The grid meter answers with a third, or threefold."""
    GRID_DOUBLED = "grid_doubled"
    """The grid meter answers twofold: its power is counted twice."""
    SOLAR_INCOMPLETE = "solar_incomplete"
    """The sun rises and falls by more than the inverters tell: one of them is not set up."""
    CARS_COUNTED_TWICE = "cars_counted_twice"
    """The load of the house contains the cars, although it is set up as one that does not."""
    EXPORT_NEGATIVE = "export_negative"
    """A sensor of the export tells it as a negative number."""
    IMPORT_NEGATIVE = "import_negative"
    """A sensor of the import tells it as a negative number."""


class Basis(StrEnum):
    """Observation that a finding rests on."""

    STEPS = "steps"
    """Steps of the cars, and what the meters made of them."""
    NIGHT = "night"
    """Export without a source."""
    SUN = "sun"
    """Rise and fall of the solar power, and what is left of it in the balance."""
    CHARGE = "charge"
    """Rise and fall of the battery's state of charge."""
    FLOW = "flow"
    """Sign of a power that has one direction alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Fault with its figures.

    Attributes:
        fault: the fault.
        basis: the observation that it rests on.
        expected_w: the change, or power, that the meters should have told.
        told_w: what they told.
        count: the number of observations.
    """

    fault: Fault
    basis: Basis
    expected_w: float
    told_w: float
    count: int


KEPT_S = 14 * 24 * 3600.0
"""Time for which a fault is believed that nothing has confirmed or contradicted since."""

UNTRUSTED = frozenset(
    {
        Fault.GRID_INVERTED,
        Fault.BATTERY_INVERTED,
        Fault.NOT_THE_GRID,
        Fault.UNIT,
        Fault.PHASES,
        Fault.GRID_DOUBLED,
        Fault.CARS_COUNTED_TWICE,
        Fault.EXPORT_NEGATIVE,
        Fault.IMPORT_NEGATIVE,
    }
)
"""Faults under which no number of the grid meter can be counted on."""
