"""The ways to tell a charger a limit, best first.

A running session is limited by a TxProfile, which lives in the charger's memory, over a default that is written rarely.
Chargers differ in what they accept and in what they obey, so a charging profile is varied in one respect after the
other: without an end, relative to the session's start, without a start, in the other unit, on another stack level; then
in purpose.

Source: OCPP 1.6 specification, section 3.13; OCPP 2.0.1 part 2, K01.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ..devices.capabilities import Capabilities, Kind, Purpose, Unit

PROFILE_LIFETIME = timedelta(minutes=5)
"""How long a transaction's limit stays in force without being renewed."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell a charger a limit.

    `starts` means that the schedule names the instant at which it begins; `lifetime`, that it ends by itself.
    """

    purpose: Purpose
    kind: Kind
    unit: Unit = Unit.AMPERE
    stack_level: int = 0
    starts: bool = True
    lifetime: timedelta | None = None

    @property
    def form(self) -> tuple[Purpose, Kind]:
        """What matters most to whether it is obeyed."""
        return self.purpose, self.kind


def standing_ways(capabilities: Capabilities) -> tuple[Way, ...]:
    """Return the ways that hold outside a transaction."""
    if Purpose.TX_DEFAULT not in capabilities.purposes:
        return ()
    return tuple(_variations(Purpose.TX_DEFAULT, capabilities))


def transaction_ways(capabilities: Capabilities) -> tuple[Way, ...]:
    """Return the ways to change the limit of a running transaction.

    A maximum of the charger as a whole comes last, and is kept by it: only for those that obey nothing else.
    """
    return tuple(
        way
        for purpose in capabilities.purposes
        for way in _variations(purpose, capabilities)
    )


def _variations(purpose: Purpose, capabilities: Capabilities) -> Iterator[Way]:
    kind = capabilities.kinds[0]
    plain = Way(
        purpose,
        kind,
        capabilities.units[0],
        capabilities.stack_levels[0],
        starts=_starts(kind, capabilities),
    )
    if purpose is Purpose.TX and capabilities.duration:
        yield replace(plain, lifetime=PROFILE_LIFETIME)
    yield plain
    for other in capabilities.kinds[1:]:
        if purpose is not Purpose.CHARGE_POINT_MAX or other is Kind.ABSOLUTE:
            yield replace(plain, kind=other, starts=_starts(other, capabilities))
    if plain.starts:
        yield replace(plain, starts=False)
    for unit in capabilities.units[1:]:
        yield replace(plain, unit=unit)
    for stack_level in capabilities.stack_levels[1:]:
        yield replace(plain, stack_level=stack_level)


def _starts(kind: Kind, capabilities: Capabilities) -> bool:
    return capabilities.start_schedule and kind is Kind.ABSOLUTE
