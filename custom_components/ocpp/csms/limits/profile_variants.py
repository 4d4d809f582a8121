"""Variants of the charging profile that tells a charger a limit, best first.

A running session is limited by a TxProfile, which lives in the charger's memory, over a default that is written rarely.
Chargers differ in what they accept and in what they obey, so a charging profile is varied in one respect after the
other: without an end, relative to the session's start, without a start, in the other unit, on another stack level; then
in purpose.

Where a charger takes no default, nothing lies beneath a TxProfile, and the safe current follows in it.

Defaults and maxima outlive the session, so those that limit it end by themselves: a default on a level above the one
with the safe current expires, and what takes its place is followed by the safe current in a second period.

Source: OCPP 1.6 specification, section 3.13; OCPP 2.0.1 part 2, K01.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ..devices.capabilities import Capabilities, Kind, Purpose, Unit

PROFILE_LIFETIME = timedelta(minutes=5)
"""The time for which a transaction's limit stays in force without being renewed."""

KEPT_LIFETIME = timedelta(minutes=8)
"""The same for a limit that chargers keep in flash, which is renewed less often."""

ADVANCE_LIFETIME = timedelta(days=1)
"""The same for a limit that is sent before the transaction, and must outlive it."""


@dataclass(frozen=True, slots=True)
class ProfileVariant:
    """A form of the charging profile that sets a limit.

    With `starts` the schedule names the instant at which it begins; with a `lifetime` it ends by itself. If it then
    `falls_back`, the safe current follows in the same profile.
    """

    purpose: Purpose
    kind: Kind
    unit: Unit = Unit.AMPERE
    stack_level: int = 0
    starts: bool = True
    lifetime: timedelta | None = None
    falls_back: bool = False

    @property
    def lies_above(self) -> bool:
        """True if it lies above the safe current, on a level of its own, and leaves that in place."""
        expires = self.lifetime is not None and not self.falls_back
        return self.purpose is Purpose.TX_DEFAULT and expires

    @property
    def form(self) -> tuple[Purpose, Kind]:
        """The respects that decide most often if it is obeyed."""
        return self.purpose, self.kind

    def resembles(self, other: ProfileVariant) -> bool:
        """Return whether another one hardly differs from it."""
        return (self.form, self.stack_level) == (other.form, other.stack_level)

    def continues(self, other: ProfileVariant | None) -> bool:
        """Return whether it is another one, but perhaps for the safe current that follows a session's limit."""
        if other is None or self.purpose is not Purpose.TX:
            return self == other
        return replace(self, falls_back=other.falls_back) == other


def standing_variants(capabilities: Capabilities) -> tuple[ProfileVariant, ...]:
    """Return the variants that hold outside a transaction."""
    if Purpose.TX_DEFAULT not in capabilities.purposes:
        return ()
    return tuple(_variations(Purpose.TX_DEFAULT, capabilities))


def advance_variants(
    capabilities: Capabilities, standing: ProfileVariant | None = None
) -> tuple[ProfileVariant, ...]:
    """Return the variants that limit a transaction to come, at a charger that takes nothing once it runs.

    Args:
        capabilities: those of the charger.
        standing: the variant in which it has taken the safe current.
    """
    lasting = standing_variants(capabilities)
    first = standing or next(iter(lasting), None)
    if first is None or not lasting:
        return ()
    if not _may_fall_back(capabilities):
        return lasting
    return (replace(first, lifetime=ADVANCE_LIFETIME, falls_back=True), *lasting)


def transaction_variants(
    capabilities: Capabilities, standing: ProfileVariant | None = None
) -> tuple[ProfileVariant, ...]:
    """Return the variants that limit a running transaction.

    A maximum of the charger as a whole comes last, and is kept in its flash: only for those that obey nothing else. One
    that does not end is for those that can be told nothing else.

    Args:
        capabilities: those of the charger.
        standing: the variant in which it has taken the safe current.
    """
    variants: list[ProfileVariant] = []
    for purpose in capabilities.purposes:
        variations = list(_variations(purpose, capabilities))
        if purpose is Purpose.TX_DEFAULT and capabilities.duration:
            variants += _ending_defaults(standing or variations[0], capabilities)
        if purpose is Purpose.CHARGE_POINT_MAX and _may_fall_back(capabilities):
            variants += [_falling_back(variation) for variation in variations]
        if purpose is not Purpose.CHARGE_POINT_MAX or len(capabilities.purposes) == 1:
            variants += variations
    return tuple(variants)


def self_reliant_variants(
    variants: Iterable[ProfileVariant], capabilities: Capabilities
) -> Iterator[ProfileVariant]:
    """Yield the variants for a session beneath which there is no safe current: it follows in the same profile."""
    for variant in variants:
        expires = variant.lifetime is not None and not variant.falls_back
        if variant.purpose is Purpose.TX and expires and _may_fall_back(capabilities):
            yield replace(variant, falls_back=True)
        yield variant


def maximum_variants(
    capabilities: Capabilities, learned: ProfileVariant | None = None
) -> tuple[ProfileVariant, ...]:
    """Return the variants of a maximum that stays, the one that is most like a learned one first."""
    variations = _variations(Purpose.CHARGE_POINT_MAX, capabilities)
    if learned is None:
        return tuple(variations)
    lasting = replace(learned, lifetime=None, falls_back=False)
    return tuple(dict.fromkeys((lasting, *variations)))


def _ending_defaults(
    standing: ProfileVariant, capabilities: Capabilities
) -> Iterator[ProfileVariant]:
    highest = max(capabilities.stack_levels)
    if highest > standing.stack_level:
        yield replace(standing, stack_level=highest, lifetime=KEPT_LIFETIME)
    if _may_fall_back(capabilities):
        yield _falling_back(standing)


def _may_fall_back(capabilities: Capabilities) -> bool:
    """Return whether the safe current can follow in the same schedule, in a period of its own."""
    return capabilities.duration and capabilities.schedule_periods > 1


def _falling_back(variant: ProfileVariant) -> ProfileVariant:
    return replace(variant, lifetime=KEPT_LIFETIME, falls_back=True)


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
