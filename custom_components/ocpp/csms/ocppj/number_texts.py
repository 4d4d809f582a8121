"""Numbers as people write them, as far as there is one reading only: `1 000`, `1,000.5`, `1.000,5`, `0x0A`, `10 kWh`."""

import re

_LONGEST = 64
_PADDING = " \t\r\n\0\u00a0\u202f"
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,15}")
_DECIMAL = re.compile(r"([-+]?[0-9]+)(?:[.,]([0-9]+))?")
_GROUPED = tuple(
    re.compile(rf"([-+]?[0-9]{{1,3}}{pattern}")
    for pattern in (
        # A space or an apostrophe parts thousands, and so does a mark that stands twice, or before another one.
        r"(?:[ _'\u2019\u00a0\u202f][0-9]{3})+)(?:[.,]([0-9]+))?",
        r"(?:,[0-9]{3})+)\.([0-9]+)",
        r"(?:\.[0-9]{3})+),([0-9]+)",
        r"(?:,[0-9]{3}){2,})()",
        r"(?:\.[0-9]{3}){2,})()",
    )
)
_WITH_UNIT = re.compile(r"([-+]?[0-9][0-9., _'\u2019\u00a0\u202f]*)([^\W\d_]\w{0,9})")
_NO_DIGIT = re.compile(r"[^-+0-9]")


def number_in(text: str) -> float | None:
    """Return the number that a text is; None where it may be another one."""
    if len(text) > _LONGEST:
        return None
    bare = text.strip(_PADDING)
    if _HEXADECIMAL.fullmatch(bare):
        return float(int(bare, 16))
    for form in (_DECIMAL, *_GROUPED):
        if (found := form.fullmatch(bare)) is not None:
            whole = _NO_DIGIT.sub("", found[1])
            return float(f"{whole}.{found[2] or 0}")
    return None


def parted(text: str) -> tuple[float, str] | None:
    """Return the number and the unit behind it of which a text consists."""
    if len(text) > _LONGEST:
        return None
    found = _WITH_UNIT.fullmatch(text.strip(_PADDING))
    number = None if found is None else number_in(found[1])
    return None if found is None or number is None else (number, found[2])


def energy_wh(text: str) -> float | None:
    """Return an energy that is told with its unit."""
    match parted(text):
        case (number, unit) if unit.casefold() in _ENERGIES_WH:
            return number * _ENERGIES_WH[unit.casefold()]
        case _:
            return None


_ENERGIES_WH = {"wh": 1.0, "kwh": 1e3, "mwh": 1e6}
