"""Costs of running sessions, told to chargers that show them."""

import logging

from ..errors import CallFailedError
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)


class RunningCosts:
    """The costs of the sessions at one charger, each told when it has changed."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize for a charger that has just connected; nothing was told yet."""
        self._station = station
        self._told: dict[str, float] = {}
        self._takes_them = True

    def due(self) -> dict[str, float]:
        """Return the costs that the charger does not show yet, by transaction id."""
        station = self._station
        if not (station.connected and station.capabilities.shows_cost):
            return {}
        if not self._takes_them:
            return {}
        running = [
            evse.running_transaction
            for evse in station.snapshot.evses.values()
            if evse.running_transaction is not None
        ]
        costs = {each.id: station.cost_of(each) for each in running}
        self._told = {id_: cost for id_, cost in self._told.items() if id_ in costs}
        return {
            id_: cost
            for id_, cost in costs.items()
            if cost is not None and cost != self._told.get(id_)
        }

    async def tell(self) -> None:
        """Tell what is due; a charger that cannot show it is not told again on this connection."""
        for transaction_id, cost in self.due().items():
            self._told[transaction_id] = cost
            try:
                await self._station.commands.tell_cost(transaction_id, cost)
            except CallFailedError as err:
                self._takes_them = False
                _LOGGER.info(
                    "Charger %s shows no costs: %s", self._station.identity, err
                )
                return
