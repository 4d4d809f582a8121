"""Blocks C and D: authorization, the cache and the local list."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    TokenStatus,
)
from custom_components.ocpp.csms.tokens.local_list import ListEntry, LocalList
from tests.csms.conformance.peer import ACCEPTED, NOW, REJECTED, Ask, Message
from tests.waiting import until

from .script import CARD, Station, StationBench, commanded

FAMILY: Message = {"idToken": "FAMILY", "type": "Central"}
OTHER_CARD: Message = {"idToken": "OTHER", "type": "ISO14443"}


def knowing(bench: StationBench, *tokens: KnownToken) -> None:
    """Have nobody but these charge."""
    bench.system.authority = Authority.of(tokens, free_vend=False)


# Answers about id tokens.


@pytest.mark.parametrize(
    ("token", "heard"),
    [
        pytest.param(KnownToken("OTHER"), {"Invalid", "Unknown"}, id="TC_C_02"),
        pytest.param(KnownToken("TAG", TokenStatus.BLOCKED), {"Blocked"}, id="TC_C_06"),
        pytest.param(
            KnownToken("TAG", expires_at=NOW - timedelta(days=1)),
            {"Expired"},
            id="TC_C_07",
        ),
    ],
)
async def test_a_card_is_not_welcome(
    bench: StationBench, charger: Station, token: KnownToken, heard: set[str]
) -> None:
    knowing(bench, token)
    assert (await charger.authorize())["status"] in heard
    await charger.report("Occupied")
    session = charger.session()
    answer = await session.start("Authorized", "EVConnected", idToken=CARD)
    assert answer["idTokenInfo"]["status"] in heard


async def test_TC_C_08(bench: StationBench, charger: Station) -> None:
    until_then = NOW + timedelta(days=1)
    knowing(bench, KnownToken("TAG", expires_at=until_then))
    info = await charger.authorize()
    assert info["status"] == "Accepted"
    assert info["cacheExpiryDateTime"] == "2026-06-02T12:00:00Z"
    # The charging station remembers that, and begins without asking.
    await charger.report("Occupied")
    session = charger.session()
    answer = await session.start("Authorized", "Charging", idToken=CARD)
    assert answer["idTokenInfo"] == info


async def test_TC_C_20(bench: StationBench, charger: Station) -> None:
    knowing(bench, KnownToken("OTHER"))
    await charger.report("Occupied")
    session = charger.session()
    # It remembers a card that is not welcome any more.
    answer = await session.start("Authorized", "Charging", idToken=CARD)
    assert answer["idTokenInfo"]["status"] == "Invalid"
    await session.end("Deauthorized", "DeAuthorized")


def clear_cache(answer: Message, heard: str | None) -> Ask:
    """Return the command to have the charging station forget what it was told."""
    return Ask(
        lambda station: station.tokens.clear_cache(), "ClearCache", {}, answer, heard
    )


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(clear_cache(ACCEPTED, None), id="TC_C_37"),
        pytest.param(clear_cache(REJECTED, "Rejected"), id="TC_C_38"),
    ],
)
async def test_the_cache_is_cleared(charger: Station, step: Ask) -> None:
    await step.play(charger)


# Groups.


async def test_TC_C_39(bench: StationBench, charger: Station) -> None:
    family = [KnownToken(name, group="FAMILY") for name in ("TAG", "OTHER")]
    knowing(bench, *family)
    await charger.report("Occupied")
    first = await charger.authorize()
    session = charger.session()
    started = await session.start("Authorized", "Charging", idToken=CARD)
    second = await charger.authorize(OTHER_CARD)
    for info in (first, started["idTokenInfo"], second):
        assert (info["status"], info["groupIdToken"]) == ("Accepted", FAMILY)
    ended = await session.end("StopAuthorized", "Local", idToken=OTHER_CARD)
    assert ended["idTokenInfo"]["status"] == "Accepted"


@pytest.mark.parametrize(
    ("status", "entry"),
    [
        pytest.param(TokenStatus.ACCEPTED, "Accepted", id="TC_C_40"),
        pytest.param(TokenStatus.BLOCKED, "Blocked", id="TC_C_43"),
    ],
)
async def test_a_group_on_the_list(
    bench: StationBench, charger: Station, status: TokenStatus, entry: str
) -> None:
    authority = Authority.of(
        [
            KnownToken("TAG", group="FAMILY"),
            KnownToken("OTHER", status, group="FAMILY"),
        ],
        free_vend=False,
    )
    charger.answers |= {
        "GetLocalListVersion": {"versionNumber": 0},
        "SendLocalList": ACCEPTED,
    }
    await charger.station.tokens.send_list(authority)
    (sent,) = charger.called("SendLocalList")
    told = {
        item["idToken"]["idToken"]: item["idTokenInfo"]
        for item in sent["localAuthorizationList"]
    }
    assert told["TAG"] == {"status": "Accepted", "groupIdToken": FAMILY}
    assert told["OTHER"] == {"status": entry, "groupIdToken": FAMILY}
    bench.system.authority = authority
    info = await charger.authorize(OTHER_CARD)
    assert (info["status"], info["groupIdToken"]) == (entry, FAMILY)


# Master passes: cards of the group whose id the charging station has as that of the staff.

STAFF: Message = {"idToken": "STAFF", "type": "Central"}
MASTER: Message = {"idToken": "MASTER", "type": "ISO14443"}
MASTER_GROUP = "AuthCtrlr.MasterPassGroupId"


@pytest.mark.parametrize(
    ("asks", "sessions"),
    [
        pytest.param(True, ["tx-1", "tx-2"], id="TC_C_47"),
        pytest.param(True, ["tx-2"], id="TC_C_48"),
        pytest.param(False, ["tx-1", "tx-2"], id="TC_C_49"),
    ],
)
async def test_a_master_pass_stops(
    bench: StationBench, charger: Station, asks: bool, sessions: list[str]
) -> None:
    knowing(
        bench,
        KnownToken("TAG"),
        KnownToken("OTHER"),
        KnownToken("MASTER", group="STAFF"),
    )
    group = VariableId.parse(MASTER_GROUP)
    await charger.station.commands.change_setting(group, "STAFF")
    assert charger.variables[MASTER_GROUP] == "STAFF"
    running = {}
    for evse_id, card in ((1, CARD), (2, OTHER_CARD)):
        session = running[f"tx-{evse_id}"] = charger.session(f"tx-{evse_id}")
        await charger.report("Occupied", evse_id)
        place = {"id": evse_id, "connectorId": 1}
        await session.event(
            "Started", "Authorized", "Charging", evse=place, idToken=card
        )
    info = await charger.authorize(MASTER)
    assert (info["status"], info["groupIdToken"]) == ("Accepted", STAFF)
    for name in sessions:
        shown: Message = {"idToken": MASTER} if asks or name == sessions[0] else {}
        await running[name].event(
            "Ended",
            "StopAuthorized",
            transactionInfo={"stoppedReason": "MasterPass"},
            **shown,
        )
    for number, name in enumerate(running, 1):
        known = charger.station.snapshot.evse(number).transaction
        assert known is not None
        assert known.running is (name not in sessions)
        if not known.running:
            assert known.stop_reason == "MasterPass"


# The local list.


def entry(name: str, kind: str = "ISO14443") -> Message:
    """Return an entry of the list for a card that may charge."""
    return {
        "idToken": {"idToken": name, "type": kind},
        "idTokenInfo": {"status": "Accepted"},
    }


OURS = entry(REMOTE_ID_TOKEN, "Central")


async def test_TC_D_01(charger: Station) -> None:
    authority = Authority.of([KnownToken("TAG")], free_vend=False)
    charger.answers["GetLocalListVersion"] = {"versionNumber": 3}
    send = Ask(
        lambda station: station.tokens.send_list(authority),
        "SendLocalList",
        {
            "versionNumber": 4,
            "updateType": "Full",
            "localAuthorizationList": [OURS, entry("TAG")],
        },
        ACCEPTED,
        LocalList(4, (ListEntry(REMOTE_ID_TOKEN), ListEntry("TAG"))),
    )
    await send.play(charger)


async def updates(
    bench: StationBench, charger: Station, *steps: Sequence[KnownToken]
) -> list[Message]:
    """Have the charging station keep a list that changes, and return what it is sent."""
    version = 0

    def get_version(_: Message) -> Message:
        return {"versionNumber": version}

    def send(payload: Message) -> Message:
        nonlocal version
        version = payload["versionNumber"]
        return {"status": "Accepted"}

    def has_sent(count: int) -> bool:
        return len(charger.called("SendLocalList")) == count

    charger.answers |= {"GetLocalListVersion": get_version, "SendLocalList": send}
    for count, tokens in enumerate(steps, 1):
        knowing(bench, *tokens)
        bench.system.adopt("CP1", StationSettings(local_list=True))
        await until(partial(has_sent, count))
    return charger.called("SendLocalList")


async def test_TC_D_02(bench: StationBench, charger: Station) -> None:
    known, new = KnownToken("TAG"), KnownToken("OTHER")
    first, second = await updates(bench, charger, [known], [known, new])
    assert first["updateType"] == "Full"
    assert second == {
        "versionNumber": 2,
        "updateType": "Differential",
        "localAuthorizationList": [entry("OTHER")],
    }
    assert charger.called("GetLocalListVersion")


async def test_TC_D_03(bench: StationBench, charger: Station) -> None:
    known, old = KnownToken("TAG"), KnownToken("OTHER")
    _, second = await updates(bench, charger, [known, old], [known])
    assert second == {
        "versionNumber": 2,
        "updateType": "Differential",
        "localAuthorizationList": [{"idToken": OTHER_CARD}],
    }


async def test_TC_D_04(bench: StationBench, charger: Station) -> None:
    await updates(bench, charger, [KnownToken("TAG")])
    # The owner wants it to keep no list any more.
    bench.system.adopt("CP1", StationSettings())
    await until(lambda: len(charger.called("SendLocalList")) == 2)
    assert charger.called("SendLocalList")[1] == {
        "versionNumber": 2,
        "updateType": "Full",
    }


@pytest.mark.parametrize(
    "version", [pytest.param(7, id="TC_D_08"), pytest.param(0, id="TC_D_09")]
)
async def test_the_version_of_the_list(charger: Station, version: int) -> None:
    ask = commanded(
        lambda version: version.tokens.get_list_version(),
        "GetLocalListVersion",
        {},
        {"versionNumber": version},
        version,
    )
    await ask.play(charger)
