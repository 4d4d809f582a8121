"""The charger that charges meanwhile, and must not notice anything."""

import asyncio

from ocpp.v16 import call

from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.station import ChargingStation
from tests.simulator.charger import SimulatedCharger


class Neighbour:
    """A charger that wants to be left in peace."""

    def __init__(self, charger: SimulatedCharger, station: ChargingStation) -> None:
        """Note what must not change."""
        self._charger = charger
        self._station = station
        self._connector = charger.connectors[1]
        self._transaction_id = str(self._connector.transaction_id)
        self._limit_a = 0.0

    async def limit(self, current_a: float) -> None:
        """Set a limit; it is obeyed at once."""
        in_force = await self._station.limits.set(1, Limit(current_a))
        self._limit_a = current_a
        assert in_force is not None
        assert in_force.limit == Limit(current_a)
        assert self._charger.offered_a() == current_a

    async def live(self) -> None:
        """Charge for ten seconds of its own time and tell of it; all is as it should be."""
        async with asyncio.timeout(60):
            assert (await self._charger.call(call.Heartbeat())).current_time
            self._charger.advance(10)
            await self._charger.meter()
        self.check()

    def check(self) -> None:
        """Compare what the central system knows with the charger itself."""
        evse = self._station.snapshot.evse(1)
        assert evse.running_transaction is not None
        assert evse.running_transaction.id == self._transaction_id
        assert evse.running_transaction.energy_wh == round(self._connector.energy_wh)
        assert evse.limit == Limit(self._limit_a)
        assert self._charger.offered_a() == self._limit_a
        assert self._connector.car is not None
        assert self._connector.car.current_a <= self._limit_a
        assert not self._station.faults
