"""The passage of time at a station: cars draw, registers count, and what is due is sent."""

from .core import Core
from .evse import Evse
from .limits.charging import Charging
from .remote import Trigger
from .transactions import Cause, Transactions
from .v2x import V2xCar
from .wire.schemas import Payload


class Passage:
    """The part of a station that lets time pass."""

    def __init__(
        self, core: Core, charging: Charging, transactions: Transactions
    ) -> None:
        """Initialize at the beginning."""
        self._core = core
        self._charging = charging
        self._transactions = transactions
        self._since_heartbeat_s = 0.0
        self._since_aligned_s = 0.0

    def advance(self, seconds: float) -> None:
        """Let cars draw and registers count, and send nothing."""
        for evse in self._core.evses.values():
            if evse.car is None:
                continue
            offer = self._charging.offer(evse)
            if offer.setpoint_a is not None and isinstance(evse.car, V2xCar):
                evse.car.follow(offer.setpoint_a, seconds)
            else:
                evse.car.step(offer.limit_a, seconds, offer.phases)
            evse.count(seconds)
            if evse.transaction is not None:
                evse.transaction.since_sample_s += seconds
                evse.transaction.since_final_sample_s += seconds
                if evse.power_w != 0:
                    evse.transaction.charging_s += seconds

    async def elapse(self, seconds: float) -> None:
        """Let one step of time pass, and send what is due after it."""
        self.advance(seconds)
        for evse in self._core.evses.values():
            await self._follow(evse, seconds)
        if self._core.link.connected:
            await self._charging.pull_due()
            await self._beat(seconds)
        await self._align(seconds)

    async def _follow(self, evse: Evse, seconds: float) -> None:
        if evse.car is None and evse.id_token is not None:
            await self._expire(evse, seconds)
        if evse.points() != evse.reached:
            trigger = "ChargingStateChanged"
            await self._transactions.follow(evse, Cause(trigger, "Other"))
        transaction = evse.transaction
        if transaction is None:
            return
        mode = self._charging.offer(evse).mode
        if self._transactions.charging_state(evse) != transaction.charging_state:
            await self._transactions.update(evse, Cause("ChargingStateChanged"))
        elif self._core.link.is_2_1 and mode != transaction.operation_mode:
            transaction.operation_mode = mode
            await self._transactions.update(evse, Cause("OperationModeChanged"))
        elif self._is_significant(transaction.offered_a, evse):
            await self._transactions.update(evse, Cause("ChargingRateChanged"))
        await self._sample(evse)

    def _is_significant(self, told_a: float, evse: Evse) -> bool:
        """Return True if the offer has changed by more than the station keeps to itself."""
        name = "LimitChangeSignificance"
        percent = float(self._core.model.get("SmartChargingCtrlr", name))
        change_a = abs(self._charging.offer(evse).limit_a - told_a)
        return change_a > evse.max_current_a * percent / 100

    async def _expire(self, evse: Evse, seconds: float) -> None:
        evse.authorized_s += seconds
        timeout_s = float(self._core.model.get("TxCtrlr", "EVConnectionTimeOut"))
        if timeout_s and evse.authorized_s >= timeout_s:
            evse.authorized_s = 0.0
            cause = Cause("EVConnectTimeout", "Timeout")
            await self._transactions.deny(evse, cause)

    async def _sample(self, evse: Evse) -> None:
        transaction, model = evse.transaction, self._core.model
        assert transaction is not None
        if not model.is_true("SampledDataCtrlr", "Enabled"):
            return
        final_s = float(model.get("SampledDataCtrlr", "TxEndedInterval"))
        if final_s and transaction.since_final_sample_s >= final_s:
            transaction.since_final_sample_s = 0.0
            names = model.get("SampledDataCtrlr", "TxEndedMeasurands").split(",")
            transaction.final_samples += self._transactions.measured(
                evse, names, "Sample.Periodic"
            )
        interval_s = float(model.get("SampledDataCtrlr", "TxUpdatedInterval"))
        if interval_s and transaction.since_sample_s >= interval_s:
            transaction.since_sample_s = 0.0
            await self._transactions.update(evse, Cause("MeterValuePeriodic"))

    async def _align(self, seconds: float) -> None:
        model = self._core.model
        interval_s = float(model.get("AlignedDataCtrlr", "Interval"))
        self._since_aligned_s += seconds
        is_on = interval_s and model.is_true("AlignedDataCtrlr", "Enabled")
        if not is_on or self._since_aligned_s < interval_s:
            return
        self._since_aligned_s = 0.0
        for evse in self._core.evses.values():
            if evse.transaction is not None:
                cause = Cause("MeterValueClock", context="Sample.Clock")
                await self._transactions.update(evse, cause)
            else:
                await self.report_values(evse, "Sample.Clock")

    async def report_values(self, evse: Evse, context: str) -> None:
        """Send meter values of an EVSE, whether or not there is a transaction."""
        names = self._core.model.get("AlignedDataCtrlr", "Measurands").split(",")
        values = self._transactions.measured(evse, names, context)
        if values and self._core.link.connected:
            message = {"evseId": evse.id, "meterValue": values}
            await self._core.link.call("MeterValues", message)

    async def _beat(self, seconds: float) -> None:
        self._since_heartbeat_s += seconds
        interval_s = float(self._core.model.get("OCPPCommCtrlr", "HeartbeatInterval"))
        if interval_s and self._since_heartbeat_s >= interval_s:
            self._since_heartbeat_s = 0.0
            await self._core.link.call("Heartbeat", {})

    # Messages that are asked for.

    def triggers(self) -> dict[str, Trigger]:
        """Return the messages that can be asked for."""
        return {
            "StatusNotification": self._trigger_status,
            "MeterValues": self._trigger_meter_values,
            "TransactionEvent": self._trigger_transaction,
        }

    async def _trigger_status(self, evse: Payload) -> None:
        await self._core.report_status(evse["id"], evse["connectorId"])

    async def _trigger_meter_values(self, evse: Payload) -> None:
        for each in self._evses(evse):
            await self.report_values(each, "Trigger")

    async def _trigger_transaction(self, evse: Payload) -> None:
        for each in self._evses(evse):
            if each.transaction is not None:
                cause = Cause("Trigger", context="Trigger")
                await self._transactions.update(each, cause)

    def _evses(self, evse: Payload) -> list[Evse]:
        chosen = evse.get("id", 0)
        return [each for each in self._core.evses.values() if chosen in (0, each.id)]
