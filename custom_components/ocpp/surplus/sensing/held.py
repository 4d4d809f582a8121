"""The time for which a reading of the grid holds, for those who look back at it."""

from dataclasses import replace

from ..accounts.origins import SILENT_AFTER_S
from ..model import SiteReading
from .sensing import Basis, Sensing

LONGEST_S = 600.0
"""Longest time for which the value of a slow meter counts."""


def held(reading: SiteReading, sensing: Sensing) -> SiteReading:
    """Return a reading with the latest instant at which silence meant that it was unchanged."""
    surplus = sensing.surplus
    if surplus is None or surplus.basis is not Basis.UNCHANGED:
        return reading
    return replace(reading, grid_at_s=max(reading.grid_at_s, surplus.at_s))


def holds_s(sensing: Sensing) -> float:
    """Return the time for which a value of the grid meter holds: until the next one is overdue."""
    return max(SILENT_AFTER_S, min(LONGEST_S, sensing.grid.samples.patience_s))
