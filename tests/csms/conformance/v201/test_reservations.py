"""Block H: reservations."""

from datetime import timedelta

import pytest

from custom_components.ocpp.csms.operations import reserve as reserving
from custom_components.ocpp.csms.tokens.authorization import Authority, KnownToken
from custom_components.ocpp.csms.tokens.reservations import Reservation, next_id
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, relay, text

from .script import CARD, EVSES, METER_START_WH, Session, Station, StationBench, energy

EXPIRES_AT = NOW + timedelta(hours=1)
ID = next_id((), NOW)
ANYWHERE = 0
BEGIN = energy(METER_START_WH, "Transaction.Begin")


def reserve(
    evse_id: int = 1, answer: str = "Accepted", owner: str = "TAG", id_: int = ID
) -> Ask:
    """Return the command to keep an EVSE, or as number 0 any, free for somebody."""
    place = {"evseId": evse_id} if evse_id else {}
    granted = Reservation(id_, evse_id, owner, EXPIRES_AT)
    return Ask(
        lambda station: reserving.reserve(station, evse_id, owner, EXPIRES_AT),
        "ReserveNow",
        {
            "id": id_,
            "expiryDateTime": text(EXPIRES_AT),
            "idToken": {"idToken": owner, "type": "ISO14443"},
            **place,
        },
        {"status": answer},
        granted if answer == "Accepted" else answer,
    )


def known(charger: Station) -> list[int]:
    """Return the ids of the reservations that are known of."""
    return [item.id for item in charger.station.snapshot.tokens.reservations]


async def use(
    charger: Station, reservation_id: int = ID, card: Message | None = None
) -> Session:
    """Charge at the place that was kept free."""
    shown = card or CARD
    assert (await charger.authorize(shown))["status"] == "Accepted"
    session = charger.session()
    answer = await session.start(
        "Authorized",
        "EVConnected",
        idToken=shown,
        reservationId=reservation_id,
        **BEGIN,
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    await charger.report("Occupied")
    assert session.is_running
    return session


async def test_TC_H_01(charger: Station) -> None:
    await reserve().play(charger)
    await charger.report("Reserved")
    await use(charger)
    assert known(charger) == []


@pytest.mark.parametrize(
    ("states", "told"),
    [
        pytest.param(["Reserved", "Available"], "Expired", id="TC_H_07"),
        pytest.param(["Reserved", "Faulted"], "Removed", id="TC_H_20"),
    ],
)
async def test_a_reservation_is_over_unused(
    charger: Station, states: list[str], told: str
) -> None:
    await reserve().play(charger)
    for state in states[:-1]:
        await charger.report(state)
    assert known(charger) == [ID]
    over = {"reservationId": ID, "reservationUpdateStatus": told}
    assert await charger.tell("ReservationStatusUpdate", **over) == {}
    assert known(charger) == []
    await charger.report(states[-1])


async def test_TC_H_08(charger: Station) -> None:
    await reserve(ANYWHERE).play(charger)
    await use(charger)
    assert known(charger) == []


async def test_TC_H_14(charger: Station) -> None:
    owners = ["TAG", "OTHER"]
    ids = [ID, ID + 1]
    for owner, id_ in zip(owners, ids, strict=True):
        await reserve(ANYWHERE, owner=owner, id_=id_).play(charger)
    for evse_id in range(1, EVSES + 1):
        await charger.report("Reserved", evse_id)
    assert known(charger) == ids
    await use(charger)
    assert known(charger) == ids[1:]


async def test_TC_H_15(charger: Station) -> None:
    request: Message = {
        "id": 7,
        "expiryDateTime": text(EXPIRES_AT),
        "idToken": CARD,
        "connectorType": "cType2",
    }
    await relay("ReserveNow", request, ACCEPTED).play(charger)
    await charger.report("Reserved")
    await use(charger, 7)


async def test_TC_H_17(charger: Station) -> None:
    await reserve().play(charger)
    await charger.report("Reserved")
    cancel = Ask(
        lambda station: reserving.cancel(station, ID),
        "CancelReservation",
        {"reservationId": ID},
        ACCEPTED,
    )
    await cancel.play(charger)
    await charger.report("Available")
    assert known(charger) == []


async def test_TC_H_19(bench: StationBench, charger: Station) -> None:
    bench.system.authority = Authority.of(
        [KnownToken("CHILD", group="FAMILY")], free_vend=False
    )
    charger.answers["ReserveNow"] = ACCEPTED
    reserved = await reserving.reserve(
        charger.station, 1, "PARENT", EXPIRES_AT, "FAMILY"
    )
    family = {"idToken": "FAMILY", "type": "Central"}
    (request,) = charger.called("ReserveNow")
    assert request["groupIdToken"] == family
    await charger.report("Reserved")
    child = {"idToken": "CHILD", "type": "ISO14443"}
    answer = await charger.authorize(child)
    assert answer == {"status": "Accepted", "groupIdToken": family}
    await use(charger, reserved.id, child)
    assert known(charger) == []


async def test_TC_H_22(charger: Station) -> None:
    await reserve(answer="Rejected").play(charger)
    assert known(charger) == []
