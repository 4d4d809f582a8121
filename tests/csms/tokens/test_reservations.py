"""Connectors that are kept free for somebody."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.errors import (
    CallFailedError,
    NotConnectedError,
    RejectedError,
)
from custom_components.ocpp.csms.events import Event, MemoryChanged
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.operations.reserve import cancel, reserve
from custom_components.ocpp.csms.tokens.reservations import Reservation, held
from tests.csms.bench import Bench, ConnectedBench
from tests.simulator.charger import ChargePointStatus, call
from tests.waiting import until

HOUR = timedelta(hours=1)


class ReservationBench(ConnectedBench):
    """A charger with two connectors, and the reservations of them."""

    @property
    def known(self) -> list[Reservation]:
        """The reservations that are known of."""
        return list(self.station.snapshot.tokens.reservations)

    async def reserve(self, evse_id: int = 1, owner: str = "ANNA") -> Reservation:
        """Reserve a connector for an hour."""
        return await reserve(
            self.station, evse_id, owner, self.station.now + HOUR, "FAMILY"
        )


@pytest.fixture
async def bench(quiet_bench: Bench) -> AsyncIterator[ReservationBench]:
    async with quiet_bench.connect(connectors=2) as charger:
        await charger.boot()
        yield ReservationBench(quiet_bench, charger)


async def test_a_connector_is_kept_free_and_given_back(bench: ReservationBench) -> None:
    reservation = await bench.reserve()
    sent = bench.charger.reservations[reservation.id]
    assert sent["connector_id"] == 1
    assert sent["id_tag"] == "ANNA"
    assert sent["parent_id_tag"] == "FAMILY"
    expiry = datetime.fromisoformat(sent["expiry_date"])
    assert reservation.expires_at - expiry < timedelta(seconds=1)
    assert bench.known == [reservation]
    await cancel(bench.station, reservation.id)
    assert bench.charger.reservations == {}
    assert bench.known == []


async def test_each_has_an_id_of_its_own(bench: ReservationBench) -> None:
    first, second = await bench.reserve(1), await bench.reserve(2)
    assert first.id != second.id
    assert set(bench.charger.reservations) == {first.id, second.id}
    assert bench.known == [first, second]
    # A connector is kept for one at a time.
    third = await bench.reserve(1, "BEN")
    assert bench.known == [second, third]


@pytest.mark.parametrize("status", ["Occupied", "Faulted", "Unavailable", "Rejected"])
async def test_what_a_charger_cannot_keep_is_not_reserved(
    bench: ReservationBench, status: str
) -> None:
    bench.charger.statuses["ReserveNow"] = status
    with pytest.raises(RejectedError) as refusal:
        await bench.reserve()
    assert refusal.value.status == status
    assert bench.known == []


async def test_a_charger_that_keeps_nothing(bench: ReservationBench) -> None:
    bench.charger.lacks.add("ReserveNow")
    with pytest.raises(CallFailedError):
        await bench.reserve()
    assert bench.known == []


async def test_what_a_charger_has_forgotten_is_forgotten_here(
    bench: ReservationBench,
) -> None:
    reservation = await bench.reserve()
    bench.charger.reservations.clear()
    with pytest.raises(RejectedError):
        await cancel(bench.station, reservation.id)
    assert bench.known == []


async def test_a_session_uses_its_reservation(bench: ReservationBench) -> None:
    first, second = await bench.reserve(1), await bench.reserve(2)
    now = bench.station.now.isoformat()
    await bench.charger.call(
        call.StartTransaction(1, "ANNA", 0, now, reservation_id=first.id)
    )
    assert bench.known == [second]


async def test_a_session_uses_the_reservation_of_its_connector(
    bench: ReservationBench,
) -> None:
    await bench.reserve(1)
    second = await bench.reserve(2)
    await bench.charger.start_session("CHILD", connector_id=1)
    assert bench.known == [second]


async def test_a_session_anywhere_uses_a_reservation_for_anywhere(
    bench: ReservationBench,
) -> None:
    anywhere = await bench.reserve(0)
    await bench.charger.start_session("BEN", connector_id=1)
    assert bench.known == [anywhere]
    await bench.charger.start_session("anna", connector_id=2)
    assert bench.known == []


async def test_a_connector_that_is_free_again_is_not_reserved(
    bench: ReservationBench,
) -> None:
    await bench.reserve(1)
    await bench.charger.change_status(ChargePointStatus.reserved)
    assert bench.known
    await bench.charger.change_status(ChargePointStatus.available)
    assert bench.known == []


async def test_what_was_reserved_is_over_once_free_whatever_was_lost(
    bench: ReservationBench,
) -> None:
    await bench.reserve(1)
    kept = await bench.reserve(2)
    charger = bench.charger
    await charger.change_status(ChargePointStatus.reserved)
    await charger.change_status(ChargePointStatus.charging)
    await charger.change_status(ChargePointStatus.available)
    await charger.change_status(ChargePointStatus.available, connector_id=2)
    # Not all chargers report that a connector is reserved.
    assert bench.known == [kept]


async def test_what_has_run_out_is_held_no_longer(bench: ReservationBench) -> None:
    reservation = await bench.reserve(1)
    assert held(bench.known, bench.station.now) == (reservation,)
    assert held(bench.known, reservation.expires_at) == ()


async def test_what_has_run_out_is_forgotten_at_the_next_boot(
    bench: ReservationBench,
) -> None:
    now = bench.station.now
    await reserve(bench.station, 1, "ANNA", now + timedelta(seconds=0.05))
    later = await reserve(bench.station, 2, "BEN", now + HOUR)
    await until(lambda: held(bench.known, bench.station.now) == (later,))
    await bench.charger.boot()
    await until(lambda: bench.known == [later])


async def test_reservations_survive_a_restart(bench: ReservationBench) -> None:
    events: list[Event] = []
    bench.station.subscribe_events(events.append)
    reservation = await bench.reserve(1)
    assert events == [MemoryChanged("CP1")]
    memory = bench.station.memory
    restarted = CentralSystem(unknown_chargers=Registration.ACCEPTED)
    station = restarted.adopt("CP1", memory=memory)
    assert station.snapshot.tokens.reservations == (reservation,)


async def test_a_charger_that_is_away_keeps_nothing_free(
    central_system: CentralSystem,
) -> None:
    station = central_system.adopt("CP1")
    with pytest.raises(NotConnectedError):
        await reserve(station, 1, "ANNA", datetime.now(UTC) + HOUR)
