"""A simulated charger that departs from the specification as its `Behaviour` says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
import json
from typing import Any, override

from ocpp.v16 import call
from ocpp.v16.enums import ChargePointStatus
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.devices.station_info import StationInfo

from .behaviour import Behaviour, Numbering
from .car import Car
from .charger import Connector, Payload, SimulatedCharger
from .odd_limits import blocks, consent, is_mute, offered_a, takes
from .odd_meter import (
    Reading,
    closing_registers,
    measurand,
    samples,
    start_register_wh,
    stop_register_wh,
)
from .outbox import PROVISIONAL_NUMBER, Outbox

_EVERY = 4
"""A broken frame follows each so many meter values."""


class OddCharger(SimulatedCharger):
    """A charger with a will of its own."""

    def __init__(
        self,
        identity: str,
        socket: ClientConnection,
        url: str,
        behaviour: Behaviour,
        **options: Any,
    ) -> None:
        """Initialize on an open socket to a URL."""
        super().__init__(
            identity,
            socket,
            max_current_a=behaviour.max_current_a,
            settings=behaviour.settings,
            **options,
        )
        self.behaviour = behaviour
        self.frozen |= behaviour.manners.frozen
        self.lacks |= behaviour.lacks
        self.boots = 0
        """How often it has announced itself."""
        self.hang_ups = 0
        """How often it lost patience."""
        self.outbox = Outbox()
        """The calls that wait for the connection, which can be cut."""
        self.session_wh = dict.fromkeys(self.connectors, 0.0)
        """What was charged since the last session began, by connector."""
        self._previous_number = 1111
        self._unlimited = False
        self._spent: set[int] = set()
        self._must_boot = True
        self._url = url
        self._next: ClientConnection | None = None
        self.on_silence: Callable[[], object] = lambda: None
        """Called for each call that it does not answer."""
        self.elapse: Callable[[float], object] = lambda _: None
        """Lets time pass while it thinks about an answer."""
        self._profile_calls: set[str] = set()
        self._has_thought = False
        self._quiet_s = 0.0
        self._ended_s: dict[int, float] = {}
        self._values_sent = 0
        self._since_values_s = 0.0

    # Its life.

    async def live(self) -> None:
        """Boot, serve, and dial anew whenever the connection ends."""
        while True:
            arriving = asyncio.create_task(self._arrive())
            try:
                await self._serve()
            finally:
                arriving.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await arriving
            # What waits for an answer over this connection waits in vain.
            await self.rest()
            await self.outbox.connectable.wait()
            try:
                self.use(self._next or await _dial(self._url, self.id))
            except OSError:
                # There is nobody any more.
                return
            self._next = None

    async def _arrive(self) -> None:
        if self._must_boot:
            self._must_boot = False
            await self.boot()
            self.boots += 1
        await self._send_outbox()

    async def _send_outbox(self) -> None:
        for payload in self.outbox.empty():
            answer = await self.call(payload)
            if isinstance(payload, call.StartTransaction):
                self._learn_number(int(answer.transaction_id))

    def _learn_number(self, told: int) -> None:
        """Go on with a session that began without a connection under the number that it is told."""
        self.outbox.learn_number(told)
        for connector in self.connectors.values():
            if connector.transaction_id == PROVISIONAL_NUMBER:
                connector.transaction_id = told

    async def _serve(self) -> None:
        with suppress(ConnectionClosed):
            await self.start()

    async def restart(self) -> None:
        """Lose what is kept in working memory, and boot."""
        for connector in self.connectors.values():
            kept = (
                {} if self.behaviour.limits.forgets_all_at_boot else connector.profiles
            )
            connector.profiles = {
                key: profile for key, profile in kept.items() if key[0] != "TxProfile"
            }
        self._must_boot = True
        self.registration = None
        if self.behaviour.manners.dials_first:
            self._next = await _dial(self._url, self.id)
        else:
            await self.socket.close()

    async def hang_up(self) -> None:
        """End the connection; it dials again by itself."""
        await self.socket.close()

    async def cut(self) -> None:
        """Lose the connection until it is mended."""
        self.outbox.connectable.clear()
        await self.socket.close()

    def mend(self, url: str | None = None) -> None:
        """Let it dial again, perhaps another address."""
        self._url = url or self._url
        self.outbox.connectable.set()

    @override
    def advance(self, seconds: float) -> None:
        before_wh = {each.id: each.energy_wh for each in self.connectors.values()}
        super().advance(seconds)
        for connector in self.connectors.values():
            charged_wh = connector.energy_wh - before_wh[connector.id]
            self.session_wh[connector.id] += charged_wh
            self._forget_ended(connector, seconds)
        self._quiet_s += seconds
        self._since_values_s += seconds

    def _forget_ended(self, connector: Connector, seconds: float) -> None:
        forgets_after_s = self.behaviour.limits.forgets_all_after_end_s
        if forgets_after_s is None or connector.id not in self._ended_s:
            return
        self._ended_s[connector.id] += seconds
        if self._ended_s[connector.id] >= forgets_after_s:
            del self._ended_s[connector.id]
            connector.profiles.clear()

    async def tell(self) -> None:
        """Send what is due by now."""
        for connector in self.connectors.values():
            if connector.transaction_id is not None and connector.car is not None:
                await self._follow_status(connector)
            await self._end_paused(connector)
        interval_s = float(self.settings["MeterValueSampleInterval"])
        if self.behaviour.metering.periodic and self._since_values_s >= interval_s:
            for connector in self.connectors.values():
                if self.session_number(connector) is not None:
                    await self.meter(connector_id=connector.id)
        await self._keep_alive()

    async def _end_paused(self, connector: Connector) -> None:
        is_paused = (
            connector.transaction_id is not None and self.offered_a(connector.id) == 0
        )
        if is_paused and self.behaviour.sessions.ends_paused:
            await self.stop_session("Other", connector.id)

    async def _keep_alive(self) -> None:
        patience_s = self.behaviour.manners.patience_s
        if self._quiet_s >= float(self.settings["HeartbeatInterval"]):
            await self.heartbeat()
        elif patience_s is not None and self._quiet_s > patience_s:
            self.hang_ups += 1
            self._quiet_s = 0.0
            await self.hang_up()

    # What it says.

    @override
    async def call(self, payload: Any, *args: Any, **kwargs: Any) -> Any:
        # The library would check what is wrong on purpose.
        self._quiet_s = 0.0
        if not self.outbox.connectable.is_set():
            return self.outbox.keep(payload)
        return await super().call(payload, skip_schema_validation=True)

    @override
    async def report_status(self, connector_id: int = 1) -> None:
        await self.call(
            call.StatusNotification(
                connector_id=connector_id,
                error_code=self.behaviour.manners.error_code,
                status=self._told_status(connector_id),
                timestamp=self.shown_time(),
            )
        )

    def _told_status(self, connector_id: int) -> ChargePointStatus:
        connector, told = self.connectors[connector_id], self.behaviour.manners
        if connector.transaction_id is None or told.status_in_session is None:
            return connector.status
        return ChargePointStatus(told.status_in_session)

    @override
    async def start_session(self, id_tag: str = "TAG", connector_id: int = 1) -> int:
        self.session_wh[connector_id] = 0.0
        number = await super().start_session(id_tag, connector_id)
        self.connectors[connector_id].started_at = self._schedule_time()
        return number

    @override
    def number_session(self, told: int) -> int:
        match self.behaviour.sessions.numbering:
            case Numbering.NEGATIVE:
                return -7
            case Numbering.OWN:
                return told + 1000
            case _:
                return told

    @override
    async def stop_session(
        self,
        reason: str = "Local",
        connector_id: int = 1,
        data: Sequence[Any] | None = None,
    ) -> None:
        connector = self.connectors[connector_id]
        number = self.session_number(connector)
        assert connector.transaction_id is not None
        self._previous_number = connector.transaction_id
        self._ended_s[connector_id] = 0.0
        if self.behaviour.sessions.closing_registers:
            data = closing_registers(self._reading(connector), self.shown_time())
        await super().stop_session(reason, connector_id, data)
        self._spent.add(connector_id)
        if self.behaviour.sessions.closing_values:
            await self._send_values(connector, number, self._samples(connector))

    @override
    async def unplug(self, connector_id: int = 1) -> None:
        await super().unplug(connector_id)
        self._spent.discard(connector_id)

    @override
    async def meter(
        self, samples: Sequence[Mapping[str, str]] | None = None, connector_id: int = 1
    ) -> None:
        connector = self.connectors[connector_id]
        values = self._samples(connector) if samples is None else samples
        self._since_values_s = 0.0
        await self._send_values(connector, self.session_number(connector), values)

    async def _send_values(
        self,
        connector: Connector,
        number: int | None,
        values: Sequence[Mapping[str, str]],
    ) -> None:
        pieces = [[value] for value in values]
        for piece in pieces if self.behaviour.metering.in_pieces else [values]:
            value = {"timestamp": self.shown_time(), "sampled_value": list(piece)}
            await self.call(call.MeterValues(connector.id, [value], number))
        self._values_sent += 1
        broken_frame = self.behaviour.manners.broken_frame
        if broken_frame is not None and self._values_sent % _EVERY == 0:
            await self.socket.send(broken_frame)

    @override
    def session_number(self, connector: Connector) -> int | None:
        sessions = self.behaviour.sessions
        if connector.transaction_id is None:
            return sessions.idle_number
        if sessions.numbering is Numbering.PREVIOUS:
            return self._previous_number
        return connector.transaction_id

    # What it meters.

    @override
    def start_register_wh(self, connector: Connector) -> float:
        if self.behaviour.sessions.tells_zero:
            return 0.0
        return start_register_wh(self.behaviour.metering, self._reading(connector))

    @override
    def stop_register_wh(self, connector: Connector) -> float:
        if self.behaviour.sessions.tells_zero:
            return 0.0
        return stop_register_wh(self.behaviour.metering, self._reading(connector))

    @override
    def _samples(self, connector: Connector) -> list[dict[str, str]]:
        names = self.settings["MeterValuesSampledData"]
        return samples(self.behaviour.metering, self._reading(connector), names)

    def _reading(self, connector: Connector) -> Reading:
        return Reading(
            connector.energy_wh,
            self.session_wh[connector.id],
            connector.transaction_id is not None,
            connector.car or Car(phases=self.behaviour.phases),
            self.offered_a(connector.id),
        )

    # What it offers.

    @override
    def offered_a(self, connector_id: int = 1) -> float:
        connector = self.connectors[connector_id]
        if connector.transaction_id is None:
            return 0.0
        allowed_a = connector.limit_a(self._schedule_time(), self.max_current_a)
        if self._unlimited and allowed_a > 0:
            allowed_a = self.max_current_a
        return offered_a(self.behaviour.limits, allowed_a)

    def _schedule_time(self) -> datetime:
        """Return the time by which schedules are followed."""
        manners = self.behaviour.manners
        ahead_s = manners.clock_ahead_s if manners.schedules_by_clock else 0.0
        return self._clock() + timedelta(seconds=ahead_s)

    @property
    def blocked(self) -> bool:
        """True if a default of 0 keeps it from charging at all."""
        limits, connectors = self.behaviour.limits, self.connectors.values()
        return any(blocks(limits, connector) for connector in connectors)

    # What it is asked for.

    @override
    async def route_message(self, raw_msg: str) -> None:
        """Answer a call in its own way, if it has one; all else is answered as it should be."""
        frame = json.loads(raw_msg)
        if frame[0] == 2:
            _, message_id, action, payload = frame
            await asyncio.sleep(self.behaviour.manners.delay_s)
            if self._is_mute(action, payload):
                self.on_silence()
                return
            if action == "SetChargingProfile":
                self._profile_calls.add(message_id)
            if (answer := await self._own_answer(action, payload)) is not None:
                await self._note(action, payload)
                await self.socket.send(json.dumps([3, message_id, answer]))
                return
        await super().route_message(raw_msg)

    @override
    async def _send(self, message: str) -> None:
        """Send a frame; what it says of a profile that it took is in its own words, and may be late."""
        frame, limits = json.loads(message), self.behaviour.limits
        if frame[0] == 3 and frame[1] in self._profile_calls:
            if frame[2]["status"] == "Accepted":
                message = consent(limits, frame[1]) or message
            await self._think(limits.first_answer_after_s)
        await super()._send(message)

    async def _think(self, seconds: float) -> None:
        """Let time pass before the first answer; what has run down by then is over before it comes."""
        if seconds and not self._has_thought:
            self._has_thought = True
            self.elapse(seconds)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    def _is_mute(self, action: str, payload: Payload) -> bool:
        manners = self.behaviour.manners
        if manners.mute or (manners.mute_before_boot and self.registration is None):
            return True
        if action in manners.mute_actions:
            return True
        profile = payload.get("csChargingProfiles", {})
        return action == "SetChargingProfile" and is_mute(
            self.behaviour.limits, profile
        )

    async def _own_answer(self, action: str, payload: Payload) -> Payload | None:
        if action in self.lacks:
            return None
        if action in self.behaviour.answers:
            return dict(self.behaviour.answers[action])
        match action:
            case "GetConfiguration":
                return await self._about_settings(payload)
            case "ChangeConfiguration":
                return await self._about_setting(payload["key"], payload["value"])
            case "SetChargingProfile":
                return self._about_profile(payload["csChargingProfiles"])
            case "RemoteStartTransaction":
                return self._about_start(payload["idTag"])
            case "GetCompositeSchedule":
                return self._about_plan(payload["connectorId"], payload["duration"])
            case _:
                return None

    async def _about_settings(self, payload: Payload) -> Payload | None:
        manners = self.behaviour.manners
        if "key" not in payload and manners.restarts_at_reading:
            await self._note("GetConfiguration", {"key": None})
            await self.restart()
            return None
        return (
            {"configurationKey": []}
            if manners.mute_by_name and "key" in payload
            else None
        )

    async def _about_setting(self, key: str, value: str) -> Payload | None:
        metering = self.behaviour.metering
        if key in self.behaviour.manners.restarts_at_writing:
            await self.restart()
            return None
        if key == "MeterValueSampleInterval" and int(value) < metering.least_interval_s:
            return {"status": "Rejected"}
        if key == "MeterValuesSampledData":
            names = value.split(",")
            known = metering.measurands
            if known is not None and not known.issuperset(
                measurand(name) for name in names
            ):
                return {"status": "Rejected"}
            if (
                metering.most_measurands is not None
                and len(names) > metering.most_measurands
            ):
                await self.restart()
        return None

    def _about_profile(self, profile: Payload) -> Payload | None:
        limits = self.behaviour.limits
        sessions = [item.transaction_id for item in self.connectors.values()]
        if not takes(limits, profile, sessions):
            return {"status": limits.refusal}
        if profile["chargingProfilePurpose"] in limits.ignored_purposes:
            return {"status": "Accepted"}
        limit = profile["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"]
        ends_pause = limit > 0 and self._paused and not self._unlimited
        self._unlimited = limits.forgets_after_pause and ends_pause
        return None

    def _about_plan(self, connector_id: int, duration_s: int) -> Payload | None:
        connector = self.connectors.get(connector_id)
        plans_nothing = self.behaviour.limits.plans_nothing_idle
        if connector is None or not plans_nothing or connector.transaction_id:
            return None
        period = {"startPeriod": 0, "limit": self.max_current_a}
        return {
            "status": "Accepted",
            "connectorId": connector_id,
            "chargingSchedule": {
                "duration": duration_s,
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [period],
            },
        }

    @property
    def _paused(self) -> bool:
        return any(
            connector.transaction_id is not None and self.offered_a(connector.id) == 0
            for connector in self.connectors.values()
        )

    def _about_start(self, id_tag: str) -> Payload | None:
        sessions = self.behaviour.sessions
        wanted = sessions.tag_setting and self.settings[sessions.tag_setting]
        if len(id_tag) > sessions.longest_tag or wanted not in (None, id_tag):
            return {"status": "Rejected"}
        if self._spent and not sessions.restarts:
            return {"status": "Rejected"}
        return {"status": "Accepted"} if self.blocked else None

    @property
    def own_tag(self) -> str:
        """The tag of the sessions that it starts by itself."""
        setting = self.behaviour.sessions.tag_setting
        return "TAG" if setting is None else self.settings[setting]

    @override
    def shown_time(self, ago_s: float = 0.0) -> str:
        return super().shown_time(ago_s - self.behaviour.manners.clock_ahead_s)


@asynccontextmanager
async def powered(
    url: str, identity: str, behaviour: Behaviour, info: StationInfo, **options: Any
) -> AsyncIterator[OddCharger]:
    """Have a charger connect and live, until the power goes.

    Args:
        url: where the central system listens.
        identity: the last segment of the charger's URL.
        behaviour: what is odd about it.
        info: who it says it is.
        options: those of `SimulatedCharger`.
    """
    base = f"{url}{behaviour.manners.path}"
    socket = await _dial(base, identity)
    charger = OddCharger(identity, socket, base, behaviour, **options)
    charger.vendor, charger.model = info.vendor, info.model
    charger.firmware_version = info.firmware_version or ""
    living = asyncio.create_task(charger.live())
    try:
        yield charger
    finally:
        living.cancel()
        await charger.rest()
        with suppress(asyncio.CancelledError):
            await living
        await charger.socket.close()


async def _dial(url: str, identity: str) -> ClientConnection:
    return await connect(
        f"{url}/{identity}",
        subprotocols=[Subprotocol("ocpp1.6")],
        compression=None,
    )
