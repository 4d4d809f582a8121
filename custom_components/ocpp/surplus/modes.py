"""What the modes mean, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from .model import Mode


@dataclass(frozen=True, slots=True)
class Policy:
    """How a mode weighs the sun against the grid.

    `import_aversion` is how many watt-hours of sun must be won to make up for one from the grid. `start_share`
    is the share of the car's least power that the sun must give before a session starts or resumes.
    `tops_up` says whether the grid may fill in for good what is missing to that power, as long as it is worth it.
    `rounding` says which way a current that the charger cannot be set to is rounded: 0 down, 0.5 to the
    nearest.
    """

    import_aversion: float
    start_share: float
    tops_up: bool
    rounding: float


POLICIES: Mapping[Mode, Policy] = {
    Mode.PV_ONLY: Policy(
        import_aversion=3.0, start_share=1.0, tops_up=False, rounding=0.0
    ),
    Mode.PV_PRIORITY: Policy(
        import_aversion=1.0, start_share=0.65, tops_up=True, rounding=0.5
    ),
    Mode.ECO_PLUS: Policy(
        import_aversion=3.0, start_share=1.0, tops_up=False, rounding=0.0
    ),
}
"""The modes that follow the sun; the others follow nothing."""
