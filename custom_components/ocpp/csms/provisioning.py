"""What a charger is asked to report, and what differs from that.

Only what is needed is read, and only what differs is written: chargers keep settings in flash, and some reboot
at a write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAMPLE_INTERVAL_S = 10
"""How often a charging car's values are wanted; often enough to follow the sun."""

WANTED_MEASURANDS: Sequence[str] = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Current.Offered",
    "Voltage",
    "SoC",
)
"""What control and accounts live on, the most important first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A charger's setting: an OCPP 1.6 configuration key, or a 2.x variable."""

    key: str
    value: str | None
    readonly: bool = False


def differing(
    settings: Mapping[str, Setting], wanted: Mapping[str, str]
) -> dict[str, str]:
    """Return what must be written: settings the charger has, can change, and holds otherwise."""
    return {
        key: value
        for key, value in wanted.items()
        if (setting := settings.get(key)) is not None
        and not setting.readonly
        and setting.value != value
    }


def measurands(reported: str | None, max_length: int | None) -> list[str] | None:
    """Return the measurands to ask for; None when the charger reports all that are wanted.

    What it reports besides stays: somebody may have chosen it.

    Args:
        reported: what it reports now, separated by commas.
        max_length: how many it can report.
    """
    # A phase suffix, as in `Voltage.L1-N`, asks for one phase only.
    present = [name.strip() for name in (reported or "").split(",") if name.strip()]
    missing = [
        name
        for name in WANTED_MEASURANDS
        if not any(have == name or have.startswith(f"{name}.L") for have in present)
    ]
    if not missing:
        return None
    combined = [*present, *missing]
    if max_length is not None and len(combined) > max_length:
        combined = list(WANTED_MEASURANDS[:max_length])
    return combined if combined != present else None
