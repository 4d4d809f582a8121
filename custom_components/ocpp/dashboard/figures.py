"""Figures as cards show them: rounded, so that noise is no change."""


def watts(power_w: float | None) -> int | None:
    """Return a power in tens of watts."""
    return None if power_w is None else round(power_w / 10) * 10


def amperes(current_a: float | None) -> float | None:
    """Return a current in tenths of an ampere."""
    return None if current_a is None else round(current_a, 1)


def kilowatt_hours(energy_wh: float | None) -> float | None:
    """Return an energy in hundredths of a kWh."""
    return None if energy_wh is None else round(energy_wh / 1000, 2)


def money(amount: float | None) -> float | None:
    """Return an amount in hundredths."""
    return None if amount is None else round(amount, 2)


def minute(at_s: float | None) -> int | None:
    """Return an instant to the minute, in seconds since 1970."""
    return None if at_s is None else round(at_s / 60) * 60
