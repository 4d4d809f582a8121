"""The settings that every charger should have, under whatever names its version knows them."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from .capabilities import Capabilities
from .settings import Setting

SAMPLE_INTERVAL_S = 10
"""The wanted interval between meter values while a car charges; short enough to follow the sun."""

WANTED_MEASURANDS: Sequence[str] = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Current.Offered",
    "Voltage",
    "SoC",
)
"""The measurands that control and accounts need, the most important first."""


class Want(StrEnum):
    """The purpose of a setting that is wanted."""

    SAMPLE_INTERVAL = "sample interval"
    MEASURANDS = "measurands"
    HEARTBEAT_INTERVAL = "heartbeat interval"
    PING_INTERVAL = "ping interval"
    CLOCK_ALIGNED_INTERVAL = "clock-aligned interval"


_PACES = {
    # A charger that is heard of seldom is taken for dead, or dropped by the network in between.
    Want.HEARTBEAT_INTERVAL: (range(10, 121), 60),
    Want.PING_INTERVAL: (range(5, 121), 60),
    # 0 is never; less than half a minute is a flood.
    Want.CLOCK_ALIGNED_INTERVAL: (range(30, 86_401), 0),
}
"""Intervals in seconds: those that are as good as any, and the one that is set otherwise."""

_PACES_WITHOUT_SAMPLES = {**_PACES, Want.CLOCK_ALIGNED_INTERVAL: (range(30, 61), 60)}
"""For chargers that send no values of their own while a car charges."""


def wanted_values(
    present: Mapping[Want, Setting],
    most_measurands: int | None,
    capabilities: Capabilities,
) -> dict[Want, Sequence[str]]:
    """Return the values that a charger's settings should have, the best first.

    Args:
        present: those of its settings that are wanted, as they are.
        most_measurands: how many measurands it can report, if that is known.
        capabilities: everything that is known of the charger.
    """
    values: dict[Want, Sequence[str]] = {}
    if Want.SAMPLE_INTERVAL in present:
        values[Want.SAMPLE_INTERVAL] = (str(capabilities.sample_interval_s),)
    paces = _PACES if _samples(present) else _PACES_WITHOUT_SAMPLES
    for want, (fitting, pace_s) in paces.items():
        if want in present and (now_s := present[want].count) is not None:
            kept = now_s in fitting or now_s == pace_s
            values[want] = (str(now_s if kept else pace_s),)
    if (measurands := present.get(Want.MEASURANDS)) is not None:
        values[Want.MEASURANDS] = [
            ",".join(names)
            for names in _measurand_lists(
                measurands.value, most_measurands, capabilities
            )
        ]
    return values


def _samples(present: Mapping[Want, Setting]) -> bool:
    """Return whether the charger can be set to send meter values while a car charges."""
    interval = present.get(Want.SAMPLE_INTERVAL)
    return interval is not None and not (interval.readonly and interval.value == "0")


def _measurand_lists(
    reported: str | None, max_length: int | None, capabilities: Capabilities
) -> Iterator[list[str]]:
    """Yield the lists of measurands to ask for, best first; the first is the present one if that suffices.

    Other measurands that it reports stay: somebody may have chosen them. A charger that refuses a list may not know
    the last measurand of it, so ever shorter ones follow.

    Args:
        reported: the measurands that it reports now, separated by commas.
        max_length: the number of measurands that it can report, if known.
        capabilities: everything that is known of the charger.
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
