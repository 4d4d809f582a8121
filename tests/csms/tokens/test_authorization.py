"""Authorization of tokens."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    Place,
    TokenStatus,
)
from custom_components.ocpp.csms.tokens.token import Token
from tests.simulator.charger import ChargePointStatus, call, simulated_charger
from tests.waiting import until

PLACE: Place = ("CP1", None)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKENS = [
    KnownToken("Anna", group="FAMILY"),
    KnownToken("LOST", TokenStatus.BLOCKED),
    KnownToken("GUEST", expires_at=NOW),
    KnownToken("LATER", expires_at=NOW + timedelta(seconds=1)),
    KnownToken("CARPORT", chargers=frozenset({"CP2"})),
]


@pytest.mark.parametrize("free_vend", [True, False])
@pytest.mark.parametrize(
    ("id_token", "status"),
    [
        ("Anna", "Accepted"),
        ("ANNA", "Accepted"),
        ("LOST", "Blocked"),
        ("GUEST", "Expired"),
        ("LATER", "Accepted"),
        ("CARPORT", "Invalid"),
        (REMOTE_ID_TOKEN, "Accepted"),
    ],
)
def test_what_is_known_of_a_token_decides(
    id_token: str, status: str, free_vend: bool
) -> None:
    authority = Authority.of(TOKENS, free_vend)
    assert authority.decide(Token(id_token), PLACE, NOW).status == status


def test_a_token_for_some_chargers_is_for_those() -> None:
    authority = Authority.of(TOKENS, free_vend=False)
    assert authority.decide(Token("CARPORT"), ("CP2", None), NOW).status == "Accepted"


def test_who_is_not_known_may_charge_where_everybody_may() -> None:
    assert Authority().decide(Token("ANYBODY"), PLACE, NOW).status == "Accepted"
    strict = Authority.of(TOKENS, free_vend=False)
    assert strict.decide(Token("ANYBODY"), PLACE, NOW).status == "Invalid"


@pytest.mark.parametrize(
    ("place", "status"),
    [
        (("CP1", None), "Accepted"),
        (("CP1", 2), "Accepted"),
        (("CP2", 2), "Accepted"),
        (("CP1", 1), "Invalid"),
    ],
)
def test_a_token_for_some_places_at_a_charger_is_for_those(
    place: Place, status: str
) -> None:
    token = KnownToken("LEFT", evses=frozenset({2}))
    authority = Authority.of([token], free_vend=False)
    answer = authority.decide(Token("left"), place, NOW)
    assert answer.status == status
    assert answer.evses == {2}


def test_the_answer_tells_of_group_expiry_and_message() -> None:
    authority = Authority.of(
        [*TOKENS, KnownToken("HELLO", message="Welcome")], free_vend=False
    )
    assert authority.decide(Token("Anna"), PLACE, NOW).group == Token("FAMILY")
    later = authority.decide(Token("LATER"), PLACE, NOW)
    assert later.cache_expires_at == TOKENS[3].expires_at
    assert authority.decide(Token("HELLO"), PLACE, NOW).message == "Welcome"


async def test_a_known_token_has_one_session_at_a_time(
    central_system: CentralSystem, url: str
) -> None:
    central_system.authority = Authority.of(TOKENS, free_vend=True)

    async with (
        simulated_charger(url, "CP1") as first,
        simulated_charger(url, "CP2") as second,
    ):
        await first.boot()
        await second.boot()

        async def status(id_tag: str) -> str:
            start = call.StartTransaction(
                connector_id=1,
                id_tag=id_tag,
                meter_start=0,
                timestamp="2026-06-01T12:00:00Z",
            )
            answer = await second.call(start)
            return str(answer.id_tag_info["status"])

        await first.start_session("Anna")
        assert await status("anna") == "ConcurrentTx"
        await first.stop_session()
        await until(
            lambda: (
                central_system.stations["CP1"].snapshot.evse(1).running_transaction
                is None
            )
        )
        assert await status("ANNA") == "Accepted"
        # Those that nobody knows may be many people.
        await first.start_session("CROWD")
        assert await status("CROWD") == "Accepted"


@pytest.mark.parametrize("id_tag", ["Anna ", "ANNA\0", "\tanna"])
def test_padding_makes_no_other_token(id_tag: str) -> None:
    authority = Authority.of([KnownToken("Anna ")], free_vend=False)
    assert authority.decide(Token(id_tag), PLACE, NOW).status == "Accepted"
    assert authority.knows(id_tag)


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        (ChargePointStatus.available, "Accepted"),
        (ChargePointStatus.finishing, "Accepted"),
        (ChargePointStatus.suspended_ev, "ConcurrentTx"),
    ],
)
async def test_a_session_whose_end_was_lost_keeps_nobody_from_charging_elsewhere(
    central_system: CentralSystem, url: str, status: ChargePointStatus, answered: str
) -> None:
    central_system.authority = Authority.of(TOKENS, free_vend=True)
    async with (
        simulated_charger(url, "CP1") as first,
        simulated_charger(url, "CP2") as second,
    ):
        await first.boot()
        await second.boot()
        await first.start_session("Anna")
        await first.change_status(status)
        start = call.StartTransaction(1, "ANNA", 0, "2026-06-01T12:00:00Z")
        answer = await second.call(start)
        assert answer.id_tag_info["status"] == answered


async def test_who_is_started_from_here_may_charge(
    central_system: CentralSystem, url: str
) -> None:
    central_system.authority = Authority.of(TOKENS, free_vend=False)
    settings = StationSettings(traits=Traits.of(id_token="PLUGANDCHARGE"))
    station = central_system.adopt("CP1", settings)
    async with simulated_charger(url, "CP1") as charger:
        await charger.boot()
        # A charger may have a token of its own that it takes.
        assert await charger.show_tag("PlugAndCharge") == "Accepted"
        assert await charger.show_tag("GUEST 2") == "Invalid"
        await charger.plug_in()
        charger.settings["AuthorizeRemoteTxRequests"] = "true"
        await station.commands.start_transaction(1, "GUEST 2")
        await until(lambda: station.snapshot.evse(1).running_transaction)
        # Told again, because the answer was lost, it is still true.
        assert await charger.show_tag("GUEST 2") == "Accepted"
        # Who is blocked is blocked, whoever starts the session.
        await charger.unplug()
        await charger.plug_in()
        await station.commands.start_transaction(1, "LOST")
        assert await charger.show_tag("LOST") == "Blocked"
    assert central_system.last_unknown_token == "GUEST 2"
