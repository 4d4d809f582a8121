"""The messages of smart charging, and the limits of others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from tests.simulator.car import MIN_CURRENT_A
from tests.simulator.station2.core import Core
from tests.simulator.station2.evse import Evse
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

from .profile_rules import ProfileRules
from .profiles import Offer, Profiles, in_unit
from .schedule import Installed

EXTERNAL_ID = 1_000_000
"""The first id of profiles that stand for limits of others."""


class Charging:
    """The part of a station that takes charging profiles and obeys them."""

    def __init__(self, core: Core) -> None:
        """Initialize without any profile."""
        self._core = core
        self.profiles = Profiles()
        self._rules = ProfileRules(core, self.profiles)
        self.refuses: Callable[[Payload], bool] = lambda profile: False
        """Tells which charging profiles to reject."""
        self.ignores: Callable[[Payload], bool] = lambda profile: False
        """Tells which charging profiles to accept without obeying."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "SetChargingProfile": self._set,
            "GetChargingProfiles": self._get,
            "ClearChargingProfile": self._clear,
            "GetCompositeSchedule": self._composite,
            "UpdateDynamicSchedule": self._update_dynamic,
            "UsePriorityCharging": self._use_priority,
        }

    # What cars get.

    def offer(self, evse: Evse) -> Offer:
        """Return what an EVSE offers its car now."""
        stopped = evse.transaction and evse.transaction.stopped_reason
        if not evse.path_closed or stopped:
            return Offer(0.0, evse.phases)
        self.profiles.switches_phases = self._core.model.is_true(
            "SmartChargingCtrlr", "ACPhaseSwitchingSupported"
        )
        offer = self.profiles.offer(evse, self._core.clock(), self._sharing())
        if offer.limit_a < MIN_CURRENT_A and offer.setpoint_a is None:
            return Offer(0.0, offer.phases, mode=offer.mode)
        return offer

    def _sharing(self) -> int:
        closed = [evse for evse in self._core.evses.values() if evse.path_closed]
        return max(len(closed), 1)

    # Profiles.

    def _set(self, payload: Payload) -> Payload:
        return self._answer(self.install(payload["evseId"], payload["chargingProfile"]))

    def install(self, evse_id: int, profile: Payload) -> str | None:
        """Install a profile, or return the reason for which it is rejected."""
        objection = self._rules.objection(evse_id, profile)
        if objection is None and self.refuses(profile):
            objection = "Unspecified"
        if objection is None and not self.ignores(profile):
            now = self._core.clock()
            self.profiles.put(Installed(evse_id, profile, dynamic_at=now))
            self._count()
        return objection

    def objection_at_start(self, profile: Payload) -> str | None:
        """Return the reason for which a profile is rejected that comes with the request to start."""
        return self._rules.objection_at_start(profile)

    def install_at_start(self, evse: Evse, profile: Payload) -> None:
        """Install the profile that came with the request to start a transaction."""
        assert evse.transaction is not None
        own = {**profile, "transactionId": evse.transaction.id}
        self.profiles.put(Installed(evse.id, own))
        self._count()

    def _count(self) -> None:
        number = str(len(self.profiles.installed))
        self._core.model.set(
            "SmartChargingCtrlr", "Entries", number, "ChargingProfiles"
        )

    def _answer(self, objection: str | None) -> Payload:
        if objection is None:
            return {"status": "Accepted"}
        return {"status": "Rejected", "statusInfo": {"reasonCode": objection}}

    def _clear(self, payload: Payload) -> Payload:
        criteria = payload.get("chargingProfileCriteria", {})
        number = payload.get("chargingProfileId")
        found = self.profiles.matching(
            evse_id=criteria.get("evseId"),
            purpose=criteria.get("chargingProfilePurpose"),
            stack_level=criteria.get("stackLevel"),
            ids=None if number is None else [number],
        )
        own = [each for each in found if each.source == "CSO"]
        self.profiles.remove(own)
        self._count()
        return {"status": "Accepted" if own else "Unknown"}

    def _get(self, payload: Payload) -> Payload:
        criteria = payload["chargingProfile"]
        found = self.profiles.matching(
            evse_id=payload.get("evseId"),
            purpose=criteria.get("chargingProfilePurpose"),
            stack_level=criteria.get("stackLevel"),
            ids=criteria.get("chargingProfileId"),
            sources=criteria.get("chargingLimitSource"),
        )
        if not found:
            return {"status": "NoProfiles"}
        self._core.link.after_answer(self._report(payload["requestId"], found))
        return {"status": "Accepted"}

    async def _report(self, request_id: int, found: Sequence[Installed]) -> None:
        for number, each in enumerate(found, 1):
            report = {
                "requestId": request_id,
                "chargingLimitSource": each.source,
                "evseId": each.evse_id,
                "chargingProfile": [each.profile],
                "tbc": number < len(found),
            }
            await self._core.link.call("ReportChargingProfiles", report)

    # Plans.

    def _composite(self, payload: Payload) -> Payload:
        unit, evse_id = payload.get("chargingRateUnit", "A"), payload["evseId"]
        units = self._core.model.get("SmartChargingCtrlr", "RateUnit").split(",")
        evses = [evse for evse in self._core.evses.values() if evse_id in (0, evse.id)]
        if not evses or unit not in units:
            return {"status": "Rejected"}
        now, duration = self._core.clock(), timedelta(seconds=payload["duration"])
        if evse_id:
            plan = self.profiles.plan(evses[0], now, duration, self._sharing())
        else:
            plan = self._plan_of_all(now, duration)
        periods = [
            {"startPeriod": start, **dict(in_unit(offer, unit))}
            for start, offer in plan
        ]
        return {
            "status": "Accepted",
            "schedule": {
                "evseId": evse_id,
                "duration": payload["duration"],
                "scheduleStart": self._core.shown_time(),
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": periods,
            },
        }

    def _plan_of_all(
        self, now: datetime, duration: timedelta
    ) -> list[tuple[int, Offer]]:
        """Return what all EVSEs may draw together: the sum of their limits, within those of the station."""
        evses = list(self._core.evses.values())
        most_a = sum(evse.max_current_a for evse in evses)
        station = Evse(0, {}, evses[0].phases, most_a)
        plans = [dict(self.profiles.plan(each, now, duration)) for each in evses]
        ceiling = dict(self.profiles.plan(station, now, duration))
        together: list[tuple[int, Offer]] = []
        for start in sorted({start for plan in (ceiling, *plans) for start in plan}):
            sum_a = sum(_at(plan, start).limit_a for plan in plans)
            offer = Offer(min(sum_a, _at(ceiling, start).limit_a), station.phases)
            if not together or together[-1][1] != offer:
                together.append((start, offer))
        return together

    # Limits of others.

    async def limit_externally(
        self, limit_a: float, evse_id: int = 0, source: str = "EMS"
    ) -> None:
        """Obey a limit that somebody else imposes, and tell of it."""
        schedule = {
            "id": 1,
            "startSchedule": self._core.shown_time(),
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit_a}],
        }
        profile = {
            "id": EXTERNAL_ID + evse_id,
            "stackLevel": 0,
            "chargingProfilePurpose": "ChargingStationExternalConstraints",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [schedule],
        }
        self.profiles.put(Installed(evse_id, profile, source))
        message: Payload = {
            "chargingLimit": {"chargingLimitSource": source, "isGridCritical": False},
            "chargingSchedule": [schedule],
        }
        if evse_id:
            message["evseId"] = evse_id
        await self._core.link.call("NotifyChargingLimit", message)

    async def release_externally(self, evse_id: int = 0, source: str = "EMS") -> None:
        """Obey the limit of somebody else no longer, and tell of it."""
        self.profiles.remove(self.profiles.matching(ids=[EXTERNAL_ID + evse_id]))
        message: Payload = {"chargingLimitSource": source}
        if evse_id:
            message["evseId"] = evse_id
        await self._core.link.call("ClearedChargingLimit", message)

    # OCPP 2.1.

    def _update_dynamic(self, payload: Payload) -> Payload:
        found = self._dynamic(payload["chargingProfileId"])
        if found is None:
            return {
                "status": "Rejected",
                "statusInfo": {"reasonCode": "InvalidProfile"},
            }
        self._take_update(found, payload["scheduleUpdate"])
        return {"status": "Accepted"}

    def _dynamic(self, profile_id: int) -> Installed | None:
        found = self.profiles.matching(ids=[profile_id])
        dynamic = [
            each for each in found if each.profile["chargingProfileKind"] == "Dynamic"
        ]
        return next(iter(dynamic), None)

    def _take_update(self, installed: Installed, update: Payload) -> None:
        installed.schedule["chargingSchedulePeriod"][0].update(update)
        installed.dynamic_at = self._core.clock()

    async def pull_dynamic(self, profile_id: int) -> str:
        """Ask for an update of a dynamic schedule, and return the answer's status."""
        message = {"chargingProfileId": profile_id}
        answer = await self._core.link.call("PullDynamicScheduleUpdate", message)
        found = self._dynamic(profile_id)
        if answer["status"] == "Accepted" and found is not None:
            self._take_update(found, answer.get("scheduleUpdate", {}))
        return str(answer["status"])

    async def pull_due(self) -> None:
        """Ask for the updates of those dynamic schedules that are due."""
        now = self._core.clock()
        for each in list(self.profiles.installed):
            interval_s = each.profile.get("dynUpdateInterval")
            if not interval_s or each.dynamic_at is None:
                continue
            if now - each.dynamic_at >= timedelta(seconds=interval_s):
                await self.pull_dynamic(each.id)

    def _use_priority(self, payload: Payload) -> Payload:
        evse = self._core.transaction_evse(payload["transactionId"])
        if evse is None:
            return {"status": "Rejected"}
        if not self.profiles.matching(purpose="PriorityCharging"):
            return {"status": "NoProfile"}
        self.profiles.priority.discard(evse.id)
        if payload["activate"]:
            self.profiles.priority.add(evse.id)
        return {"status": "Accepted"}

    async def choose_priority(self, evse: Evse) -> None:
        """Charge by the priority profile because the driver wants it, and tell of it."""
        assert evse.transaction is not None
        self.profiles.priority.add(evse.id)
        message = {"transactionId": evse.transaction.id, "activated": True}
        await self._core.link.call("NotifyPriorityCharging", message)


def _at(plan: Mapping[int, Offer], start: int) -> Offer:
    """Return the offer of a plan that is in force at some second of it."""
    return plan[max(each for each in plan if each <= start)]
