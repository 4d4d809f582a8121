"""Notes of the cars that come and go, for the mode after unplugging."""

from functools import partial

from homeassistant.core import CALLBACK_TYPE, callback

from ..csms.evses.status import ConnectorStatus
from ..csms.model import Evse
from .charger import Charger


@callback
def note_cars(charger: Charger) -> CALLBACK_TYPE:
    """Have a charger note its cars from now on, until the returned function is called."""
    stops = []
    for evse_id in charger.evse_ids:
        note = partial(_note, charger)
        stops.append(charger.station.subscribe_evse(evse_id, note))
        note(charger.evse(evse_id))

    def stop() -> None:
        for unsubscribe in stops:
            unsubscribe()

    return stop


def _note(charger: Charger, evse: Evse) -> None:
    """Note what a connector tells of its car, if it is in order."""
    out_of_order = evse.status in (ConnectorStatus.FAULTED, ConnectorStatus.UNAVAILABLE)
    if evse.plugged_in:
        charger.async_note_car(evse.id, plugged_in=True)
    elif evse.plugged_in is False and not out_of_order:
        charger.async_note_car(evse.id, plugged_in=False)
