"""The answer to when a car will be full."""

from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..csms.evses.status import ConnectorStatus
from ..dashboard.places import Place
from ..surplus.explain.reasons import Reason
from ..surplus.planning.plan import Plan
from .language import Language
from .places import place_name

_FINISHED: Final = {
    Reason.CAR_FULL: "full",
    Reason.TARGET_REACHED: "target_reached",
}


class Answers:
    """Answers about one connector in one language."""

    def __init__(self, hass: HomeAssistant, spoken: Language, place: Place) -> None:
        """Initialize."""
        self._hass = hass
        self.spoken = spoken
        self._place = place

    def say(self, key: str, **figures: str) -> str:
        """Return an answer about the connector and its car."""
        place = place_name(self._place)
        vehicle = self._place.charger.vehicle_of(self._place.evse_id).name
        car = vehicle or self.spoken.say("car_at", place=place)
        return self.spoken.say(key, car=car, place=place, **figures)

    def when(self, at: datetime) -> str:
        """Return an instant in the next days."""
        local, today = dt_util.as_local(at), dt_util.now().date()
        days = (local.date() - today).days
        key = {0: "today", 1: "tomorrow"}.get(days, "later")
        said = self.spoken.answers[key]
        return said.format(time=local.strftime("%H:%M"), days=days)

    def obstacle(self) -> str | None:
        """Return why nothing can be charged, if so."""
        if not self._place.charger.station.connected:
            return self.say("offline")
        if self._place.charger.evse(self._place.evse_id).plugged_in is False:
            return self.say("no_car")
        return None

    async def when_full(self, language: str) -> str:
        """Return when the car will have what it needs."""
        if (obstacle := self.obstacle()) is not None:
            return obstacle
        site, key = self._place.hub.site, self._place.key
        reason = site.explanations.reason(key)
        if reason in _FINISHED:
            return self.say(_FINISHED[reason])
        if (plan := site.planner.plan_of(key)) is not None and plan.ready_s is not None:
            return self._planned(plan, plan.ready_s)
        evse = self._place.charger.evse(self._place.evse_id)
        if evse.status is ConnectorStatus.CHARGING and evse.meter.power_w:
            session = evse.running_transaction
            energy_wh = (session.energy_wh if session else None) or 0.0
            return self.say(
                "charging",
                power=self.spoken.number(evse.meter.power_w / 1000),
                energy=self.spoken.number(energy_wh / 1000),
            )
        return self.say("not_charging", reason=await self._reason(reason, language))

    def _planned(self, plan: Plan, ready_s: float) -> str:
        ready = self.when(dt_util.utc_from_timestamp(ready_s))
        if plan.feasible or plan.goal.departure_s is None:
            return self.say("ready", when=ready)
        return self.say(
            "too_late",
            when=ready,
            departure=self.when(dt_util.utc_from_timestamp(plan.goal.departure_s)),
            missing=self.spoken.number(plan.missing_wh / 1000),
        )

    async def _reason(self, reason: Reason | None, language: str) -> str:
        texts = await async_get_translations(self._hass, language, "entity", {DOMAIN})
        text = texts.get(f"component.{DOMAIN}.entity.sensor.reason.state.{reason}", "-")
        return text[:1].lower() + text[1:]
