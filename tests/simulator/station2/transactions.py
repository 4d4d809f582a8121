"""Transaction events: when they are sent, and what they say."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from .core import Core
from .evse import Evse, Transaction
from .limits.charging import Charging
from .metering import Meter, MeterOptions
from .tokens import Tokens
from .wire.schemas import Payload

_CONTEXTS = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}


@dataclass(frozen=True, slots=True)
class Cause:
    """The cause of an event.

    Args:
        trigger: the trigger reason.
        stopped_reason: the reason that is told if the transaction ends by it.
        context: the context of the sampled values, if that does not follow from the event.
    """

    trigger: str
    stopped_reason: str = "Local"
    context: str | None = None


class Transactions:
    """The part of a station that starts and ends transactions, and tells of them."""

    def __init__(self, core: Core, tokens: Tokens, charging: Charging) -> None:
        """Initialize without any transaction."""
        self._core = core
        self._tokens = tokens
        self._charging = charging
        self.meter_options = MeterOptions()
        self.start_profiles: dict[int, Payload] = {}
        """The profiles that came with requests to start, by EVSE."""
        self.on_end: Callable[[], Awaitable[None]] = _nothing
        """Is told when a transaction has ended."""

    async def follow(self, evse: Evse, cause: Cause) -> None:
        """Tell what has changed at an EVSE: the start, a change, or the end of its transaction."""
        before, evse.reached = evse.reached, evse.points()
        if evse.path_closed and evse.transaction is not None:
            started = evse.transaction.power_path_at or self._core.clock()
            evse.transaction.power_path_at = started
        if evse.transaction is None:
            if (evse.reached - before) & self._points("TxStartPoint"):
                await self._start(evse, cause)
        elif (before - evse.reached) & self._points("TxStopPoint"):
            await self.finish(evse, cause)
        else:
            await self._tell(evse, "Updated", cause)

    def _points(self, name: str) -> frozenset[str]:
        points = self._core.model.get("TxCtrlr", name).split(",")
        return frozenset(point.strip() for point in points)

    async def _start(self, evse: Evse, cause: Cause) -> None:
        evse.transaction = Transaction(self._core.clock())
        if evse.path_closed:
            evse.transaction.power_path_at = self._core.clock()
        if (profile := self.start_profiles.pop(evse.id, None)) is not None:
            self._charging.install_at_start(evse, profile)
        await self._tell(evse, "Started", cause)

    async def finish(self, evse: Evse, cause: Cause) -> None:
        """End the transaction, and forget what belongs to it."""
        transaction = evse.transaction
        assert transaction is not None
        reason = transaction.stopped_reason or cause.stopped_reason
        if evse.car is not None:
            evse.car.step(0.0, 0.0)
        told = self._event(evse, "Ended", cause)
        told["transactionInfo"]["stoppedReason"] = reason
        told["meterValue"] = transaction.final_samples + told.get("meterValue", [])
        if not told["meterValue"]:
            del told["meterValue"]
        evse.transaction = None
        evse.id_token = evse.group_id = evse.remote_start_id = None
        evse.reached = evse.points()
        self._charging.profiles.forget_transaction(transaction.id)
        self._charging.profiles.priority.discard(evse.id)
        await self._send(evse, told)
        await self.on_end()

    async def update(self, evse: Evse, cause: Cause) -> None:
        """Tell of something in a transaction that goes on."""
        await self._tell(evse, "Updated", cause)

    async def _tell(self, evse: Evse, kind: str, cause: Cause) -> None:
        await self._send(evse, self._event(evse, kind, cause))

    async def _send(self, evse: Evse, event: Payload) -> None:
        token = event.get("idToken")
        samples = event.get("meterValue")
        if samples and self._core.oddities.meter_values:
            del event["meterValue"]
            values = {"evseId": evse.id, "meterValue": samples}
            await self._core.outbox.tell("MeterValues", values, _ignore)
            if event["triggerReason"].startswith("MeterValue"):
                return

        async def take(answer: Payload) -> None:
            info = answer.get("idTokenInfo")
            if info is None or token is None:
                return
            self._tokens.learn(token, info)
            await self._obey(evse, event["transactionInfo"]["transactionId"], info)

        violation = self._core.link.schemas.violation(
            "TransactionEvent", "Request", event
        )
        assert violation is None, (violation, event)
        await self._core.outbox.tell("TransactionEvent", event, take)

    async def _obey(self, evse: Evse, transaction_id: str, info: Payload) -> None:
        """End the session of a token that the central system refuses."""
        is_running = evse.transaction is not None and (
            evse.transaction.id == transaction_id
        )
        if info["status"] == "Accepted":
            evse.group_id = info.get("groupIdToken", {}).get("idToken")
        elif is_running and self._core.model.is_true("TxCtrlr", "StopTxOnInvalidId"):
            await self.deny(evse, Cause("Deauthorized", "DeAuthorized"))

    async def allow(
        self, evse: Evse, token: Payload, group: Payload | None, cause: Cause
    ) -> None:
        """Let a token charge."""
        evse.id_token, evse.authorized_s = token, 0.0
        evse.group_id = None if group is None else group["idToken"]
        await self.follow(evse, cause)

    async def deny(self, evse: Evse, cause: Cause) -> None:
        """Offer no more energy, and end the transaction if that is how it ends."""
        evse.id_token = None
        if evse.transaction is not None:
            evse.transaction.stopped_reason = cause.stopped_reason
        if evse.car is not None:
            evse.car.step(0.0, 0.0)
        await self.follow(evse, cause)

    async def stop_remotely(self, evse: Evse) -> None:
        """End the transaction, even if nobody was authorized, unless it lasts until the car is gone."""
        cause = Cause("RemoteStop", "Remote")
        if evse.id_token is not None:
            await self.deny(evse, cause)
        elif self._points("TxStopPoint") - {"EVConnected", "ParkingBayOccupancy"}:
            await self.finish(evse, cause)

    # What an event says.

    def _event(self, evse: Evse, kind: str, cause: Cause) -> Payload:
        transaction = evse.transaction
        assert transaction is not None
        transaction.charging_state = self.charging_state(evse)
        transaction.offered_a = self._charging.offer(evse).limit_a
        transaction.seq_no += 1 if self._core.oddities.counts_events else 0
        event: Payload = {
            "eventType": kind,
            "timestamp": self._core.shown_time(),
            "triggerReason": cause.trigger,
            "seqNo": max(transaction.seq_no, 0),
            "transactionInfo": self._info(evse, transaction),
        }
        if kind == "Started" or transaction.seq_no == 0 or cause.trigger == "Trigger":
            event["evse"] = {"id": evse.id}
            if evse.plugged is not None:
                event["evse"]["connectorId"] = evse.plugged
        if cause.trigger == "CablePluggedIn":
            event["evse"] = {"id": evse.id, "connectorId": evse.plugged}
            event["cableMaxCurrent"] = 32
        if evse.id_token is not None and not transaction.told_token:
            transaction.told_token = True
            transaction.id_token = evse.id_token
            event["idToken"] = evse.id_token
        elif cause.trigger == "StopAuthorized" and transaction.id_token is not None:
            event["idToken"] = transaction.id_token
        if evse.car is not None and evse.car.charging:
            event["numberOfPhasesUsed"] = evse.car.phases_in_use
        if evse.reservation_id is not None:
            event["reservationId"] = evse.reservation_id
            evse.reservation_id = None
        if samples := self._samples(evse, kind, cause):
            event["meterValue"] = samples
        return event

    def _info(self, evse: Evse, transaction: Transaction) -> Payload:
        info: Payload = {
            "transactionId": transaction.id,
            "chargingState": transaction.charging_state,
            "timeSpentCharging": round(transaction.charging_s),
        }
        if evse.remote_start_id is not None:
            info["remoteStartId"] = evse.remote_start_id
            evse.remote_start_id = None
        mode = self._charging.offer(evse).mode
        if self._core.link.is_2_1 and mode is not None:
            info["operationMode"] = mode
        return info

    def charging_state(self, evse: Evse) -> str:
        """Return the charging state of an EVSE."""
        if evse.car is None:
            return "Idle"
        if not evse.path_closed:
            return "EVConnected"
        if evse.power_w != 0:
            return "Charging"
        offer = self._charging.offer(evse)
        offers = offer.limit_a > 0 or bool(offer.setpoint_a)
        return "SuspendedEV" if offers else "SuspendedEVSE"

    # Meter values.

    def _samples(self, evse: Evse, kind: str, cause: Cause) -> list[Payload]:
        if kind == "Updated" and not cause.trigger.startswith(
            ("MeterValue", "Trigger")
        ):
            return []
        component, name = "SampledDataCtrlr", f"Tx{kind}Measurands"
        if cause.trigger == "MeterValueClock":
            component, name = "AlignedDataCtrlr", "Measurands"
        context = _CONTEXTS.get(kind, cause.context or "Sample.Periodic")
        measurands = self._core.model.get(component, name).split(",")
        return self.measured(evse, measurands, context)

    def measured(
        self, evse: Evse, measurands: Sequence[str], context: str
    ) -> list[Payload]:
        """Return one meter value, or none if there is nothing to tell."""
        options = self.meter_options
        if (
            context == "Transaction.Begin"
            and self._core.oddities.energy_in_kwh_at_start
        ):
            options = replace(options, energy_unit="kWh")
        meter = Meter(evse, self._charging.offer(evse).limit_a, options)
        samples = meter.samples(measurands, context)
        if not samples:
            return []
        return [{"timestamp": self._core.shown_time(), "sampledValue": samples}]


async def _nothing() -> None:
    """Do nothing at the end of a transaction."""


async def _ignore(_: Payload) -> None:
    """Take an answer that says nothing."""
