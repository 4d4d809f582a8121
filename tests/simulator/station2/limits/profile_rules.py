"""The rules by which a station rejects charging profiles."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulator.station2.core import Core
from tests.simulator.station2.device.device_model import Place
from tests.simulator.station2.wire.schemas import Payload

from .profiles import Profiles
from .schedule import Installed


@dataclass(frozen=True, slots=True)
class ProfileRules:
    """The rules of a station for profiles that are to be installed."""

    core: Core
    profiles: Profiles

    def objection(self, evse_id: int, profile: Payload) -> str | None:
        """Return the reason for which a profile is rejected, if there is one."""
        if evse_id and evse_id not in self.core.evses:
            return "UnknownEvse"
        objections = [
            *self._to_purpose(evse_id, profile),
            *self._to_kind(profile),
            *self._to_schedules(profile),
            *self._to_neighbours(evse_id, profile),
        ]
        return next(iter(objections), None)

    def objection_at_start(self, profile: Payload) -> str | None:
        """Return the reason for which a profile is rejected that comes with the request to start."""
        if profile["chargingProfilePurpose"] != "TxProfile":
            return "InvalidProfile"
        if "transactionId" in profile:
            return "InvalidProfile"
        objections = [*self._to_kind(profile), *self._to_schedules(profile)]
        return next(iter(objections), None)

    def _to_purpose(self, evse_id: int, profile: Payload) -> Iterator[str]:
        match profile["chargingProfilePurpose"]:
            case "TxProfile":
                evse = self.core.evses.get(evse_id)
                transaction_id = profile.get("transactionId")
                if evse is None or transaction_id is None:
                    yield "MissingParam"
                elif evse.transaction is None or evse.transaction.id != transaction_id:
                    yield "TxNotFound"
            case "ChargingStationMaxProfile":
                if evse_id != 0 or profile["chargingProfileKind"] == "Relative":
                    yield "InvalidProfile"
            case "ChargingStationExternalConstraints":
                yield "InvalidProfile"

    def _to_kind(self, profile: Payload) -> Iterator[str]:
        starts = ["startSchedule" in each for each in profile["chargingSchedule"]]
        match profile["chargingProfileKind"]:
            case "Relative" if any(starts):
                yield "InvalidSchedule"
            case "Absolute" | "Recurring" if not all(starts):
                yield "InvalidSchedule"
            case "Recurring" if "recurrencyKind" not in profile:
                yield "MissingParam"
            case "Dynamic":
                if not self.core.model.is_true(
                    "SmartChargingCtrlr", "SupportsDynamicProfiles"
                ):
                    yield "UnsupportedProfile"

    def _to_schedules(self, profile: Payload) -> Iterator[str]:
        model, schedules = self.core.model, profile["chargingSchedule"]
        units = model.get("SmartChargingCtrlr", "RateUnit").split(",")
        most_periods = int(model.get("SmartChargingCtrlr", "PeriodsPerSchedule"))
        highest = int(model.get("SmartChargingCtrlr", "ProfileStackLevel"))
        if not 0 <= profile["stackLevel"] <= highest:
            yield "InvalidStackLevel"
        if len(schedules) > 1:
            yield "InvalidSchedule"
        for schedule in schedules:
            periods = schedule["chargingSchedulePeriod"]
            starts = [period["startPeriod"] for period in periods]
            if schedule["chargingRateUnit"] not in units:
                yield "UnsupportedRateUnit"
            if len(periods) > most_periods:
                yield "InvalidSchedule"
            if starts[0] != 0 or sorted(set(starts)) != starts:
                yield "InvalidSchedule"
            for period in periods:
                yield from self._to_period(period)

    def _to_period(self, period: Payload) -> Iterator[str]:
        switches = self.core.model.is_true(
            "SmartChargingCtrlr", "ACPhaseSwitchingSupported"
        )
        phases = max(evse.phases for evse in self.core.evses.values())
        number = period.get("numberPhases", phases)
        if number != phases and not switches:
            yield "PhaseConflict"
        if "phaseToUse" in period and (not switches or number != 1):
            yield "PhaseConflict"
        mode = period.get("operationMode", "ChargingOnly")
        if mode != "ChargingOnly" and not self._knows(mode):
            yield "UnsupportedProfile"
        if mode == "CentralSetpoint" and "setpoint" not in period:
            yield "MissingParam"
        if mode == "ChargingOnly" and "setpoint" in period:
            yield "InvalidSchedule"

    def _knows(self, mode: str) -> bool:
        for evse_id in self.core.evses:
            place = Place("V2XChargingCtrlr", None, evse_id)
            modes = self.core.model.find(place, "SupportedOperationModes")
            if modes is not None and mode in modes.actual.split(","):
                return True
        return False

    def _to_neighbours(self, evse_id: int, profile: Payload) -> Iterator[str]:
        new = Installed(evse_id, profile)
        others = self.profiles.matching(
            evse_id=evse_id, purpose=new.purpose, stack_level=new.stack_level
        )
        for other in others:
            same_session = other.profile.get("transactionId") == profile.get(
                "transactionId"
            )
            if other.id == new.id or not same_session or not _overlap(other, new):
                continue
            if self.core.oddities.replaces_same_level:
                self.profiles.remove([other])
            else:
                yield "DuplicateProfile"


def _overlap(one: Installed, other: Installed) -> bool:
    (since, until), (other_since, other_until) = one.validity(), other.validity()
    return since < other_until and other_since < until
