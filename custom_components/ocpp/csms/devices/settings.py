"""What a charger is asked to report, what differs from that, and what it made of it.

Only what is needed is read, and only what differs is written: chargers keep settings in flash, and some reboot
at a write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .capabilities import Capabilities

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

READ_ALL = "read all settings"
READ_NEEDED = "read the settings that are needed"


@dataclass(frozen=True, slots=True)
class Setting:
    """A charger's setting: an OCPP 1.6 configuration key, or a 2.x variable."""

    key: str
    value: str | None
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was learned while a charger was set up, and holds for its firmware.

    `complete`, once all its settings were read; `taken` are the values that it has accepted, by setting, and `refused`
    those that it does not take, or does not keep; `harmful` the steps after which it has rebooted, and which are left
    out from then on.
    """

    complete: bool = False
    taken: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    harmful: frozenset[str] = frozenset()

    def taking(self, key: str, value: str) -> Provisioned:
        """Return this with a value that the charger has accepted."""
        return replace(self, taken={**self.taken, key: value})

    def refusing(self, key: str, value: str) -> Provisioned:
        """Return this with one more value that the charger does not take."""
        values = self.refused.get(key, frozenset()) | {value}
        return replace(self, refused={**self.refused, key: values})

    def seeing(self, setting: Setting) -> Provisioned:
        """Return this after a look at a setting: a value that is not there was not kept, or somebody has changed it."""
        taken = self.taken.get(setting.key)
        if taken is None or taken == setting.value:
            return self
        return self.refusing(setting.key, taken)

    def improvements(self, setting: Setting, values: Sequence[str]) -> list[str]:
        """Return the values that are better than the present one and that the charger may take, best first."""
        if setting.value in values:
            values = values[: values.index(setting.value)]
        refused = self.refused.get(setting.key, frozenset())
        return [value for value in values if value not in refused]


def write_step(key: str) -> str:
    """Return what writing a setting is called where steps are remembered."""
    return f"write {key}"


def writable(
    settings: Mapping[str, Setting],
    wanted: Mapping[str, Sequence[str]],
    capabilities: Capabilities,
) -> dict[str, Sequence[str]]:
    """Return what may be written: settings that the charger has, can change, and that are not left to its owner."""
    return {
        key: values
        for key, values in wanted.items()
        if (setting := settings.get(key)) is not None
        and not setting.readonly
        and key not in capabilities.frozen_settings
    }


def measurand_lists(
    reported: str | None, max_length: int | None, capabilities: Capabilities
) -> Iterator[list[str]]:
    """Yield the lists of measurands to ask for, best first; the first is what it reports if that suffices.

    What it reports besides stays: somebody may have chosen it. A charger that refuses a list may not know the last
    measurand of it, so ever shorter ones follow.

    Args:
        reported: what it reports now, separated by commas.
        max_length: how many it can report.
        capabilities: which measurands it is known to have, or to lack.
    """
    wanted = [
        name
        for name in capabilities.measurands or WANTED_MEASURANDS
        if name not in capabilities.unwanted_measurands
    ]
    # A phase suffix, as in `Voltage.L1-N`, asks for one phase only.
    present = [name.strip() for name in (reported or "").split(",") if name.strip()]
    for length in range(len(wanted), 0, -1):
        missing = [
            name
            for name in wanted[:length]
            if not any(have == name or have.startswith(f"{name}.L") for have in present)
        ]
        combined = [*present, *missing]
        if max_length is not None and len(combined) > max_length and missing:
            combined = wanted[: min(length, max_length)]
        yield combined
