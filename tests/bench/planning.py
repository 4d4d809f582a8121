"""Plans from the benchmark's departures, prices and forecast."""

from collections.abc import Mapping
import math
from typing import Any

from custom_components.ocpp.surplus.model import ChargerReading, Estimate
from custom_components.ocpp.surplus.planning.expectation import (
    Expectation,
    Observation,
    expected,
    learned,
)
from custom_components.ocpp.surplus.planning.guidance import guided
from custom_components.ocpp.surplus.planning.outlook import (
    HOUR_S,
    Outlook,
    Series,
    Span,
)
from custom_components.ocpp.surplus.planning.plan import ChargingGoal, Plan
from custom_components.ocpp.surplus.planning.planner import plan_all
from custom_components.ocpp.surplus.planning.power_range import power_range_of
from custom_components.ocpp.surplus.state import State

type Message = Mapping[str, Any]

REPLAN_S = 60.0


class Planning:
    """Plans for the chargers whose cars depart with a goal; does nothing in scenarios without prices."""

    def __init__(self, info: Message) -> None:
        """Initialize with the settings that a user would make."""
        self._targets = {
            str(number): charger
            for number, charger in enumerate(info["chargers"])
            if info["prices"] is not None
        }
        self._outlook = _outlook(info) if self._targets else Outlook()
        self._expected = self._outlook
        self._expectation = Expectation()
        self._plans: Mapping[str, Plan] = {}
        self._planned_at_s = -math.inf

    def applied(
        self,
        readings: Mapping[str, ChargerReading],
        measured: Message,
        state: State,
        surplus_w: Estimate | None,
        now_s: float,
    ) -> Mapping[str, ChargerReading]:
        """Return the readings adjusted to the plans."""
        if not self._targets:
            return readings
        if now_s - self._planned_at_s >= REPLAN_S:
            self._planned_at_s = now_s
            self._learn(measured, surplus_w, now_s)
            self._replan(readings, state, now_s)
        return {
            key: guided(reading, self._plans.get(key), self._expected, now_s)
            for key, reading in readings.items()
        }

    def _learn(
        self, measured: Message, surplus_w: Estimate | None, now_s: float
    ) -> None:
        observation = Observation(
            now_s,
            int(now_s % (24 * HOUR_S) // HOUR_S),
            None if measured["pv_ts"] is None else measured["pv_p"],
            None if surplus_w is None else surplus_w.likely,
        )
        self._expectation = learned(
            self._expectation, observation, self._outlook.sun_w.at(now_s)
        )

    def _replan(
        self,
        readings: Mapping[str, ChargerReading],
        state: State,
        now_s: float,
    ) -> None:
        goals = {
            key: ChargingGoal(
                energy_wh=max(
                    0.0, self._targets[key]["target_wh"] - reading.charged_wh
                ),
                departure_s=self._targets[key]["t_depart"],
                power_range=power_range_of(reading.settings, state.chargers[key].car),
                delivered_wh=reading.charged_wh,
            )
            for key, reading in readings.items()
            if reading.ready
            and key in state.chargers
            and self._targets[key]["t_depart"] > now_s
        }
        until_s = max(
            (goal.departure_s or now_s for goal in goals.values()), default=now_s
        )
        self._expected = expected(self._expectation, self._outlook, now_s, until_s)
        self._plans = plan_all(goals, self._expected, now_s, self._plans)


def _outlook(info: Message) -> Outlook:
    prices = info["prices"]
    begin_s, slot_s = prices["t0"], prices["slot_s"]
    return Outlook(
        prices=Series(
            Span(begin_s + index * slot_s, begin_s + (index + 1) * slot_s, price)
            for index, price in enumerate(prices["imp"])
        ),
        sun_w=Series(
            Span(at_s, at_s + HOUR_S, power_w) for at_s, power_w in info["pv_forecast"]
        ),
        feed_in_per_kwh=prices["exp"][0],
    )
