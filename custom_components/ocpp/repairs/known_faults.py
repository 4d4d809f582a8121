"""The repair of a firmware with faults that a newer one does not have."""

from ..chargers.charger import Charger
from ..issues import Issue


def known_faults_issue(charger: Charger) -> Issue | None:
    """Return the issue of a charger whose firmware has faults; None if none is known, or no newer one is without."""
    known, info = charger.station.known_model, charger.station.snapshot.info
    if known is None or info is None:
        return None
    faults = [fact for fact in known.facts if "<" in (fact.firmware or "")]
    if not faults:
        return None
    return Issue(
        "firmware_known_faults",
        {
            "charger": charger.name,
            "firmware": info.firmware_version or "?",
            "affected": ", ".join(sorted({str(fault.firmware) for fault in faults})),
            "faults": " ".join(fault.text for fault in faults),
        },
    )
