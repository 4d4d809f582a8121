"""From an upgrade request to an identity and a version."""

import re
from urllib.parse import quote, unquote

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.errors import HandshakeRefusedError
from custom_components.ocpp.csms.server import handshake

PRINTABLE = st.text(min_size=1, max_size=48).filter(
    lambda text: text.isprintable() and text == text.strip() and "\ufffd" not in text
)


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/CP1", "CP1"),
        ("/CP1/", "CP1"),
        ("/steve/websocket/CentralSystemService/CP1", "CP1"),
        ("/ocpp/1.6/CP1?token=secret", "CP1"),
        ("/Garage%20left", "Garage left"),
        ("/a%2Fb", "a/b"),
        # It is no connector of another charger.
        ("/CP%2F1", "CP%2F1"),
        ("/CP%2f12", "CP%2F12"),
        ("//CP1", "CP1"),
    ],
)
def test_the_identity_is_the_last_segment(path: str, identity: str) -> None:
    assert handshake.identity(path) == identity


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        ("", 404),
        ("/%20", 404),
        (f"/{'x' * 129}", 414),
        ("/a%00b", 400),
        ("/a%0Ab", 400),
        ("/%FF%FE", 400),
    ],
)
def test_what_cannot_be_an_identity_is_refused(path: str, status: int) -> None:
    with pytest.raises(HandshakeRefusedError) as refusal:
        handshake.identity(path)
    assert refusal.value.status == status


@given(name=PRINTABLE, prefix=st.sampled_from(["", "/ocpp", "/a/b%20c"]))
def test_any_printable_name_survives_the_url(name: str, prefix: str) -> None:
    identity = handshake.identity(f"{prefix}/{quote(name, safe='')}")
    assert identity == name or not re.search("/[0-9]+$", identity)
    assert unquote(identity) == unquote(name)


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (["ocpp1.6"], "ocpp1.6"),
        (["OCPP1.6"], "OCPP1.6"),
        (["ocpp2.0", "ocpp1.6"], "ocpp1.6"),
        (["ocpp1.5"], None),
        ([], None),
    ],
)
def test_the_subprotocol_is_one_that_is_offered(
    offered: list[str], agreed: str | None
) -> None:
    assert handshake.Negotiation().choose(offered) == agreed


def test_a_charger_without_subprotocol_speaks_1_6() -> None:
    assert handshake.Negotiation().dialect(None).name == "1.6"


def test_a_refusal_repeats_no_secret_that_was_offered() -> None:
    refusal = handshake.Negotiation().refusal(["ocpp2.0.1", "Bearer.s3cret", "x" * 99])
    assert refusal.startswith("The charger offers ocpp2.0.1, ?, ?, but this")
