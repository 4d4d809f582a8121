"""Compliance of one charger with its limits: the profile variants that it takes, refuses, or ignores."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from ..devices.capabilities import Capabilities, Purpose
from ..evses.transaction import Transaction
from ..model import Evse, Limit
from .charging_profile import feasible
from .findings import LONG_AGO, Finding, found
from .in_force import InForce
from .learned_compliance import LearnedCompliance
from .patience.backoff import Backoff
from .profile_variants import (
    ProfileVariant,
    advance_variants,
    maximum_variants,
    self_reliant_variants,
    standing_variants,
    transaction_variants,
)

ENOUGH_REFUSALS = 2
"""The number of refusals, while another variant is accepted, after which a variant is tried only after the others."""


class ProfileCompliance:
    """Compliance of one charger with the charging profiles that it was sent."""

    def __init__(
        self,
        capabilities: Capabilities,
        learned_compliance: LearnedCompliance | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Initialize with what was remembered."""
        self._standing_variant: ProfileVariant | None = None
        self._maximum_variant: ProfileVariant | None = None
        self._take(capabilities)
        learned_compliance = learned_compliance or LearnedCompliance()
        self._clock = clock
        self._ignored = {
            **dict.fromkeys(learned_compliance.ignored, Finding(LONG_AGO)),
            **learned_compliance.found_ignored,
        }
        self._refusals = {
            variant: Finding(LONG_AGO, times)
            for variant, times in learned_compliance.refused.items()
        } | dict(learned_compliance.found_refused)
        self.taken_over = set(learned_compliance.taken_over)
        """The EVSEs whose defaults are all ours."""
        self.refusing_safe: set[int] = set()
        """The EVSEs that have refused the safe current."""
        self._transaction_variants: dict[int, tuple[str, ProfileVariant]] = {}
        self._standing: dict[int, InForce] = {}
        self._transaction: dict[int, InForce] = {}
        self._maximum: InForce | None = None
        self.holds_maximum = learned_compliance.holds_maximum
        """True if a maximum of ours lies in the charger."""
        self._backoff = Backoff()

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities of the charger."""
        return self._capabilities

    def adapt(self, capabilities: Capabilities) -> None:
        """Take over what the charger can do; limits in a variant that it does not take any more count for nothing."""
        self._take(capabilities)
        for known, variants in (
            (self._standing, self._standing_variants + self._advance_variants),
            (self._transaction, self._session_variants),
        ):
            for evse_id, in_force in tuple(known.items()):
                if in_force.variant not in variants:
                    del known[evse_id]
        if self._maximum and self._maximum.variant.purpose not in capabilities.purposes:
            self._maximum = None

    def _take(self, capabilities: Capabilities) -> None:
        self._capabilities = capabilities
        self._standing_variants = standing_variants(capabilities)
        if self._standing_variant not in self._standing_variants:
            self._standing_variant = None
        self._derive_variants()

    def _derive_variants(self) -> None:
        """Derive the variants that depend on the one in which the charger has taken the safe current."""
        capabilities, standing = self._capabilities, self._standing_variant
        self._advance_variants = advance_variants(capabilities, standing)
        self._session_variants = transaction_variants(capabilities, standing)

    @property
    def learned_compliance(self) -> LearnedCompliance:
        """The part that is worth remembering."""
        return LearnedCompliance(
            frozenset(self._ignored),
            {variant: each.times for variant, each in self._refusals.items()},
            frozenset(self.taken_over),
            dict(self._ignored),
            dict(self._refusals),
            self.holds_maximum,
        )

    def is_ignored(self, variant: ProfileVariant) -> bool:
        """Return whether the charger accepts this variant, or one hardly different, and does not obey it."""
        return any(variant.resembles(other) for other in self._held())

    def _held(self) -> list[ProfileVariant]:
        """Return the variants that the charger is taken to ignore at this time."""
        now = self._clock()
        return [variant for variant, each in self._ignored.items() if each.holds(now)]

    def _is_refused(self, variant: ProfileVariant) -> bool:
        """Return whether the charger refuses a variant so often that others come first."""
        finding = self._refusals.get(variant)
        return (
            finding is not None
            and finding.times >= ENOUGH_REFUSALS
            and finding.holds(self._clock())
        )

    def ignores_all(self, transaction: Transaction) -> bool:
        """Return whether the charger obeys none of the variants that limit a session."""
        return all(self.is_ignored(each) for each in self.variants(transaction))

    def variants(self, transaction: Transaction | None) -> list[ProfileVariant]:
        """Return the variants to try: first the one that worked before in this session, last those that were ignored.

        A variant that was refused is tried again in the next session, since the charger may have had a passing reason,
        and then left for later. After an ignored variant come first those that differ from it most.
        """
        if transaction is None:
            return self._ranked(self._advance_variants, None)
        variants: Iterable[ProfileVariant] = self._session_variants
        if transaction.evse_id in self.refusing_safe or not self.takes_defaults:
            variants = self_reliant_variants(variants, self._capabilities)
        return self._ranked(variants, self._variant_in(transaction))

    def variants_above(self, evse_id: int) -> list[ProfileVariant]:
        """Return the variants that lie above the safe current of an EVSE, if that is in force."""
        if evse_id not in self._standing:
            return []
        return [each for each in self._session_variants if each.lies_above]

    def safe_variants(self) -> list[ProfileVariant]:
        """Return the variants in which the safe current lies beneath all limits, the one that worked before first."""
        if self.limits_by_maximum:
            variants = maximum_variants(self.capabilities, self._maximum_variant)
            return self._ranked(variants, None)
        return self._ranked(self._standing_variants, self._standing_variant)

    def _ranked(
        self, variants: Iterable[ProfileVariant], learned: ProfileVariant | None
    ) -> list[ProfileVariant]:
        suspect = {variant.form for variant in self._held()}

        def rank(variant: ProfileVariant) -> tuple[bool, ...]:
            return (
                self.is_ignored(variant),
                not variant.continues(learned),
                self._is_refused(variant),
                variant.form in suspect,
            )

        return sorted(variants, key=rank)

    @property
    def takes_defaults(self) -> bool:
        """True if the charger takes limits that hold outside a transaction."""
        return bool(self._standing_variants)

    def takes_limits(self, transaction: Transaction | None) -> bool:
        """Return whether the charger is sent a limit at this time: in the session, or before it if it obeys none in one.

        One that takes none at any time is asked, so that it is known.
        """
        if transaction is not None:
            return self.capabilities.obeys_in_session
        return self.takes_advance_limits or not self.capabilities.purposes

    @property
    def takes_advance_limits(self) -> bool:
        """True if the charger is sent a limit before the session that it is for."""
        return self.takes_defaults and not self.capabilities.obeys_in_session

    def found_ignored(self, evse_id: int, variant: ProfileVariant) -> None:
        """Remember that the charger accepted a limit in this variant and did not obey."""
        if not self.is_ignored(variant):
            before = self._ignored.get(variant)
            self._ignored[variant] = found(before, self._clock())
        self._transaction.pop(evse_id, None)
        if variant.purpose is Purpose.TX_DEFAULT and not variant.lies_above:
            self._standing.pop(evse_id, None)
        if variant.purpose is Purpose.CHARGE_POINT_MAX:
            self._maximum = None

    def found_obeyed(self, variant: ProfileVariant) -> None:
        """Take back that the charger does not obey this variant, or one hardly different."""
        self._ignored = {
            other: finding
            for other, finding in self._ignored.items()
            if not variant.resembles(other)
        }

    def accepted(
        self,
        limit: Limit,
        variant: ProfileVariant,
        evse_id: int,
        transaction: Transaction | None,
        now: datetime,
        refused: Iterable[ProfileVariant] = (),
    ) -> InForce:
        """Remember that the charger accepted a limit in this variant, after it had refused it in others."""
        for each in refused:
            self._refusals[each] = found(self._refusals.get(each), now)
        self._refusals.pop(variant, None)
        self._backoff.end(evse_id)
        if transaction is not None:
            self._transaction_variants[evse_id] = (transaction.id, variant)
        if variant.purpose is Purpose.CHARGE_POINT_MAX:
            in_force = InForce(limit, variant, None, now)
            self._maximum, self._maximum_variant = in_force, variant
            self.holds_maximum = True
            return in_force
        transaction_id = None if transaction is None else transaction.id
        in_force = InForce(limit, variant, transaction_id, now)
        if transaction is not None:
            self._transaction[evse_id] = in_force
        if variant.purpose is Purpose.TX_DEFAULT and not variant.lies_above:
            self._note_standing(evse_id, in_force)
        return in_force

    def _note_standing(self, evse_id: int, in_force: InForce) -> None:
        """Take note of a default; the limit of a session has taken the place of the safe current, and is none."""
        self.taken_over.add(evse_id)
        if in_force.transaction_id is not None:
            self._standing.pop(evse_id, None)
            return
        self._standing[evse_id] = in_force
        if in_force.variant.lifetime is None:
            self._standing_variant = in_force.variant
            self._derive_variants()

    def note_cleared(self, evse_id: int, purpose: Purpose) -> None:
        """Take note that no profile of ours for a purpose lies at an EVSE any more; a maximum, in the whole charger."""
        match purpose:
            case Purpose.TX:
                self._transaction.pop(evse_id, None)
            case Purpose.TX_DEFAULT:
                self._standing.pop(evse_id, None)
                ours = self._transaction.get(evse_id)
                if ours is not None and ours.variant.purpose is purpose:
                    del self._transaction[evse_id]
            case Purpose.CHARGE_POINT_MAX:
                self._maximum, self.holds_maximum = None, False

    def refused(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        now: datetime,
    ) -> None:
        """Remember that the charger refused a limit in every variant."""
        limit = feasible(limit, self.capabilities)
        transaction_id = None if transaction is None else transaction.id
        self._backoff.note_refused(evse_id, limit, transaction_id, now)

    def ask_again(self, evse_id: int) -> None:
        """Forget that a limit was refused: it was requested anew."""
        self._backoff.end(evse_id)

    def forget(self) -> None:
        """Assume nothing of the charger's memory: it may have rebooted, or been told otherwise."""
        self._standing.clear()
        self._maximum = None
        self.forget_sessions()

    def forget_evse(self, evse_id: int) -> None:
        """Assume nothing of the charger's memory as far as it concerns an EVSE."""
        self._standing.pop(evse_id, None)
        self._transaction.pop(evse_id, None)
        self._maximum = None

    def forget_sessions(self) -> None:
        """Assume that limits of sessions are lost, but not the defaults."""
        self._transaction.clear()
        self._backoff.end_all()

    def unlearn(self) -> None:
        """Forget what was learned, as after a change of firmware."""
        self.forget()
        self._ignored.clear()
        self._refusals.clear()
        self._standing_variant = self._maximum_variant = None
        self._derive_variants()
        self._transaction_variants.clear()

    def in_force(self, evse_id: int, transaction: Transaction | None) -> InForce | None:
        """Return the limit that the charger holds an EVSE to, if known."""
        standing = self._standing.get(evse_id)
        if transaction is None:
            return standing
        ours = self._transaction.get(evse_id)
        if ours is not None and ours.transaction_id == transaction.id:
            return ours
        if self._maximum is not None and self.takes_maximum(transaction):
            return self._maximum
        return standing or self._maximum

    def standing(self, evse_id: int) -> InForce | None:
        """Return the default that the charger falls back to, if known."""
        return self._standing.get(evse_id)

    @property
    def may_hold_maximum(self) -> bool:
        """True if the charger may hold a maximum of ours for all its EVSEs; it keeps one in flash until it is cleared."""
        only = self.capabilities.purposes == (Purpose.CHARGE_POINT_MAX,)
        return only or self.holds_maximum

    @property
    def maximum(self) -> InForce | None:
        """The maximum that the charger holds all its EVSEs to, if known."""
        return self._maximum

    @property
    def limits_by_maximum(self) -> bool:
        """True if the charger would limit a new session by a maximum of the charger as a whole."""
        first = next(iter(self._ranked(self._session_variants, None)), None)
        return first is not None and first.purpose is Purpose.CHARGE_POINT_MAX

    def takes_maximum(self, transaction: Transaction | None) -> bool:
        """Return whether the charger limits a session by a maximum of the charger as a whole."""
        if transaction is None:
            return False
        learned = self._variant_in(transaction)
        first = learned or next(iter(self.variants(transaction)), None)
        return first is not None and first.purpose is Purpose.CHARGE_POINT_MAX

    def pending(self, evse: Evse, limit: Limit, now: datetime) -> bool:
        """Return whether an EVSE's limit must be sent: it is not in force, or due for renewal.

        Args:
            evse: the EVSE.
            limit: the limit to hold it to, as the charger can offer it.
            now: the time.
        """
        transaction = evse.running_transaction
        if evse.external_profile or self.refused_lately(evse, now):
            return False
        if not self.takes_limits(transaction):
            return False
        in_force = self.in_force(evse.id, transaction)
        if in_force is None or in_force.renewal_due(now):
            return True
        if in_force.limit != limit:
            return not self._must_wait(in_force, limit, transaction, now)
        return transaction is not None and not self._holds_in(in_force, transaction)

    def refused_lately(self, evse: Evse, now: datetime) -> bool:
        """Return whether the charger has just refused the EVSE's limit, and is left alone for a while."""
        if evse.limit is None:
            return False
        limit, transaction = evse.limit, evse.running_transaction
        transaction_id = None if transaction is None else transaction.id
        limit = feasible(limit, self.capabilities)
        return self._backoff.holds(evse.id, limit, transaction_id, now)

    def _must_wait(
        self,
        in_force: InForce,
        limit: Limit,
        transaction: Transaction | None,
        now: datetime,
    ) -> bool:
        """Return whether the charger's flash is spared for now; a lower limit is for safety, and never waits."""
        purpose = in_force.variant.purpose
        own = in_force.transaction_id == (transaction and transaction.id)
        is_first = purpose is Purpose.TX_DEFAULT and not own
        lower = limit.current_a < in_force.limit.current_a
        if purpose is Purpose.TX or is_first or lower:
            return False
        interval = timedelta(seconds=self.capabilities.write_interval_s)
        return timedelta() <= now - in_force.accepted_at < interval

    def _holds_in(self, in_force: InForce, transaction: Transaction) -> bool:
        """Return whether a limit was set for this transaction, or is a maximum that holds for all."""
        is_maximum = in_force.variant.purpose is Purpose.CHARGE_POINT_MAX
        is_own = in_force.transaction_id == transaction.id
        return is_own or (is_maximum and self.takes_maximum(transaction))

    def _variant_in(self, transaction: Transaction) -> ProfileVariant | None:
        match self._transaction_variants.get(transaction.evse_id):
            case (transaction_id, variant) if transaction_id == transaction.id:
                return variant
            case _:
                return None
