"""The charging profiles in a station, and what they allow together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.simulator.car import NOMINAL_VOLTAGE_V
from tests.simulator.station2.evse import Evse
from tests.simulator.station2.wire.schemas import Payload

from .schedule import Installed

_CEILINGS = ("ChargingStationMaxProfile", "ChargingStationExternalConstraints")


@dataclass(frozen=True, slots=True)
class Offer:
    """The current per phase that a car may draw, or has to."""

    limit_a: float
    phases: int = 3
    discharge_a: float = 0.0
    """The current that it may feed in at most, as a positive number."""
    setpoint_a: float | None = None
    """The current that it has to keep to; negative if it is to be fed in."""
    mode: str | None = None


class Profiles:
    """The store of charging profiles."""

    def __init__(self) -> None:
        """Initialize empty."""
        self.installed: list[Installed] = []
        self.priority: set[int] = set()
        """The EVSEs that charge by their priority profile."""
        self.switches_phases = False
        """True if the station obeys the number of phases."""

    def put(self, installed: Installed) -> None:
        """Install a profile in the place of the one with its id."""
        self.remove([each for each in self.installed if each.id == installed.id])
        self.installed.append(installed)

    def remove(self, profiles: Iterable[Installed]) -> None:
        """Remove some profiles."""
        for profile in profiles:
            self.installed.remove(profile)

    def matching(
        self,
        *,
        evse_id: int | None = None,
        purpose: str | None = None,
        stack_level: int | None = None,
        ids: Iterable[int] | None = None,
        sources: Iterable[str] | None = None,
    ) -> list[Installed]:
        """Return the profiles that meet all criteria."""
        return [
            each
            for each in self.installed
            if evse_id in (None, each.evse_id)
            and purpose in (None, each.purpose)
            and stack_level in (None, each.stack_level)
            and (ids is None or each.id in ids)
            and (sources is None or each.source in sources)
        ]

    def forget_transaction(self, transaction_id: str) -> None:
        """Remove the profiles of a transaction that has ended."""
        ended = [
            each
            for each in self.installed
            if each.profile.get("transactionId") == transaction_id
        ]
        self.remove(ended)

    # What they allow.

    def offer(self, evse: Evse, now: datetime, sharing: int = 1) -> Offer:
        """Return what the profiles in force allow at an EVSE, which shares the station with others."""
        return self._offer_at(evse, now, _relative_start(evse, now), sharing)

    def _offer_at(
        self, evse: Evse, now: datetime, start: datetime, sharing: int
    ) -> Offer:
        offer = Offer(evse.max_current_a, evse.phases, evse.max_current_a)
        leading = self._leading(self._of_session(evse), now, start)
        if leading is not None:
            offer = self._applied(offer, evse, *leading)
        for purpose in _CEILINGS:
            for evse_id in (0, evse.id):
                profiles = self._of(purpose, evse_id)
                ceiling = self._leading([profiles], now, start)
                if ceiling is not None:
                    share = sharing if evse_id == 0 else 1
                    offer = _capped(offer, *ceiling, share)
        return offer

    def _of_session(self, evse: Evse) -> list[list[Installed]]:
        """Return the profiles for a session, those first that overrule others."""
        if evse.id == 0:
            # The station as a whole has no session.
            return []
        transaction_id = evse.transaction and evse.transaction.id
        own = [
            each
            for each in self._of("TxProfile", evse.id)
            if each.profile.get("transactionId") == transaction_id
        ]
        first = self._of("PriorityCharging", evse.id) + self._of("PriorityCharging", 0)
        defaults = self._of("TxDefaultProfile", evse.id)
        for_all = self._of("TxDefaultProfile", 0)
        layers = [own, sorted([*defaults, *for_all], key=_rank, reverse=True)]
        return [first, *layers] if evse.id in self.priority else layers

    def _of(self, purpose: str, evse_id: int) -> list[Installed]:
        found = self.matching(purpose=purpose, evse_id=evse_id)
        return sorted(found, key=_rank, reverse=True)

    def _leading(
        self, layers: Iterable[Iterable[Installed]], now: datetime, start: datetime
    ) -> tuple[Payload, Payload] | None:
        """Return schedule and period of the first profile that has one in force."""
        for profiles in layers:
            for each in profiles:
                if (period := each.period(now, start)) is not None:
                    return each.schedule, period
        return None

    def _applied(
        self, offer: Offer, evse: Evse, schedule: Payload, period: Payload
    ) -> Offer:
        phases = evse.phases
        if self.switches_phases:
            phases = min(int(period.get("numberPhases", 3)), phases)
        per_unit = _amperes_per_unit(schedule, phases)
        limit, setpoint = period.get("limit"), period.get("setpoint")
        discharge = period.get("dischargeLimit")
        offer = replace(offer, phases=phases, mode=period.get("operationMode"))
        if limit is not None:
            offer = replace(offer, limit_a=min(offer.limit_a, limit * per_unit))
        if discharge is not None:
            feed_a = min(offer.discharge_a, -discharge * per_unit)
            offer = replace(offer, discharge_a=feed_a)
        if setpoint is not None and evse.bidirectional:
            wanted_a = max(setpoint * per_unit, -offer.discharge_a)
            offer = replace(offer, setpoint_a=min(wanted_a, offer.limit_a))
        return offer

    # What they will allow.

    def plan(
        self, evse: Evse, now: datetime, duration: timedelta, sharing: int = 1
    ) -> list[tuple[int, Offer]]:
        """Return the offers of some time: seconds from now on, and the offer from then on."""
        until = now + duration
        start = _relative_start(evse, now)
        changes = {
            change
            for each in self.installed
            for change in each.changes(now, until, start)
        }
        offers: list[tuple[int, Offer]] = []
        for moment in sorted({now, *(each for each in changes if now < each < until)}):
            offer = self._offer_at(evse, moment, start, sharing)
            if not offers or offers[-1][1] != offer:
                offers.append((round((moment - now).total_seconds()), offer))
        return offers


def _relative_start(evse: Evse, now: datetime) -> datetime:
    transaction = evse.transaction
    # A schedule that is relative to a session to come begins now.
    return (transaction and transaction.power_path_at) or now


def _rank(installed: Installed) -> tuple[int, bool]:
    """Return the order in which profiles of one purpose count: by level, and an EVSE's own before all others."""
    return installed.stack_level, installed.evse_id != 0


def _amperes_per_unit(schedule: Payload, phases: int) -> float:
    return (
        1.0 if schedule["chargingRateUnit"] == "A" else 1 / (phases * NOMINAL_VOLTAGE_V)
    )


def _capped(offer: Offer, schedule: Payload, period: Payload, share: int) -> Offer:
    per_unit = _amperes_per_unit(schedule, offer.phases) / share
    limit, discharge = period.get("limit"), period.get("dischargeLimit")
    if limit is not None:
        offer = replace(offer, limit_a=min(offer.limit_a, limit * per_unit))
    if discharge is not None:
        feed_a = min(offer.discharge_a, -discharge * per_unit)
        offer = replace(offer, discharge_a=feed_a)
    if offer.setpoint_a is not None:
        least_a, most_a = -offer.discharge_a, offer.limit_a
        setpoint_a = max(min(offer.setpoint_a, most_a), least_a)
        offer = replace(offer, setpoint_a=setpoint_a)
    return offer


def in_unit(offer: Offer, unit: str) -> Iterator[tuple[str, float]]:
    """Return an offer in the fields of a period of a schedule."""
    per_ampere = 1.0 if unit == "A" else offer.phases * NOMINAL_VOLTAGE_V
    yield "limit", round(offer.limit_a * per_ampere, 1)
    if offer.setpoint_a is not None:
        yield "setpoint", round(offer.setpoint_a * per_ampere, 1)
