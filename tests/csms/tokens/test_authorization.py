"""Who may charge."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.station import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    IdToken,
    TokenStatus,
)
from tests.csms.conftest import until
from tests.simulator.charger import call, simulated_charger

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKENS = [
    IdToken("Anna", parent_id="FAMILY"),
    IdToken("LOST", TokenStatus.BLOCKED),
    IdToken("GUEST", expires_at=NOW),
    IdToken("LATER", expires_at=NOW + timedelta(seconds=1)),
    IdToken("CARPORT", chargers=frozenset({"CP2"})),
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
    assert authority.decide(id_token, "CP1", NOW).status == status


def test_a_token_for_some_chargers_is_for_those() -> None:
    authority = Authority.of(TOKENS, free_vend=False)
    assert authority.decide("CARPORT", "CP2", NOW).status == "Accepted"


def test_who_is_not_known_may_charge_where_everybody_may() -> None:
    assert Authority().decide("ANYBODY", "CP1", NOW).status == "Accepted"
    strict = Authority.of(TOKENS, free_vend=False)
    assert strict.decide("ANYBODY", "CP1", NOW).status == "Invalid"


def test_the_answer_tells_of_family_and_expiry() -> None:
    authority = Authority.of(TOKENS, free_vend=False)
    assert authority.decide("Anna", "CP1", NOW).parent_id == "FAMILY"
    assert authority.decide("LATER", "CP1", NOW).expires_at == TOKENS[3].expires_at


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
