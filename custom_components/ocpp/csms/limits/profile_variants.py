"""Variants of the charging profile that tells a charger a limit, best first.

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
"""The time for which a transaction's limit stays in force without being renewed."""


@dataclass(frozen=True, slots=True)
class ProfileVariant:
    """A form of the charging profile that sets a limit.

    With `starts` the schedule names the instant at which it begins; with a `lifetime` it ends by itself.
    """

    purpose: Purpose
    kind: Kind
    unit: Unit = Unit.AMPERE
    stack_level: int = 0
    starts: bool = True
    lifetime: timedelta | None = None

    @property
    def form(self) -> tuple[Purpose, Kind]:
        """The respects that decide most often if it is obeyed."""
        return self.purpose, self.kind


def standing_variants(capabilities: Capabilities) -> tuple[ProfileVariant, ...]:
    """Return the variants that hold outside a transaction."""
    if Purpose.TX_DEFAULT not in capabilities.purposes:
        return ()
    return tuple(_variations(Purpose.TX_DEFAULT, capabilities))


def transaction_variants(capabilities: Capabilities) -> tuple[ProfileVariant, ...]:
    """Return the variants that limit a running transaction.

    A maximum of the charger as a whole comes last, and is kept in its flash: only for those that obey nothing else.
    """
    return tuple(
        variant
        for purpose in capabilities.purposes
        for variant in _variations(purpose, capabilities)
    )


def _variations(
    purpose: Purpose, capabilities: Capabilities
) -> Iterator[ProfileVariant]:
    kind = capabilities.kinds[0]
    plain = ProfileVariant(
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
