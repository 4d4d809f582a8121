"""How a charger is told a limit, and which way of telling it obeys.

A limit is sent as a charging profile that lives in the charger's memory for the transaction (TxProfile), over
a safe default (TxDefaultProfile) that is written rarely, because chargers keep it in flash. Where the charger
takes it, the transaction's profile expires unless it is renewed: when this system or the link dies, the
charger falls back to the default by itself. Chargers differ in what they accept, so ways are tried in turn and
the one that works is remembered.

Source: OCPP 1.6 specification, section 3.13; OCPP 2.0.1 part 2, K01.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import math

from .capabilities import MIN_CURRENT_A, Kind, Purpose, Unit
from .errors import InvalidLimitError
from .model import Evse, Limit, Transaction

MAX_CURRENT_A = 500.0
"""More than any charger can offer; a larger number is a slip, watts given as amperes for instance."""

NOMINAL_VOLTAGE_V = 230.0

PROFILE_LIFETIME = timedelta(minutes=5)
"""How long a transaction's limit stays in force without being renewed."""

RETRY_AFTER = timedelta(minutes=1)
"""How long a charger that refused a limit is left alone before it is asked again."""

_CLOCK_MARGIN = timedelta(minutes=1)
"""A schedule starts this much in the past, so that it is in force even if the charger's clock is slow."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell a charger a limit."""

    purpose: Purpose
    kind: Kind
    lifetime: timedelta | None = None


STANDING_WAYS: Sequence[Way] = (
    Way(Purpose.TX_DEFAULT, Kind.ABSOLUTE),
    Way(Purpose.TX_DEFAULT, Kind.RELATIVE),
)
"""Ways that hold outside a transaction, best first."""

TRANSACTION_WAYS: Sequence[Way] = (
    Way(Purpose.TX, Kind.ABSOLUTE, PROFILE_LIFETIME),
    Way(Purpose.TX, Kind.ABSOLUTE),
    Way(Purpose.TX, Kind.RELATIVE),
    *STANDING_WAYS,
    Way(Purpose.CHARGE_POINT_MAX, Kind.ABSOLUTE),
)
"""Ways to change the limit of a running transaction, best first.

The last is for the charger as a whole, and kept by it: only for those that obey nothing else.
"""

_PROFILE_IDS = {Purpose.TX_DEFAULT: 100, Purpose.TX: 200, Purpose.CHARGE_POINT_MAX: 300}


@dataclass(frozen=True, slots=True)
class Profile:
    """A charging profile with one period, in terms that all protocol versions share."""

    id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    unit: Unit
    limit: float
    starts_at: datetime | None = None
    duration: timedelta | None = None
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class Electrics:
    """What must be known of a charger to express a limit.

    `unit` is what it accepts; `phases` and the nominal voltage turn amperes into watts where it
    only accepts those. `safe_current_a` is what it may draw when nobody is in control.
    """

    phases: int = 3
    unit: Unit = Unit.AMPERE
    safe_current_a: float = MIN_CURRENT_A


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


def check(limit: Limit) -> None:
    """Refuse a limit that means nothing to any charger.

    Raises:
        InvalidLimitError: when it is negative, absurd, or between a pause and the 6 A minimum.
    """
    amps = limit.current_a
    if not math.isfinite(amps) or not 0 <= amps <= MAX_CURRENT_A:
        raise InvalidLimitError(
            f"A limit must lie between 0 A and {MAX_CURRENT_A:g} A, not {amps:g} A"
        )
    if 0 < amps < MIN_CURRENT_A:
        raise InvalidLimitError(
            f"No car can be offered {amps:g} A: a limit is 0 A (pause) or at least {MIN_CURRENT_A:g} A"
        )


def profile(
    limit: Limit,
    way: Way,
    evse_id: int,
    transaction: Transaction | None,
    electrics: Electrics,
    now: datetime,
) -> Profile:
    """Return the charging profile that says `limit` in this way.

    Profile ids are fixed per purpose and EVSE, so that a new profile replaces the old one.
    """
    in_transaction = way.purpose is Purpose.TX
    lifetime = way.lifetime
    return Profile(
        id=_PROFILE_IDS[way.purpose] + evse_id,
        evse_id=0 if way.purpose is Purpose.CHARGE_POINT_MAX else evse_id,
        purpose=way.purpose,
        kind=way.kind,
        unit=electrics.unit,
        limit=_in_unit(limit, electrics),
        starts_at=now - _CLOCK_MARGIN if way.kind is Kind.ABSOLUTE else None,
        duration=None if lifetime is None else lifetime + _CLOCK_MARGIN,
        transaction_id=transaction.id if in_transaction and transaction else None,
    )


def _in_unit(limit: Limit, electrics: Electrics) -> float:
    # Rounded down to what the schemas allow, one decimal, so that a limit is never exceeded.
    amps = math.floor(limit.current_a * 10 + 1e-6) / 10
    if electrics.unit is Unit.AMPERE:
        return amps
    return float(math.floor(amps * electrics.phases * NOMINAL_VOLTAGE_V))


class Obedience:
    """What one charger was told, which way it took it, what it refused, and what it ignored."""

    def __init__(self, ignored: Iterable[Way] = ()) -> None:
        """Know nothing but the ways that it was found to ignore."""
        self._ignored = set(ignored)
        self._standing_way: Way | None = None
        self._transaction_way: tuple[str, Way] | None = None
        self._standing: dict[int, InForce] = {}
        self._transaction: dict[int, InForce] = {}
        self._refused: dict[int, tuple[Limit, datetime]] = {}

    @property
    def ignored(self) -> frozenset[Way]:
        """The ways that the charger accepted and did not obey."""
        return frozenset(self._ignored)

    def ways(self, transaction: Transaction | None) -> list[Way]:
        """Return the ways to try: the one that worked last time first, those that were ignored last.

        A way that worked in another session is not preferred: the charger may have had its reasons then.
        """
        if transaction is None:
            ways, learned = STANDING_WAYS, self._standing_way
        else:
            ways, learned = TRANSACTION_WAYS, self._way_in(transaction)
        return sorted(ways, key=lambda way: (way in self._ignored, way != learned))

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
    ) -> InForce:
        """Remember that the charger accepted a limit in this way."""
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
        return in_force

    def refused(self, evse_id: int, limit: Limit, now: datetime) -> None:
        """Remember that the charger refused a limit in every way."""
        self._refused[evse_id] = (limit, now)

    def ask_again(self, evse_id: int) -> None:
        """Forget that a limit was refused: somebody wants it tried now."""
        self._refused.pop(evse_id, None)

    def forget(self) -> None:
        """Assume nothing of the charger's memory: it may have rebooted, or been told otherwise."""
        self._standing.clear()
        self._transaction.clear()
        self._refused.clear()

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
        if (
            evse.limit is None
            or evse.foreign_profile
            or self._refused_lately(evse, now)
        ):
            return False
        transaction = evse.running_transaction
        in_force = self.in_force(evse.id, transaction)
        if (
            in_force is None
            or in_force.limit != evse.limit
            or in_force.renewal_due(now)
        ):
            return True
        return transaction is not None and not self._holds_in(in_force, transaction)

    def _refused_lately(self, evse: Evse, now: datetime) -> bool:
        limit, at = self._refused.get(evse.id, (None, now))
        return limit == evse.limit and now - at < RETRY_AFTER

    def _holds_in(self, in_force: InForce, transaction: Transaction) -> bool:
        """Whether a limit was set for this transaction, or the charger takes nothing but defaults."""
        way = self._way_in(transaction)
        only_defaults = way is not None and way.purpose is not Purpose.TX
        return in_force.transaction_id == transaction.id or only_defaults

    def _way_in(self, transaction: Transaction) -> Way | None:
        match self._transaction_way:
            case (transaction_id, way) if transaction_id == transaction.id:
                return way
            case _:
                return None
