"""A simulated OCPP 1.6 charge point on a real websocket.

Built on the `ocpp` library, so that what it sends and what it takes is checked by somebody else's code.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import logging
import ssl
from typing import Any

import ocpp.messages
from ocpp.routing import on
from ocpp.v16 import call, call_result
from ocpp.v16.enums import (
    Action,
    AvailabilityStatus,
    AvailabilityType,
    ChargePointErrorCode,
    ChargePointStatus,
    ChargingProfileStatus,
    ClearChargingProfileStatus,
    ConfigurationStatus,
    GetCompositeScheduleStatus,
    MessageTrigger,
    RegistrationStatus,
    RemoteStartStopStatus,
    ResetStatus,
    TriggerMessageStatus,
    UnlockStatus,
)
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from .car import MIN_CURRENT_A, NOMINAL_VOLTAGE_V, Car
from .chores import Chores, Payload

DEFAULT_SETTINGS: Mapping[str, str] = {
    "ChargeProfileMaxStackLevel": "8",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "24",
    "ClockAlignedDataInterval": "0",
    "HeartbeatInterval": "60",
    "MeterValueSampleInterval": "60",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "MeterValuesSampledDataMaxLength": "8",
    "SupportedFeatureProfiles": "Core,FirmwareManagement,SmartCharging,RemoteTrigger",
    "WebSocketPingInterval": "30",
}
_READONLY = frozenset({"NumberOfConnectors", "SupportedFeatureProfiles"})
# Without this, the library starts a thread for each message.
ocpp.messages.ASYNC_VALIDATION = False

_SILENT_LOGGER = logging.getLogger(f"{__name__}.frames")
_SILENT_LOGGER.setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Connector:
    """One connector, with or without a car."""

    id: int
    status: ChargePointStatus = ChargePointStatus.available
    car: Car | None = None
    transaction_id: int | None = None
    energy_wh: float = 0.0
    started_at: datetime | None = None
    """The start of its last session, from which schedules without a start of their own count."""
    profiles: dict[tuple[str, int], Payload] = field(default_factory=dict)

    def take_profile(self, profile: Payload) -> None:
        """Put a profile in the place of the one with its number, or for the same purpose and level."""
        number = profile.get("charging_profile_id")
        for key, known in list(self.profiles.items()):
            if number is not None and known.get("charging_profile_id") == number:
                del self.profiles[key]
        key = (profile["charging_profile_purpose"], profile["stack_level"])
        self.profiles[key] = profile

    def clear_profiles(self, purpose: str | None, *, of_charger: bool) -> None:
        """Drop the profiles for a purpose, or for any; the charger's maximum only with those of the charger."""
        for key in list(self.profiles):
            if key[0] == "ChargePointMaxProfile" and not of_charger:
                continue
            if purpose in (None, key[0]):
                del self.profiles[key]

    def limit_a(self, now: datetime, max_current_a: float) -> float:
        """Return what the profiles in force allow."""
        for profiles in (self._of("ChargePointMaxProfile"), self._in_force()):
            limits_a = (self._scheduled_a(profile, now) for profile in profiles)
            limit_a = next((each for each in limits_a if each is not None), None)
            if limit_a is not None:
                max_current_a = min(limit_a, max_current_a)
        return max_current_a

    def phases(self, now: datetime) -> int:
        """Return on how many phases the profiles in force let the car charge."""
        for profile in self._in_force():
            if (period := self._period(profile, now)) is not None:
                return int(period.get("number_phases") or 3)
        return 3

    def _in_force(self) -> Iterator[Payload]:
        """Return the profiles for the session and for any, those that overrule others first."""
        for profile in self._of("TxProfile"):
            if profile.get("transaction_id") == self.transaction_id:
                yield profile
        yield from self._of("TxDefaultProfile")

    def _of(self, purpose: str) -> list[Payload]:
        """Return the profiles for a purpose, the highest level first."""
        return [
            self.profiles[key]
            for key in sorted(self.profiles, reverse=True)
            if key[0] == purpose
        ]

    def composite(
        self, now: datetime, duration: timedelta, max_current_a: float
    ) -> list[tuple[int, float]]:
        """Return what the profiles in force will allow: seconds from now on, and the limit from then on."""
        limits: list[tuple[int, float]] = []
        for moment in sorted({now, *self._changes(now)}):
            limit_a = self.limit_a(moment, max_current_a)
            if now <= moment < now + duration and (
                not limits or limits[-1][1] != limit_a
            ):
                limits.append((round((moment - now).total_seconds()), limit_a))
        return limits

    def _changes(self, now: datetime) -> Iterator[datetime]:
        for profile in self.profiles.values():
            schedule = profile["charging_schedule"]
            begun_at = self._begun_at(schedule, now)
            for period in schedule["charging_schedule_period"]:
                yield begun_at + timedelta(seconds=period["start_period"])
            if duration := schedule.get("duration"):
                yield begun_at + timedelta(seconds=duration)

    def _begun_at(self, schedule: Payload, now: datetime) -> datetime:
        start = schedule.get("start_schedule")
        if start is None:
            return self.started_at or now
        return datetime.fromisoformat(start)

    def _scheduled_a(self, profile: Payload, now: datetime) -> float | None:
        period = self._period(profile, now)
        if period is None:
            return None
        limit = float(period["limit"])
        if profile["charging_schedule"]["charging_rate_unit"] == "W":
            return limit / (3 * NOMINAL_VOLTAGE_V)
        return limit

    def _period(self, profile: Payload, now: datetime) -> Payload | None:
        schedule = profile["charging_schedule"]
        elapsed = now - self._begun_at(schedule, now)
        duration = schedule.get("duration")
        if elapsed < timedelta() or (
            duration and elapsed >= timedelta(seconds=duration)
        ):
            return None
        started = [
            period
            for period in schedule["charging_schedule_period"]
            if timedelta(seconds=period["start_period"]) <= elapsed
        ]
        return started[-1] if started else None


def _setting(name: str, readonly: bool, value: str) -> Payload:
    return {"key": name, "readonly": readonly, "value": value}


class SimulatedCharger(Chores):
    """A charger that can be plugged into, told what to do, and lied to."""

    def __init__(
        self,
        identity: str,
        socket: ClientConnection,
        *,
        connectors: int = 1,
        max_current_a: float = 16.0,
        settings: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Initialize on an open socket."""
        super().__init__(identity, socket, logger=_SILENT_LOGGER)
        self.socket = socket
        self.connectors = {n: Connector(n) for n in range(1, connectors + 1)}
        self.max_current_a = max_current_a
        self.settings = {
            **DEFAULT_SETTINGS,
            "NumberOfConnectors": str(connectors),
            **(settings or {}),
        }
        self.registration: RegistrationStatus | None = None
        self.vendor, self.model = "Sunny", "Wallbox 11"
        self.firmware_version = "1.2.3"
        self.frozen = _READONLY
        """The settings that cannot be changed."""
        self.needs_restart: frozenset[str] = frozenset()
        """The settings that take effect after a restart only."""
        self.tell_setting: Callable[[str, bool, str], Payload] = _setting
        """Tells a setting: its name, whether it is read-only, and its value."""
        self.refuse_profile: Callable[[Payload], bool] = lambda _: False
        """Tells which charging profiles to reject."""
        self.refuse_setting: Callable[[str, str], bool] = lambda key, value: False
        """Tells which values of settings to reject."""
        self.triggers: frozenset[str] = frozenset(MessageTrigger)
        """The messages that it can be asked for."""
        self.ignore_profile: Callable[[Payload], bool] = lambda _: False
        """Tells which charging profiles to accept without obeying."""
        self._clock = clock

    def use(self, socket: ClientConnection) -> None:
        """Go on with another socket."""
        self.socket = self._connection = socket

    # The life of a charger.

    async def boot(self) -> RegistrationStatus:
        """Announce itself; report the connectors' status once accepted."""
        answer = await self.call(
            call.BootNotification(
                charge_point_model=self.model,
                charge_point_vendor=self.vendor,
                charge_point_serial_number=f"SN-{self.id}"[:25],
                firmware_version=self.firmware_version,
            )
        )
        self.registration = RegistrationStatus(answer.status)
        if self.registration is RegistrationStatus.accepted:
            for connector in self.connectors.values():
                await self.report_status(connector.id)
        return self.registration

    async def heartbeat(self) -> None:
        """Send a heartbeat."""
        await self.call(call.Heartbeat())

    async def show_tag(self, id_tag: str) -> str:
        """Ask whether the owner of a tag may charge, and return the answer's status."""
        answer = await self.call(call.Authorize(id_tag))
        return str(answer.id_tag_info["status"])

    async def report_security(self, kind: str, details: str | None = None) -> None:
        """Tell of something that concerns its security."""
        now = self.shown_time()
        await self.call(call.SecurityEventNotification(kind, now, details))

    async def send_data(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> str:
        """Send what only its vendor knows the meaning of, and return the answer's status."""
        answer = await self.call(call.DataTransfer(vendor_id, message_id, data))
        return str(answer.status)

    async def report_status(self, connector_id: int = 1) -> None:
        """Send a connector's status."""
        await self.call(
            call.StatusNotification(
                connector_id=connector_id,
                error_code=ChargePointErrorCode.no_error,
                status=self.connectors[connector_id].status,
                timestamp=self.shown_time(),
            )
        )

    async def change_status(
        self, status: ChargePointStatus, connector_id: int = 1
    ) -> None:
        """Take on a status and send it."""
        self.connectors[connector_id].status = status
        await self.report_status(connector_id)

    async def plug_in(self, car: Car | None = None, connector_id: int = 1) -> None:
        """Connect a car."""
        self.connectors[connector_id].car = car or Car()
        await self.change_status(ChargePointStatus.preparing, connector_id)

    async def unplug(self, connector_id: int = 1) -> None:
        """Disconnect the car, ending its session."""
        connector = self.connectors[connector_id]
        connector.car = None
        if connector.transaction_id is not None:
            await self.stop_session("EVDisconnected", connector_id)
        await self.change_status(ChargePointStatus.available, connector_id)

    async def start_session(self, id_tag: str = "TAG", connector_id: int = 1) -> int:
        """Start a session and return its transaction id."""
        connector = self.connectors[connector_id]
        answer = await self.call(
            call.StartTransaction(
                connector_id=connector_id,
                id_tag=id_tag,
                meter_start=round(self.start_register_wh(connector)),
                timestamp=self.shown_time(),
            )
        )
        connector.transaction_id = self.number_session(int(answer.transaction_id))
        connector.started_at = self._clock()
        await self.change_status(ChargePointStatus.charging, connector_id)
        return int(answer.transaction_id)

    async def stop_session(
        self,
        reason: str = "Local",
        connector_id: int = 1,
        data: Sequence[Payload] | None = None,
    ) -> None:
        """End the session; `data` is what was metered during it."""
        connector = self.connectors[connector_id]
        assert connector.transaction_id is not None
        transaction_id, connector.transaction_id = connector.transaction_id, None
        for key in [key for key in connector.profiles if key[0] == "TxProfile"]:
            del connector.profiles[key]
        await self.call(
            call.StopTransaction(
                meter_stop=round(self.stop_register_wh(connector)),
                timestamp=self.shown_time(),
                transaction_id=transaction_id,
                reason=reason,
                transaction_data=None if data is None else list(data),
            )
        )
        await self.change_status(ChargePointStatus.finishing, connector_id)

    async def meter(
        self, samples: Sequence[Mapping[str, str]] | None = None, connector_id: int = 1
    ) -> None:
        """Send sampled values: those given, or what the settings ask for."""
        connector = self.connectors[connector_id]
        values = list(samples if samples is not None else self._samples(connector))
        await self.report([self.metered(values)], connector_id)

    def metered(
        self, samples: Sequence[Mapping[str, str]], ago_s: float = 0.0
    ) -> Payload:
        """Return samples as they were taken some time ago."""
        return {"timestamp": self.shown_time(ago_s), "sampled_value": list(samples)}

    async def report(
        self, meter_values: Sequence[Payload], connector_id: int = 1
    ) -> None:
        """Send meter values as they are, whether or not the schema allows them."""
        await self.call(
            call.MeterValues(
                connector_id=connector_id,
                transaction_id=self.session_number(self.connectors[connector_id or 1]),
                meter_value=list(meter_values),
            ),
            suppress=False,
            skip_schema_validation=True,
        )

    def samples(self, connector_id: int = 1) -> Sequence[Mapping[str, str]]:
        """Return what it would send now."""
        return self._samples(self.connectors[connector_id])

    # What chargers see differently.

    def shown_time(self, ago_s: float = 0.0) -> str:
        """Return the time that its clock shows, or has shown some time ago."""
        return _text(self._clock() - timedelta(seconds=ago_s))

    def start_register_wh(self, connector: Connector) -> float:
        """Return what the register shows when a session starts."""
        return connector.energy_wh

    def stop_register_wh(self, connector: Connector) -> float:
        """Return what the register shows when a session ends."""
        return connector.energy_wh

    def number_session(self, told: int) -> int:
        """Return the number of a session that was told one."""
        return told

    def session_number(self, connector: Connector) -> int | None:
        """Return the transaction that meter values belong to."""
        return connector.transaction_id

    def offered_a(self, connector_id: int = 1) -> float:
        """Return what the charger offers the car now."""
        connector = self.connectors[connector_id]
        if connector.transaction_id is None:
            return 0.0
        limit_a = connector.limit_a(self._clock(), self.max_current_a)
        return limit_a if limit_a >= MIN_CURRENT_A else 0.0

    def offered_phases(self, connector_id: int = 1) -> int:
        """Return on how many phases the charger lets the car charge; on one alone only if it can switch."""
        if self.settings.get("ConnectorSwitch3to1PhaseSupported") != "true":
            return 3
        return self.connectors[connector_id].phases(self._clock())

    def advance(self, seconds: float) -> None:
        """Let time pass: cars draw, registers count."""
        for connector in self.connectors.values():
            if connector.car is None:
                continue
            connector.car.step(
                self.offered_a(connector.id),
                seconds,
                self.offered_phases(connector.id),
            )
            connector.energy_wh += connector.car.power_w * seconds / 3600

    async def charge(self, step_s: float = 1.0) -> None:
        """Live on: draw, meter and report, as the settings say, until the connection ends."""
        elapsed_s = 0.0
        while True:
            await asyncio.sleep(step_s)
            elapsed_s += step_s
            self.advance(step_s)
            for connector in self.connectors.values():
                if connector.transaction_id is None or connector.car is None:
                    continue
                await self._follow_status(connector)
                if (
                    elapsed_s % float(self.settings["MeterValueSampleInterval"])
                    < step_s
                ):
                    await self.meter(connector_id=connector.id)

    async def _follow_status(self, connector: Connector) -> None:
        assert connector.car is not None
        if connector.car.charging:
            status = ChargePointStatus.charging
        elif self.offered_a(connector.id):
            status = ChargePointStatus.suspended_ev
        else:
            status = ChargePointStatus.suspended_evse
        if status is not connector.status:
            await self.change_status(status, connector.id)
            await self.meter(connector_id=connector.id)

    def _samples(self, connector: Connector) -> list[dict[str, str]]:
        car = connector.car or Car()
        phases = [f"L{n}" for n in range(1, car.phases_in_use + 1)]
        offered_a = self.offered_a(connector.id)
        all_values: dict[str, list[dict[str, str]]] = {
            "Energy.Active.Import.Register": [
                {"value": f"{connector.energy_wh:.0f}", "unit": "Wh"}
            ],
            "Power.Active.Import": [{"value": f"{car.power_w:.0f}", "unit": "W"}],
            "Current.Import": [
                {"value": f"{car.current_a:.1f}", "unit": "A", "phase": phase}
                for phase in phases
            ],
            "Current.Offered": [{"value": f"{offered_a:.1f}", "unit": "A"}],
            "Voltage": [
                {
                    "value": f"{NOMINAL_VOLTAGE_V:.1f}",
                    "unit": "V",
                    "phase": f"{phase}-N",
                }
                for phase in phases
            ],
        }
        names = self.settings["MeterValuesSampledData"].split(",")
        return [
            {"measurand": name, "context": "Sample.Periodic", **value}
            for name in names
            for value in all_values.get(name, [])
        ]

    # What tests wait for and look at.

    @property
    def received_names(self) -> list[str]:
        """The actions of all calls that came, in order."""
        return [action for action, _ in self.received]

    @property
    def received_limits(self) -> list[tuple[int, str, float]]:
        """Connector, purpose and first limit of all charging profiles that came, in order."""
        profiles = [
            (payload["connector_id"], payload["profile"])
            for action, payload in self.received
            if action == "SetChargingProfile"
        ]
        return [
            (
                connector_id,
                profile["charging_profile_purpose"],
                profile["charging_schedule"]["charging_schedule_period"][0]["limit"],
            )
            for connector_id, profile in profiles
        ]

    # What the central system asks for.

    @on(Action.get_configuration, skip_schema_validation=True)
    async def _on_get_configuration(
        self, key: list[str] | None = None
    ) -> call_result.GetConfiguration:
        await self._note("GetConfiguration", {"key": key})
        spelled = {name.casefold(): name for name in self.settings}
        keys = [spelled.get(name.casefold(), name) for name in key or self.settings]
        return call_result.GetConfiguration(
            configuration_key=[
                self.tell_setting(name, name in self.frozen, self.settings[name])
                for name in keys
                if name in self.settings
            ],
            unknown_key=[name for name in keys if name not in self.settings],
        )

    @on(Action.change_configuration)
    async def _on_change_configuration(
        self, key: str, value: str
    ) -> call_result.ChangeConfiguration:
        await self._note("ChangeConfiguration", {"key": key, "value": value})
        if key not in self.settings:
            return call_result.ChangeConfiguration(ConfigurationStatus.not_supported)
        if key in self.frozen or self.refuse_setting(key, value):
            return call_result.ChangeConfiguration(ConfigurationStatus.rejected)
        self.settings[key] = value
        if key in self.needs_restart:
            return call_result.ChangeConfiguration(ConfigurationStatus.reboot_required)
        return call_result.ChangeConfiguration(ConfigurationStatus.accepted)

    @on(Action.set_charging_profile)
    async def _on_set_charging_profile(
        self, connector_id: int, cs_charging_profiles: Payload
    ) -> call_result.SetChargingProfile:
        await self._note(
            "SetChargingProfile",
            {"connector_id": connector_id, "profile": cs_charging_profiles},
        )
        if self.refuse_profile(cs_charging_profiles):
            return call_result.SetChargingProfile(ChargingProfileStatus.rejected)
        if self.ignore_profile(cs_charging_profiles):
            return call_result.SetChargingProfile(ChargingProfileStatus.accepted)
        purpose = cs_charging_profiles["charging_profile_purpose"]
        for connector in self.connectors.values():
            if connector_id in (0, connector.id):
                if purpose == "TxProfile" and connector.transaction_id is None:
                    return call_result.SetChargingProfile(
                        ChargingProfileStatus.rejected
                    )
                connector.take_profile(cs_charging_profiles)
        return call_result.SetChargingProfile(ChargingProfileStatus.accepted)

    @on(Action.clear_charging_profile)
    async def _on_clear_charging_profile(
        self, **criteria: Any
    ) -> call_result.ClearChargingProfile:
        await self._note("ClearChargingProfile", criteria)
        connector_id = criteria.get("connector_id")
        purpose = criteria.get("charging_profile_purpose")
        for connector in self.connectors.values():
            if connector_id in (None, 0, connector.id):
                connector.clear_profiles(purpose, of_charger=not connector_id)
        return call_result.ClearChargingProfile(ClearChargingProfileStatus.accepted)

    @on(Action.get_composite_schedule)
    async def _on_get_composite_schedule(
        self,
        connector_id: int,
        duration: int,
        charging_rate_unit: str = "A",
    ) -> call_result.GetCompositeSchedule:
        await self._note(
            "GetCompositeSchedule",
            {"connector_id": connector_id, "charging_rate_unit": charging_rate_unit},
        )
        connector = self.connectors.get(connector_id)
        status = self.statuses.get("GetCompositeSchedule")
        if connector is None or status is not None:
            return call_result.GetCompositeSchedule(
                GetCompositeScheduleStatus(status or "Rejected")
            )
        now = self._clock()
        per_ampere = 1 if charging_rate_unit == "A" else 3 * NOMINAL_VOLTAGE_V
        limits = connector.composite(
            now, timedelta(seconds=duration), self.max_current_a
        )
        return call_result.GetCompositeSchedule(
            GetCompositeScheduleStatus.accepted,
            connector_id=connector_id,
            schedule_start=_text(now),
            charging_schedule={
                "duration": duration,
                "charging_rate_unit": charging_rate_unit,
                "charging_schedule_period": [
                    {"start_period": start, "limit": limit_a * per_ampere}
                    for start, limit_a in limits
                ],
            },
        )

    @on(Action.remote_start_transaction)
    async def _on_remote_start(
        self, id_tag: str, connector_id: int | None = None, **_: Any
    ) -> call_result.RemoteStartTransaction:
        await self._note(
            "RemoteStartTransaction", {"id_tag": id_tag, "connector_id": connector_id}
        )
        if (status := self.statuses.get("RemoteStartTransaction")) is not None:
            return call_result.RemoteStartTransaction(RemoteStartStopStatus(status))
        connector = self.connectors[connector_id or 1]
        if connector.car is None or connector.transaction_id is not None:
            return call_result.RemoteStartTransaction(RemoteStartStopStatus.rejected)
        self._later(self._start_remotely(id_tag, connector.id))
        return call_result.RemoteStartTransaction(RemoteStartStopStatus.accepted)

    async def _start_remotely(self, id_tag: str, connector_id: int) -> None:
        if self.settings.get("AuthorizeRemoteTxRequests") == "true":
            await self.show_tag(id_tag)
        await self.start_session(id_tag, connector_id)

    @on(Action.remote_stop_transaction)
    async def _on_remote_stop(
        self, transaction_id: int
    ) -> call_result.RemoteStopTransaction:
        await self._note("RemoteStopTransaction", {"transaction_id": transaction_id})
        if (status := self.statuses.get("RemoteStopTransaction")) is not None:
            return call_result.RemoteStopTransaction(RemoteStartStopStatus(status))
        for connector in self.connectors.values():
            if connector.transaction_id == transaction_id:
                self._later(self.stop_session("Remote", connector.id))
                return call_result.RemoteStopTransaction(RemoteStartStopStatus.accepted)
        return call_result.RemoteStopTransaction(RemoteStartStopStatus.rejected)

    @on(Action.trigger_message)
    async def _on_trigger_message(
        self, requested_message: str, connector_id: int | None = None
    ) -> call_result.TriggerMessage:
        await self._note(
            "TriggerMessage",
            {"requested_message": requested_message, "connector_id": connector_id},
        )
        if requested_message not in self.triggers:
            return call_result.TriggerMessage(TriggerMessageStatus.not_implemented)
        match requested_message:
            case MessageTrigger.boot_notification:
                self._later(self.boot())
            case MessageTrigger.status_notification:
                self._later(self.report_status(connector_id or 1))
            case MessageTrigger.meter_values:
                self._later(self.meter(connector_id=connector_id or 1))
            case MessageTrigger.heartbeat:
                self._later(self.heartbeat())
            case _:
                return call_result.TriggerMessage(TriggerMessageStatus.not_implemented)
        return call_result.TriggerMessage(TriggerMessageStatus.accepted)

    @on(Action.reset)
    async def _on_reset(self, type: str) -> call_result.Reset:
        await self._note("Reset", {"type": type})
        return call_result.Reset(ResetStatus.accepted)

    @on(Action.unlock_connector)
    async def _on_unlock(self, connector_id: int) -> call_result.UnlockConnector:
        await self._note("UnlockConnector", {"connector_id": connector_id})
        status = self.statuses.get("UnlockConnector", UnlockStatus.unlocked)
        return call_result.UnlockConnector(UnlockStatus(status))

    @on(Action.change_availability)
    async def _on_change_availability(
        self,
        connector_id: int,
        type: str,
    ) -> call_result.ChangeAvailability:
        await self._note(
            "ChangeAvailability", {"connector_id": connector_id, "type": type}
        )
        operative = type == AvailabilityType.operative
        status = (
            ChargePointStatus.available if operative else ChargePointStatus.unavailable
        )
        for connector in self.connectors.values():
            if connector_id in (0, connector.id):
                connector.status = status
                self._later(self.report_status(connector.id))
        return call_result.ChangeAvailability(AvailabilityStatus.accepted)


@asynccontextmanager
async def simulated_charger(
    url: str,
    identity: str,
    *,
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
    **options: Any,
) -> AsyncIterator[SimulatedCharger]:
    """Connect a charger and serve its socket; it has not booted yet.

    Args:
        url: where the central system listens.
        identity: the last segment of the charger's URL.
        tls: how it encrypts, if it does.
        password: what it proves itself with.
        options: those of `SimulatedCharger`.
    """
    socket = await open_socket(url, identity, tls, password)
    charger = SimulatedCharger(identity, socket, **options)
    async with served(charger):
        yield charger


@asynccontextmanager
async def reconnected(
    charger: SimulatedCharger,
    url: str,
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> AsyncIterator[None]:
    """Connect a charger anew that has lost its connection, with all that it knows; it does not boot."""
    charger.socket.transport.abort()
    charger.use(await open_socket(url, charger.id, tls, password))
    async with served(charger):
        yield


async def open_socket(
    url: str,
    identity: str,
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> ClientConnection:
    """Connect as a charger does."""
    headers = {}
    if password is not None:
        credentials = b64encode(f"{identity}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    protocols = [Subprotocol("ocpp1.6")]
    return await connect(
        f"{url}/{identity}",
        subprotocols=protocols,
        ssl=tls,
        additional_headers=headers,
        # Only what a test has it send comes from a charger.
        ping_interval=None,
    )


@asynccontextmanager
async def served(charger: SimulatedCharger) -> AsyncIterator[None]:
    """Have a charger take what comes over its socket, and close it in the end."""
    serving = asyncio.create_task(_serve(charger))
    try:
        yield
    finally:
        await charger.rest()
        await charger.socket.close()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _serve(charger: SimulatedCharger) -> None:
    with suppress(ConnectionClosed):
        await charger.start()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
