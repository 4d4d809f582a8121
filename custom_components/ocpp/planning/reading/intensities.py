"""Units of the carbon intensity of electricity, in which entities tell how clean it is."""

import re

from .energies import energy_factor

_GRAMS = {"g": 1.0, "kg": 1000.0, "t": 1e6, "mg": 0.001, "lb": 453.592, "lbs": 453.592}
_MASS = re.compile(
    r"(?P<mass>kg|mg|g|t|lbs?)(?:rams?)?[\s·-]*(?:of\s+)?(?:co2|carbon)?[\s-]*(?:eq?\.?|equivalent)?",
    re.IGNORECASE,
)
_PER = re.compile(r"\s*(?:/|\bper\b)\s*", re.IGNORECASE)


def intensity_factor(unit: str) -> float | None:
    """Return the factor from a unit to grams per kWh, such as that of `kgCO2eq/MWh`; None for any other unit."""
    mass, *energies = _PER.split(unit.replace("₂", "2").strip(), maxsplit=1)
    found = _MASS.fullmatch(mass.strip())
    energy = energy_factor(energies[0]) if energies else None
    if found is None or energy is None:
        return None
    return _GRAMS[found["mass"].casefold()] * energy
