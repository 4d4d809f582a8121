"""Marks of vehicles: the hardware address of a charge controller (EVCCID), or an identification number."""

import re

MARK = "VID:"
"""The beginning of a token that is the mark of a vehicle."""
_BEGINNING = re.compile(r"(?:VID|VIN|EVCCID)\s*[:=]\s*")
_SEPARATORS = str.maketrans("", "", " :-.")
_ADDRESS = re.compile(r"[0-9A-F]{12}|[0-9A-F]{14}|[0-9A-F]{16}")
_NUMBER = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[0-9A-Z]{17,20}")
"""Identification numbers have 17 characters, and the EVCCID of ISO 15118-20 has up to 20."""
_BYTES = 12
_MADE_UP = "2367ABEF"
"""The second digits of addresses that their device has made up, perhaps anew each time."""


def vehicle_mark(text: str) -> str | None:
    """Return the mark in a text, without prefix and separators; None if there is none."""
    plain = _BEGINNING.sub("", text.strip().upper()).translate(_SEPARATORS)
    if _ADDRESS.fullmatch(plain):
        return _unpadded(plain)
    return plain if _NUMBER.fullmatch(plain) else None


def _unpadded(digits: str) -> str:
    """Return an address of six bytes of those that are filled up to seven or eight."""
    spare = len(digits) - _BYTES
    if spare and digits.startswith("0" * spare):
        return digits[spare:]
    if digits[6:10] == "FFFE" and len(digits) > _BYTES + 2:
        return digits[:6] + digits[10:]
    return digits


def names_vehicle(token: str) -> bool:
    """Return whether a token says that it is the mark of a vehicle."""
    return _BEGINNING.match(token.strip().upper()) is not None


def is_address(mark: str) -> bool:
    """Return whether a mark is a hardware address."""
    return _ADDRESS.fullmatch(mark) is not None


def may_change(mark: str) -> bool:
    """Return whether a mark is an address that a vehicle may have made up for this once."""
    return is_address(mark) and mark[1] in _MADE_UP
