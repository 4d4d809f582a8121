"""Export at night: a house draws power all the time, so without a source it cannot export."""

from dataclasses import dataclass, replace

from .findings import Basis, Fault, Finding
from .flows import Flow

DARK_BELOW_DEG = -4.0
"""Elevation of the sun below which there is no solar power."""
DARK_W = 10.0
"""Solar power that is none."""
SAMPLE_S = 60.0
EXPORT_W = 60.0
"""Export that is no error of a meter, nor of a battery's control."""
MIN_SAMPLES = 30
"""Number of samples in the dark, one a minute, that must show export, nearly all of them."""
LARGE_W = 2500.0
"""Export that more likely comes from a battery without a sensor, which is sold for an hour or two."""
MIN_LARGE_SAMPLES = 180
CONTRARY_SHARE = 0.04
"""Share of the samples that may show import."""
FADING = 0.995
"""Weight of a sample against the next one: what was seen in other nights fades."""


@dataclass(frozen=True, slots=True)
class Night:
    """Power that the grid meter told in the dark.

    Attributes:
        sampled_s: the instant of the last sample.
        exports: weight of the samples that showed export without a source.
        imports: weight of those that showed import.
        export_w: mean export in the former.
    """

    sampled_s: float = float("-inf")
    exports: float = 0.0
    imports: float = 0.0
    export_w: float = 0.0

    @property
    def finding(self) -> Finding | None:
        """Finding that the grid meter is inverted; None while that is not certain."""
        least = MIN_SAMPLES if self.export_w <= LARGE_W else MIN_LARGE_SAMPLES
        # The weights of so many samples have faded a little.
        enough = self.exports >= (1 - FADING**least) / (1 - FADING) - 0.5
        if not enough or self.imports > CONTRARY_SHARE * self.exports:
            return None
        return Finding(
            Fault.GRID_INVERTED,
            Basis.NIGHT,
            0.0,
            -self.export_w,
            round(self.exports),
        )


def with_night_flow(night: Night, flow: Flow, sun_deg: float | None) -> Night:
    """Return what is known of nights with a flow; `sun_deg` is the elevation of the sun."""
    if not _is_dark(flow, sun_deg) or flow.at_s < night.sampled_s + SAMPLE_S:
        return night
    unexplained_w = -flow.grid_w - max(0.0, flow.battery_w)
    night = replace(
        night,
        sampled_s=flow.at_s,
        exports=night.exports * FADING,
        imports=night.imports * FADING,
    )
    if unexplained_w > EXPORT_W:
        share = 1 / (night.exports + 1)
        mean_w = night.export_w + share * (unexplained_w - night.export_w)
        return replace(night, exports=night.exports + 1, export_w=mean_w)
    # A house that draws next to nothing says nothing.
    return replace(night, imports=night.imports + (flow.grid_w > EXPORT_W / 2))


def _is_dark(flow: Flow, sun_deg: float | None) -> bool:
    """Return True if there is certainly no solar power."""
    if flow.solar_w is not None and abs(flow.solar_w) > DARK_W:
        return False
    if sun_deg is None:
        return flow.solar_w is not None
    return sun_deg < DARK_BELOW_DEG
