"""The names of the tag and the vehicle of a session."""

from homeassistant.config_entries import ConfigEntry

from ..chargers.charger import Charger
from ..csms.evses.transaction import Transaction
from ..sessions.records import SessionNames
from ..tags.configured import name_of, vehicle_name_of
from .identification import GUEST
from .registry import Vehicles
from .whereabouts import Whereabouts

GUEST_NAME = "Guest"
"""The name of guests in the records of sessions, which are in one language."""


class SessionNaming:
    """Names sessions by their tags, and by the vehicles that were identified."""

    def __init__(
        self, entry: ConfigEntry, vehicles: Vehicles, whereabouts: Whereabouts
    ) -> None:
        """Initialize."""
        self._entry = entry
        self._vehicles = vehicles
        self._whereabouts = whereabouts

    def names(self, charger: Charger, transaction: Transaction) -> SessionNames:
        """Return the names of a session."""
        vehicle_id = self._whereabouts.vehicle_of(charger, transaction)
        return self.names_of(vehicle_id, transaction.id_token)

    def names_of(self, vehicle_id: str | None, id_token: str | None) -> SessionNames:
        """Return the names of a session of a vehicle; a tag may name a vehicle that is not set up."""
        tag = None if id_token is None else name_of(self._entry, id_token)
        named = None if id_token is None else vehicle_name_of(self._entry, id_token)
        own = self._vehicles.get(vehicle_id or "")
        if own is not None:
            return SessionNames(tag, own.name, own.id)
        if vehicle_id != GUEST:
            return SessionNames(tag, named)
        is_own = named is not None and self._vehicles.named(named) is not None
        return SessionNames(tag, GUEST_NAME if is_own else named or GUEST_NAME, GUEST)
