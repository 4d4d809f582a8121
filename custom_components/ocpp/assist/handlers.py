"""The intents: when a car is full, charge now, charge until a state of charge by a time."""

from abc import abstractmethod
from typing import ClassVar, override

import probatio

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.intent import Intent, IntentHandler, IntentResponse
from homeassistant.util import dt as dt_util

from ..actions.permissions import controls
from ..actions.targets import Target
from ..csms.errors import CsmsError
from ..csms.operations.start_transaction import start
from ..dashboard.places import Place, may_read_place
from ..surplus.modes import DEPARTURE_MODE, FULL_POWER_MODE
from .answers import Answers
from .language import language
from .places import WhichPlaceError, place_of
from .spoken import next_time, percentage


class PlaceIntentHandler(IntentHandler):
    """A question or command about one connector."""

    _changes: ClassVar[bool] = True

    @property
    @override
    def slot_schema(self) -> dict[probatio.Marker, object]:
        """The name of a charger, a vehicle or an area."""
        return {probatio.Optional("name"): cv.string}

    @override
    async def async_handle(self, intent_obj: Intent) -> IntentResponse:
        """Answer in the language of the question."""
        slots = {
            key: str(slot["value"])
            for key, slot in self.async_validate_slots(intent_obj.slots).items()
        }
        spoken = await intent_obj.hass.async_add_executor_job(
            language, intent_obj.language
        )
        response = intent_obj.create_response()
        try:
            place = place_of(intent_obj, slots.get("name"))
        except WhichPlaceError as err:
            response.async_set_speech(spoken.say(err.key, **err.figures))
            return response
        answers = Answers(intent_obj.hass, spoken, place)
        if not await self._is_allowed(intent_obj, place):
            said = answers.say("not_allowed")
        else:
            said = await self.async_answer(intent_obj, place, answers, slots)
        response.async_set_speech(said)
        return response

    @abstractmethod
    async def async_answer(
        self,
        intent_obj: Intent,
        place: Place,
        answers: Answers,
        slots: dict[str, str],
    ) -> str:
        """Do what is wanted, and return the answer."""

    async def _is_allowed(self, intent_obj: Intent, place: Place) -> bool:
        if (user_id := intent_obj.context.user_id) is None:
            return True
        user = await intent_obj.hass.auth.async_get_user(user_id)
        if user is None:
            return False
        if not self._changes:
            return may_read_place(intent_obj.hass, user, place)
        target = Target(place.hub, place.charger, place.evse_id)
        return controls(intent_obj.hass, user, target)


class WhenFull(PlaceIntentHandler):
    """The question when a car will be full."""

    intent_type = "OcppWhenFull"
    description = "Tells when an electric car that is plugged in will be charged."
    _changes = False

    @override
    async def async_answer(
        self,
        intent_obj: Intent,
        place: Place,
        answers: Answers,
        slots: dict[str, str],
    ) -> str:
        return await answers.when_full(intent_obj.language)


class ChargeNow(PlaceIntentHandler):
    """The command to charge at once, with all the power that there is."""

    intent_type = "OcppChargeNow"
    description = "Charges an electric car that is plugged in as fast as possible."

    @override
    async def async_answer(
        self,
        intent_obj: Intent,
        place: Place,
        answers: Answers,
        slots: dict[str, str],
    ) -> str:
        if (obstacle := answers.obstacle()) is not None:
            return obstacle
        place.charger.async_set_mode(place.evse_id, FULL_POWER_MODE)
        return answers.say("charging_now" if await _started(place) else "not_started")


class ChargeUntil(PlaceIntentHandler):
    """The command to charge to a state of charge by a time of day."""

    intent_type = "OcppChargeUntil"
    description = "Charges an electric car to a state of charge by a time of day."

    @property
    @override
    def slot_schema(self) -> dict[probatio.Marker, object]:
        """The state of charge in percent, and the time of day."""
        return {
            **super().slot_schema,
            probatio.Required("percent"): cv.string,
            probatio.Required("time"): cv.string,
        }

    @override
    async def async_answer(
        self,
        intent_obj: Intent,
        place: Place,
        answers: Answers,
        slots: dict[str, str],
    ) -> str:
        percent = percentage(slots["percent"], answers.spoken.words)
        departure = next_time(slots["time"], answers.spoken.words, dt_util.now())
        if percent is None:
            return answers.say("not_a_percentage")
        if departure is None:
            return answers.say("not_a_time")
        charger, evse_id = place.charger, place.evse_id
        known = place.hub.site.planner.soc_percent(place.key)
        if known is None or charger.vehicle_of(evse_id).capacity_wh is None:
            return answers.say("goal_unknown")
        if not charger.preferences_of(evse_id).mode.policy.plans_departures:
            charger.async_set_mode(evse_id, DEPARTURE_MODE)
        charger.async_set_goal(evse_id, soc_percent=percent, departure=departure)
        when = answers.when(departure)
        return answers.say("goal_set", percent=str(percent), when=when)


async def _started(place: Place) -> bool:
    """Have a session run; False if the charger does not start one."""
    try:
        await start(place.charger.station, place.evse_id)
    except CsmsError:
        return False
    return True


HANDLERS = (WhenFull, ChargeNow, ChargeUntil)
