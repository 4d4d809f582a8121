"""Knowledge of a charger's compliance that survives a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .findings import Finding
from .profile_variants import ProfileVariant


@dataclass(frozen=True, slots=True)
class LearnedCompliance:
    """Knowledge of a charger's compliance that is worth remembering; it holds for one firmware.

    `ignored` are the variants that it accepted and did not obey; `refused` counts how often it refused a variant and
    then accepted another; `found_ignored` and `found_refused` tell for how long they are left for last, and those without
    are not. `taken_over` are the EVSEs whose default is ours: what others had left there is gone. With `holds_maximum`, a
    maximum of ours for the charger as a whole lies there, which it keeps until it is cleared.
    """

    ignored: frozenset[ProfileVariant] = frozenset()
    refused: Mapping[ProfileVariant, int] = field(default_factory=dict)
    taken_over: frozenset[int] = frozenset()
    found_ignored: Mapping[ProfileVariant, Finding] = field(default_factory=dict)
    found_refused: Mapping[ProfileVariant, Finding] = field(default_factory=dict)
    holds_maximum: bool = False

    def ignored_at(self, now: datetime) -> list[ProfileVariant]:
        """Return the variants that are left for last at a time, since the charger ignores them."""
        found = self.found_ignored
        return [variant for variant, each in found.items() if each.holds(now)]
