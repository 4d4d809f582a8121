"""The whereabouts of vehicles: which one is at which connector, kept up to date."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..config.vehicle_mark import names_vehicle, vehicle_mark
from ..const import CONF_ID_TAG, SUBENTRY_TAG
from ..csms.evses.transaction import Transaction
from ..csms.observers import Listeners
from ..csms.tokens.token import same_token
from .clues import Candidate, Clue, Place, clues, usual_clues
from .connector import WatchedConnector
from .followed_signals import FollowedSignals
from .identification import GUEST, Identification, identified
from .registry import Vehicles
from .stored import StoredConnector, StoredVehicles, stored_vehicles

REVIEW_INTERVAL = timedelta(minutes=1)
"""The interval at which all is reconsidered, as some clues count only after a while."""
SAVE_DELAY_S = 1.0


class Whereabouts:
    """The connectors of one central system, with the vehicles that are identified there."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, vehicles: Vehicles
    ) -> None:
        """Initialize without connectors."""
        self._hass = hass
        self._entry = entry
        self._vehicles = vehicles
        self._signals = FollowedSignals(hass, vehicles, self.async_review)
        self._file = stored_vehicles(hass, entry.entry_id)
        self._stored: Mapping[str, StoredConnector] = {}
        self._connectors: dict[str, WatchedConnector] = {}
        self._tracking: list[CALLBACK_TYPE] = []
        self._changed = Listeners[()]()
        self._reassigned = Listeners[Charger, int, tuple[str, ...]]()

    async def async_load(self) -> None:
        """Restore the goals of vehicles, and the visits before the restart."""
        stored = await self._file.async_load() or StoredVehicles()
        self._stored = stored.connectors
        self._vehicles.async_load(stored.goals)
        self._tracking = [
            self._vehicles.async_subscribe(self._async_on_vehicles),
            async_track_time_interval(
                self._hass, self._async_on_minute, REVIEW_INTERVAL
            ),
        ]
        self._signals.async_follow()

    async def async_stop(self) -> None:
        """Follow nothing any more, and save."""
        for untrack in self._tracking:
            untrack()
        for connector in self._connectors.values():
            connector.async_stop()
        self._signals.async_stop()
        if self._connectors or self._vehicles:
            await self._file.async_save(self._to_store())

    @callback
    def async_add(self, charger: Charger) -> None:
        """Watch the connectors of a charger."""
        self._vehicles.async_take_over(charger)
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            stored = self._stored.get(key, StoredConnector())
            connector = WatchedConnector(
                charger, evse_id, stored, self._async_on_connector
            )
            self._connectors[key] = connector
            self._async_follow(connector)

    @callback
    def async_remove(self, charger: Charger) -> None:
        """Watch a charger no longer."""
        for evse_id in charger.evse_ids:
            key = charger.evse_identifier(evse_id)
            if (connector := self._connectors.pop(key, None)) is not None:
                connector.async_stop()

    @callback
    def async_token_shown(
        self, charger: Charger, evse_id: int | None, id_token: str
    ) -> None:
        """Take note of a token that was presented to a charger; one with several connectors has to say at which.

        A vehicle is known only once it is plugged in, so that it is at the only connector with a car.
        """
        evse_ids = charger.evse_ids if evse_id is None else (evse_id,)
        keys = [charger.evse_identifier(id_) for id_ in evse_ids]
        places = [self._connectors[key] for key in keys if key in self._connectors]
        if len(places) > 1 and names_vehicle(id_token):
            places = [each for each in places if each.visit is not None]
        if len(places) == 1:
            places[0].async_token(id_token)

    @callback
    def async_choose(self, key: str, vehicle: str | None) -> None:
        """Have a vehicle at a connector, or `GUEST`, until the car there has left; None leaves it to the clues."""
        for other in self._connectors.values():
            if vehicle != GUEST and other.choice == vehicle:
                other.choice = None
        self._connectors[key].choice = vehicle
        self.async_review()
        self._async_save()

    @callback
    def async_assign(self, key: str, session: str, vehicle: str) -> None:
        """Have a session at a connector be a vehicle's, or a guest's; that of a car that is still there corrects the visit."""
        if (connector := self._connectors.get(key)) is None:
            return
        if connector.visit is not None and session in connector.visit.sessions:
            self.async_choose(key, vehicle)
            return
        connector.async_assign(session, vehicle)
        self._async_save()

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever a vehicle has come or gone, or is identified otherwise."""
        return self._changed.add(listener)

    @callback
    def async_subscribe_reassigned(
        self, listener: Callable[[Charger, int, tuple[str, ...]], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with the sessions at a connector that turned out to be another vehicle's."""
        return self._reassigned.add(listener)

    def identification_at(self, key: str) -> Identification | None:
        """Return the vehicle at a connector; None while there is none, or it is unknown."""
        connector = self._connectors.get(key)
        return None if connector is None else connector.identification

    def choice_at(self, key: str) -> str | None:
        """Return the vehicle that the owner has chosen for a connector."""
        connector = self._connectors.get(key)
        return None if connector is None else connector.choice

    def place_of(self, vehicle: str) -> WatchedConnector | None:
        """Return the connector at which a vehicle is plugged in."""
        for connector in self._connectors.values():
            found = connector.identification
            if connector.visit and found is not None and found.vehicle == vehicle:
                return connector
        return None

    def vehicle_of(self, charger: Charger, transaction: Transaction) -> str | None:
        """Return the vehicle of a session, or `GUEST`; one that nobody saw is concluded from its tag."""
        key = charger.evse_identifier(transaction.evse_id)
        connector = self._connectors.get(key)
        known = None if connector is None else connector.vehicle_of(transaction.id)
        if known is not None or transaction.id_token is None:
            return known
        token, mark = transaction.id_token, vehicle_mark(transaction.id_token)
        owners = [
            own.id
            for own in self._vehicles.values()
            if any(same_token(each, token) for each in own.vehicle.id_tags)
            or (mark is not None and mark == own.vehicle.evccid)
        ]
        return owners[0] if len(owners) == 1 else None

    @callback
    def _async_on_vehicles(self) -> None:
        self._signals.async_follow()
        for connector in self._connectors.values():
            self._async_follow(connector)
        self.async_review()
        self._async_save()

    @callback
    def _async_follow(self, connector: WatchedConnector) -> None:
        """Follow a connector as long as there are vehicles: without any, messages take no work here."""
        if self._vehicles:
            connector.async_follow()
        else:
            connector.async_stop()

    @callback
    def _async_on_minute(self, _: datetime) -> None:
        if self._vehicles and any(each.visit for each in self._connectors.values()):
            self._signals.async_read()
            self.async_review()

    @callback
    def _async_on_connector(self) -> None:
        self.async_review()
        self._async_save()

    @callback
    def async_review(self) -> None:
        """Conclude anew which vehicle is where, and take over what has changed."""
        found = identified(dict(self._clues()), self._choices(), self._before())
        is_changed = False
        for key, connector in self._connectors.items():
            if connector.visit is not None:
                is_changed |= self._async_identify(connector, found.get(key))
        for connector in self._connectors.values():
            own = self._vehicles.get(self._expected_at(connector) or "")
            connector.charger.async_set_occupant(connector.evse_id, own)
        if is_changed:
            self._async_save()
        self._changed.tell()

    @callback
    def _async_identify(
        self, connector: WatchedConnector, identification: Identification | None
    ) -> bool:
        """Take over the vehicle at a connector, with the sessions that ended there; return whether it is another one."""
        if not connector.async_identify(identification):
            return False
        if ended := connector.ended_sessions:
            self._reassigned.tell(connector.charger, connector.evse_id, ended)
        return True

    def _clues(self) -> Iterator[tuple[str, Mapping[str, list[Clue]]]]:
        """Yield the clues about each vehicle at each connector with a car."""
        now_s = dt_util.utcnow().timestamp()
        tags = self._entry.get_subentries_of_type(SUBENTRY_TAG)
        known = frozenset(tag.data[CONF_ID_TAG] for tag in tags)
        candidates = {
            own.id: Candidate(own.vehicle, self._signals.of(own.vehicle))
            for own in self._vehicles.values()
        }
        for key, connector in self._connectors.items():
            if connector.visit is not None:
                place = Place(connector.charger.identity, connector.visit, known)
                yield (
                    key,
                    {
                        vehicle: clues(place, candidate, now_s)
                        for vehicle, candidate in candidates.items()
                    },
                )

    def _choices(self) -> dict[str, str]:
        return {
            key: connector.choice
            for key, connector in self._connectors.items()
            if connector.choice is not None
        }

    def _before(self) -> dict[str, str]:
        return {
            key: connector.before
            for key, connector in self._connectors.items()
            if connector.before is not None
        }

    def _expected_at(self, connector: WatchedConnector) -> str | None:
        """Return the vehicle that is at a connector, or that most likely comes next."""
        if connector.visit is not None:
            return connector.before
        if connector.choice is not None:
            return connector.choice
        identity, key = connector.charger.identity, connector.key
        likely: dict[str, list[Clue]] = {
            own.id: [*usual_clues(identity, own.vehicle)]
            for own in self._vehicles.values()
            if self.place_of(own.id) is None
        }
        expected = identified({key: likely}, {}, {}).get(key)
        return None if expected is None else expected.vehicle

    @callback
    def _async_save(self) -> None:
        self._file.async_save_later(self._to_store, SAVE_DELAY_S)

    def _to_store(self) -> StoredVehicles:
        # Chargers that are not adopted yet, or again, keep what was stored.
        watched = {key: each.stored for key, each in self._connectors.items()}
        return StoredVehicles(
            {own.id: own.goals for own in self._vehicles.values()},
            {**self._stored, **watched},
        )
