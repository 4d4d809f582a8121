"""A charging session over a real socket."""

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import ConnectorStatus, Limit, Registration
from tests.simulator.charger import simulated_charger


async def test_a_session_from_boot_to_stop(
    central_system: CentralSystem, url: str
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        assert await charger.boot() == "Accepted"
        station = central_system.stations["CP1"]
        assert station.snapshot.connected
        assert station.snapshot.registration is Registration.ACCEPTED
        assert station.snapshot.info is not None
        assert station.snapshot.info.model == "Wallbox 11"
        while (await charger.wait_for("SetChargingProfile"))["connector_id"] != 1:
            pass
        await charger.plug_in()
        assert station.snapshot.evse(1).status is ConnectorStatus.PREPARING
        transaction_id = await charger.start_session()
        transaction = station.snapshot.evse(1).running_transaction
        assert transaction is not None
        assert transaction.id == str(transaction_id)
        await station.set_limit(1, Limit(10.0))
        assert charger.offered_a() == 10.0
        for _ in range(60):
            charger.advance(1.0)
        await charger.meter()
        meter = station.snapshot.evse(1).meter
        assert meter.current_a == 9.6
        assert meter.offered_current_a == 10.0
        assert meter.power_w == round(9.6 * 3 * 230)
        await station.stop_transaction(1)
        await charger.wait_for("RemoteStopTransaction")
        await charger.heartbeat()
        ended = station.snapshot.evse(1).transaction
        assert ended is not None
        assert not ended.running
        assert ended.energy_wh == round(charger.connectors[1].energy_wh)
