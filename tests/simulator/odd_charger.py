"""A simulated charger that departs from the specification as its `Behaviour` says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
import json
from typing import Any, override

from ocpp.v16 import call
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.devices.station_info import StationInfo

from .behaviour import Behaviour, Numbering
from .car import Car
from .charger import Connector, Payload, SimulatedCharger
from .odd_limits import blocks, is_mute, offered_a, takes
from .odd_meter import Reading, measurand, samples, start_register_wh, stop_register_wh

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
        self._quiet_s = 0.0
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
            self.use(self._next or await _dial(self._url, self.id))
            self._next = None

    async def _arrive(self) -> None:
        if self._must_boot:
            self._must_boot = False
            await self.boot()
            self.boots += 1

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

    @override
    def advance(self, seconds: float) -> None:
        for connector in self.connectors.values():
            before_wh = connector.energy_wh
            super().advance(seconds)
            self.session_wh[connector.id] += connector.energy_wh - before_wh
        self._quiet_s += seconds
        self._since_values_s += seconds

    async def tell(self) -> None:
        """Send what is due by now."""
        for connector in self.connectors.values():
            if connector.transaction_id is not None and connector.car is not None:
                await self._follow_status(connector)
        interval_s = float(self.settings["MeterValueSampleInterval"])
        if self.behaviour.metering.periodic and self._since_values_s >= interval_s:
            for connector in self.connectors.values():
                if self.session_number(connector) is not None:
                    await self.meter(connector_id=connector.id)
        await self._keep_alive()

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
        return await super().call(payload, skip_schema_validation=True)

    @override
    async def report_status(self, connector_id: int = 1) -> None:
        await self.call(
            call.StatusNotification(
                connector_id=connector_id,
                error_code=self.behaviour.manners.error_code,
                status=self.connectors[connector_id].status,
                timestamp=self._now(),
            )
        )

    @override
    async def start_session(self, id_tag: str = "TAG", connector_id: int = 1) -> int:
        self.session_wh[connector_id] = 0.0
        return await super().start_session(id_tag, connector_id)

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
        await self.call(
            call.MeterValues(
                connector_id=connector.id,
                transaction_id=number,
                meter_value=[{"timestamp": self._now(), "sampled_value": list(values)}],
            )
        )
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
        return start_register_wh(self.behaviour.metering, self._reading(connector))

    @override
    def stop_register_wh(self, connector: Connector) -> float:
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
        allowed_a = connector.limit_a(self._clock(), self.max_current_a)
        if self._unlimited and allowed_a > 0:
            allowed_a = self.max_current_a
        return offered_a(self.behaviour.limits, allowed_a)

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
            if (answer := await self._own_answer(action, payload)) is not None:
                await self._note(action, payload)
                await self.socket.send(json.dumps([3, message_id, answer]))
                return
        await super().route_message(raw_msg)

    def _is_mute(self, action: str, payload: Payload) -> bool:
        if self.behaviour.manners.mute_before_boot and self.registration is None:
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

    def _now(self) -> str:
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")


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
