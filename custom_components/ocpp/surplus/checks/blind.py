"""Cars that charge while a meter of the export alone stands at zero: their import is not seen."""

from dataclasses import dataclass, replace

from .findings import Basis, Fault, Finding
from .flows import Flow, MeterForm

MIN_S = 180.0
"""Time after which it is worth a word: a start at dusk is none."""
MAX_GAP_S = 60.0
"""Longest time that a sample stands for."""
ZERO_W = 30.0
"""Export that is none."""
DRAWN_W = 700.0


@dataclass(frozen=True, slots=True)
class BlindTime:
    """Time for which cars have charged without any export.

    Attributes:
        at_s: the instant of the last sample.
        seconds: the time.
        drawn_w: the last draw of the cars in it.
    """

    at_s: float = float("-inf")
    seconds: float = 0.0
    drawn_w: float = 0.0

    @property
    def finding(self) -> Finding | None:
        """Finding that the import is not measured; None while that has not mattered for long."""
        if self.seconds < MIN_S:
            return None
        minutes = round(self.seconds / 60)
        return Finding(Fault.IMPORT_UNSEEN, Basis.FLOW, self.drawn_w, 0.0, minutes)


def with_blind_flow(
    blind: BlindTime, flow: Flow, form: MeterForm, cars_w: float | None
) -> BlindTime:
    """Return the time after a flow and the draw of the cars then."""
    if form is not MeterForm.EXPORT_ONLY:
        return BlindTime()
    seconds = min(MAX_GAP_S, flow.at_s - blind.at_s)
    if cars_w is None or cars_w < DRAWN_W or flow.grid_w < -ZERO_W:
        return replace(blind, at_s=flow.at_s)
    return BlindTime(flow.at_s, blind.seconds + seconds, cars_w)
