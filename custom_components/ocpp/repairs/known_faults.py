"""The repairs of a firmware with faults that a newer one does not have."""

from collections.abc import Mapping

from ..chargers.charger import Charger
from ..issues import Issue


def known_faults_issues(charger: Charger) -> Mapping[str, Issue]:
    """Return the issues of a charger whose firmware has faults, by their ids; facts of one fault share an issue."""
    known, info = charger.station.known_model, charger.station.snapshot.info
    if known is None or info is None:
        return {}
    affected = {
        fact.fault: fact.firmware or "?"
        for fact in known.facts
        if fact.fault is not None
    }
    return {
        f"firmware_fault_{fault}_{charger.identity}": Issue(
            f"firmware_fault_{fault}",
            {
                "charger": charger.name,
                "firmware": info.firmware_version or "?",
                "affected": versions,
            },
        )
        for fault, versions in affected.items()
    }
