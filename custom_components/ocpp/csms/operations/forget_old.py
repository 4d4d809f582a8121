"""Values of cars that charge, forgotten once they have grown too old to stand for the present."""

from ..evses.status import ConnectorStatus
from ..metering.presence import aged
from ..records import changed
from ..station import ChargingStation


def forget_old(station: ChargingStation) -> None:
    """Forget what flowed where a car may charge and nothing was metered for long; elsewhere, that nothing flows is known."""
    for evse in tuple(station.snapshot.evses.values()):
        if evse.status not in (None, ConnectorStatus.CHARGING):
            continue
        meter = aged(evse.meter, station.now)
        if meter is not evse.meter:
            station.change(station.snapshot.with_evse(changed(evse, meter=meter)))
