"""Compliance of one charger with its limits: the profile variants that it takes, refuses, or ignores."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..devices.capabilities import Capabilities, Purpose
from ..evses.transaction import Transaction
from ..model import Evse, Limit
from .backoff import Backoff
from .charging_profile import feasible
from .profile_variants import ProfileVariant, standing_variants, transaction_variants

ENOUGH_REFUSALS = 2
"""The number of refusals, while another variant is accepted, after which a variant is tried only after the others."""


@dataclass(frozen=True, slots=True)
class LearnedCompliance:
    """Knowledge of a charger's compliance that is worth remembering; it holds for one firmware.

    `ignored` are the variants that it accepted and did not obey; `refused` counts how often it refused a variant and
    then accepted another. `taken_over` are the EVSEs whose default is ours: what others had left there is gone.
    """

    ignored: frozenset[ProfileVariant] = frozenset()
    refused: Mapping[ProfileVariant, int] = field(default_factory=dict)
    taken_over: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit that the charger has accepted."""

    limit: Limit
    variant: ProfileVariant
    transaction_id: str | None
    accepted_at: datetime

    def renewal_due(self, now: datetime) -> bool:
        """Return whether it is time to renew it, with as much time again to try."""
        lifetime = self.variant.lifetime
        if lifetime is None:
            return False
        # By a clock that was set back, it was accepted in the future.
        return not timedelta() <= now - self.accepted_at < lifetime / 2


class ProfileCompliance:
    """Compliance of one charger with the charging profiles that it was sent."""

    def __init__(
        self,
        capabilities: Capabilities,
        learned_compliance: LearnedCompliance | None = None,
    ) -> None:
        """Initialize with what was remembered."""
        self.capabilities = capabilities
        learned_compliance = learned_compliance or LearnedCompliance()
        self._ignored = set(learned_compliance.ignored)
        self._refusals = Counter(learned_compliance.refused)
        self._taken_over = set(learned_compliance.taken_over)
        self._standing_variant: ProfileVariant | None = None
        self._transaction_variants: dict[int, tuple[str, ProfileVariant]] = {}
        self._standing: dict[int, InForce] = {}
        self._transaction: dict[int, InForce] = {}
        self._maximum: InForce | None = None
        self._has_accepted_maximum = False
        self._backoff = Backoff()

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities of the charger."""
        return self._capabilities

    @capabilities.setter
    def capabilities(self, capabilities: Capabilities) -> None:
        self._capabilities = capabilities
        self._standing_variants = standing_variants(capabilities)
        self._session_variants = transaction_variants(capabilities)

    @property
    def learned_compliance(self) -> LearnedCompliance:
        """The part that is worth remembering."""
        return LearnedCompliance(
            frozenset(self._ignored),
            dict(self._refusals),
            frozenset(self._taken_over),
        )

    def is_ignored(self, variant: ProfileVariant) -> bool:
        """Return whether the charger accepts this variant, or one hardly different, and does not obey it."""
        return any(
            variant.form == other.form and variant.stack_level == other.stack_level
            for other in self._ignored
        )

    def variants(self, transaction: Transaction | None) -> list[ProfileVariant]:
        """Return the variants to try: first the one that worked before in this session, last those that were ignored.

        A variant that was refused is tried again in the next session, since the charger may have had a passing reason,
        and then left for later. After an ignored variant come first those that differ from it most.
        """
        if transaction is None:
            variants, learned = self._standing_variants, self._standing_variant
        else:
            variants, learned = self._session_variants, self._variant_in(transaction)
        suspect = {variant.form for variant in self._ignored}

        def rank(variant: ProfileVariant) -> tuple[bool, ...]:
            return (
                self.is_ignored(variant),
                variant != learned,
                self._refusals[variant] >= ENOUGH_REFUSALS,
                variant.form in suspect,
            )

        return sorted(variants, key=rank)

    @property
    def takes_defaults(self) -> bool:
        """True if the charger takes limits that hold outside a transaction."""
        return bool(self._standing_variants)

    def takes_limits(self, transaction: Transaction | None) -> bool:
        """Return whether the charger can be sent a limit at this time: some take none before a session, others none in one.

        One that takes none at any time is asked, so that it is known.
        """
        if transaction is not None:
            return self.capabilities.obeys_in_session
        return self.takes_defaults or not self.capabilities.purposes

    def took_over(self, evse_id: int) -> bool:
        """Return whether the EVSE's default is ours."""
        return evse_id in self._taken_over

    def found_ignored(self, evse_id: int, variant: ProfileVariant) -> None:
        """Remember that the charger accepted a limit in this variant and did not obey."""
        self._ignored.add(variant)
        self._standing.pop(evse_id, None)
        self._transaction.pop(evse_id, None)
        if variant.purpose is Purpose.CHARGE_POINT_MAX:
            self._maximum = None

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
        self._refusals.update(refused)
        self._refusals.pop(variant, None)
        self._backoff.end(evse_id)
        if transaction is None:
            self._standing_variant = variant
        else:
            self._transaction_variants[evse_id] = (transaction.id, variant)
        in_session = transaction is not None and variant.purpose is Purpose.TX
        transaction_id = transaction.id if transaction and in_session else None
        in_force = InForce(limit, variant, transaction_id, now)
        if in_session:
            self._transaction[evse_id] = in_force
        elif variant.purpose is Purpose.CHARGE_POINT_MAX:
            self._maximum = in_force
            self._has_accepted_maximum = True
            self._standing.pop(evse_id, None)
        else:
            self._standing[evse_id] = in_force
            self._taken_over.add(evse_id)
        return in_force

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
        self._standing_variant = None
        self._transaction_variants.clear()

    def in_force(self, evse_id: int, transaction: Transaction | None) -> InForce | None:
        """Return the limit that the charger holds an EVSE to, if known."""
        standing = self._standing.get(evse_id)
        if transaction is None:
            return standing
        ours = self._transaction.get(evse_id)
        if ours is not None and ours.transaction_id == transaction.id:
            return ours
        return standing or self._maximum

    def standing(self, evse_id: int) -> InForce | None:
        """Return the default that the charger falls back to, if known."""
        return self._standing.get(evse_id)

    @property
    def may_hold_maximum(self) -> bool:
        """True if the charger may hold a maximum of ours for all its EVSEs; it keeps one in flash until it is cleared."""
        only = self.capabilities.purposes == (Purpose.CHARGE_POINT_MAX,)
        return only or self._has_accepted_maximum

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
            return not self._must_wait(in_force, limit, now)
        return transaction is not None and not self._holds_in(in_force, transaction)

    def refused_lately(self, evse: Evse, now: datetime) -> bool:
        """Return whether the charger has just refused the EVSE's limit, and is left alone for a while."""
        if evse.limit is None:
            return False
        limit, transaction = evse.limit, evse.running_transaction
        transaction_id = None if transaction is None else transaction.id
        limit = feasible(limit, self.capabilities)
        return self._backoff.holds(evse.id, limit, transaction_id, now)

    def _must_wait(self, in_force: InForce, limit: Limit, now: datetime) -> bool:
        """Return whether the charger's flash is spared for now; a lower limit is for safety, and never waits."""
        lower = limit.current_a < in_force.limit.current_a
        if in_force.transaction_id is not None or lower:
            return False
        interval = timedelta(seconds=self.capabilities.write_interval_s)
        return timedelta() <= now - in_force.accepted_at < interval

    def _holds_in(self, in_force: InForce, transaction: Transaction) -> bool:
        """Return whether a limit was set for this transaction, or the charger takes nothing but defaults."""
        if Purpose.TX not in self.capabilities.purposes:
            return True
        variant = self._variant_in(transaction)
        only_defaults = variant is not None and variant.purpose is not Purpose.TX
        return in_force.transaction_id == transaction.id or only_defaults

    def _variant_in(self, transaction: Transaction) -> ProfileVariant | None:
        match self._transaction_variants.get(transaction.evse_id):
            case (transaction_id, variant) if transaction_id == transaction.id:
                return variant
            case _:
                return None
