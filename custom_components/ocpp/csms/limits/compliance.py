"""What one charger was told, and what it made of it: which way it takes limits, refuses them, or ignores them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..devices.capabilities import Capabilities, Purpose
from ..model import Evse, Limit, Transaction
from .charging_profile import feasible
from .profile_variants import Way, standing_ways, transaction_ways

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
"""How long a charger that refused a limit is left alone before it is asked again: longer each time."""

ENOUGH_REFUSALS = 2
"""How often a way must be refused, while another is accepted, to be tried only after the others."""


@dataclass(frozen=True, slots=True)
class Experience:
    """What was learned of a charger, and is worth remembering: it depends on its firmware.

    `ignored` are the ways that it accepted and did not obey; `refused`, how often it refused a way and then accepted
    another. `taken_over` are the EVSEs whose default is ours: what others had left there is gone.
    """

    ignored: frozenset[Way] = frozenset()
    refused: Mapping[Way, int] = field(default_factory=dict)
    taken_over: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit that the charger has accepted."""

    limit: Limit
    way: Way
    transaction_id: str | None
    accepted_at: datetime

    def renewal_due(self, now: datetime) -> bool:
        """Whether it is time to renew it, with as much time again to try."""
        lifetime = self.way.lifetime
        return lifetime is not None and now - self.accepted_at >= lifetime / 2


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A limit that was refused in every way, and how often in a row."""

    limit: Limit
    at: datetime
    times: int

    def holds(self, limit: Limit, now: datetime) -> bool:
        """Whether it is too early to ask for this limit again."""
        wait = min(FIRST_RETRY * 2 ** min(self.times - 1, 10), LAST_RETRY)
        return limit == self.limit and now - self.at < wait


class Obedience:
    """The charger's obedience, as far as it is known."""

    def __init__(
        self, capabilities: Capabilities, experience: Experience | None = None
    ) -> None:
        """Know nothing but what is remembered."""
        self.capabilities = capabilities
        experience = experience or Experience()
        self._ignored = set(experience.ignored)
        self._refusals = Counter(experience.refused)
        self._taken_over = set(experience.taken_over)
        self._standing_way: Way | None = None
        self._transaction_way: tuple[str, Way] | None = None
        self._standing: dict[int, InForce] = {}
        self._transaction: dict[int, InForce] = {}
        self._refused: dict[int, _Refusal] = {}

    @property
    def experience(self) -> Experience:
        """What is worth remembering."""
        return Experience(
            frozenset(self._ignored),
            dict(self._refusals),
            frozenset(self._taken_over),
        )

    def is_ignored(self, way: Way) -> bool:
        """Whether the charger accepts this way, or one that does not differ in what matters, and does not obey."""
        return any(
            way.form == other.form and way.stack_level == other.stack_level
            for other in self._ignored
        )

    def ways(self, transaction: Transaction | None) -> list[Way]:
        """Return the ways to try: the one that worked before in this session first, those that were ignored last.

        A way that was refused is tried again in the next session, in case that the charger had its reasons, and then
        left for later. After one that was ignored, those that differ from it most come first.
        """
        if transaction is None:
            ways, learned = standing_ways(self.capabilities), self._standing_way
        else:
            ways = transaction_ways(self.capabilities)
            learned = self._way_in(transaction)
        suspect = {way.form for way in self._ignored}

        def rank(way: Way) -> tuple[bool, ...]:
            return (
                self.is_ignored(way),
                way != learned,
                self._refusals[way] >= ENOUGH_REFUSALS,
                way.form in suspect,
            )

        return sorted(ways, key=rank)

    def took_over(self, evse_id: int) -> bool:
        """Whether the EVSE's default is ours."""
        return evse_id in self._taken_over

    def found_ignored(self, evse_id: int, way: Way) -> None:
        """Remember that the charger accepted a limit in this way and did not obey."""
        self._ignored.add(way)
        self._standing.pop(evse_id, None)
        self._transaction.pop(evse_id, None)

    def accepted(
        self,
        limit: Limit,
        way: Way,
        evse_id: int,
        transaction: Transaction | None,
        now: datetime,
        refused: Iterable[Way] = (),
    ) -> InForce:
        """Remember that the charger accepted a limit in this way, after it had refused it in others."""
        self._refusals.update(refused)
        self._refusals.pop(way, None)
        self._refused.pop(evse_id, None)
        if transaction is None:
            self._standing_way = way
        else:
            self._transaction_way = (transaction.id, way)
        if transaction is not None and way.purpose is Purpose.TX:
            in_force = InForce(limit, way, transaction.id, now)
            self._transaction[evse_id] = in_force
        else:
            in_force = InForce(limit, way, None, now)
            self._standing[evse_id] = in_force
            self._taken_over.add(evse_id)
        return in_force

    def refused(self, evse_id: int, limit: Limit, now: datetime) -> None:
        """Remember that the charger refused a limit in every way."""
        limit = feasible(limit, self.capabilities)
        before = self._refused.get(evse_id)
        again = before is not None and before.limit == limit
        times = before.times + 1 if before is not None and again else 1
        self._refused[evse_id] = _Refusal(limit, now, times)

    def ask_again(self, evse_id: int) -> None:
        """Forget that a limit was refused: somebody wants it tried now."""
        self._refused.pop(evse_id, None)

    def forget(self) -> None:
        """Assume nothing of the charger's memory: it may have rebooted, or been told otherwise."""
        self._standing.clear()
        self.forget_sessions()

    def forget_sessions(self) -> None:
        """Assume that limits of sessions are lost, but not the defaults."""
        self._transaction.clear()
        self._refused.clear()

    def unlearn(self) -> None:
        """Forget what was learned, as after a change of firmware."""
        self.forget()
        self._ignored.clear()
        self._refusals.clear()
        self._standing_way = self._transaction_way = None

    def in_force(self, evse_id: int, transaction: Transaction | None) -> InForce | None:
        """Return the limit that the charger obeys now, as far as it is known."""
        ours = self._transaction.get(evse_id)
        if (
            transaction is not None
            and ours is not None
            and ours.transaction_id == transaction.id
        ):
            return ours
        return self._standing.get(evse_id)

    def standing(self, evse_id: int) -> InForce | None:
        """Return the default that the charger falls back to, as far as it is known."""
        return self._standing.get(evse_id)

    def pending(self, evse: Evse, now: datetime) -> bool:
        """Whether the EVSE's wanted limit must be sent: it is not in force, or due for renewal."""
        if evse.limit is None or evse.foreign_profile or self.refused_lately(evse, now):
            return False
        transaction = evse.running_transaction
        if transaction is not None and not self.capabilities.obeys_in_session:
            return False
        in_force = self.in_force(evse.id, transaction)
        if in_force is None or in_force.renewal_due(now):
            return True
        wanted = feasible(evse.limit, self.capabilities)
        if in_force.limit != wanted:
            return not self._must_wait(in_force, wanted, now)
        return transaction is not None and not self._holds_in(in_force, transaction)

    def refused_lately(self, evse: Evse, now: datetime) -> bool:
        """Whether the charger has refused what is wanted, and should be left alone for a while."""
        refusal = self._refused.get(evse.id)
        if refusal is None or evse.limit is None:
            return False
        return refusal.holds(feasible(evse.limit, self.capabilities), now)

    def _must_wait(self, in_force: InForce, limit: Limit, now: datetime) -> bool:
        """Whether the charger's flash is spared for now; a lower limit is for safety, and never waits."""
        lower = limit.current_a < in_force.limit.current_a
        if in_force.transaction_id is not None or lower:
            return False
        interval = timedelta(seconds=self.capabilities.write_interval_s)
        return now - in_force.accepted_at < interval

    def _holds_in(self, in_force: InForce, transaction: Transaction) -> bool:
        """Whether a limit was set for this transaction, or the charger takes nothing but defaults."""
        if Purpose.TX not in self.capabilities.purposes:
            return True
        way = self._way_in(transaction)
        only_defaults = way is not None and way.purpose is not Purpose.TX
        return in_force.transaction_id == transaction.id or only_defaults

    def _way_in(self, transaction: Transaction) -> Way | None:
        match self._transaction_way:
            case (transaction_id, way) if transaction_id == transaction.id:
                return way
            case _:
                return None
