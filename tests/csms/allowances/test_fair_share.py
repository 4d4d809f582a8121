"""Places that anybody may take: nobody keeps all others out."""

import pytest

from custom_components.ocpp.csms.allowances.fair_share import yielding
from custom_components.ocpp.csms.allowances.networks import network_of


def test_the_busiest_address_yields_to_one_that_has_fewer() -> None:
    places = {"a": "192.0.2.1", "b": "192.0.2.1", "c": "192.0.2.2"}
    assert yielding(places, "192.0.2.3") == "b"
    assert yielding(places, "192.0.2.2") is None
    assert yielding(places, "192.0.2.1") is None


def test_nobody_yields_where_each_address_has_one_place() -> None:
    assert yielding({"a": "192.0.2.1", "b": "192.0.2.2"}, "192.0.2.3") is None


def test_many_addresses_of_one_network_are_no_more_than_one() -> None:
    places = {f"s{number}": f"2001:db8:0:1::{number:x}" for number in range(1, 51)}
    # A stranger takes all places with addresses of his own.
    assert yielding(places, "192.0.2.7") is not None
    assert yielding(places, "2001:db8:0:2::1") is not None
    assert yielding(places, "2001:db8:0:1:ffff::1") is None


def test_the_addresses_of_one_network_share_its_places() -> None:
    places = dict.fromkeys("abc", "fe80::1") | dict.fromkeys("de", "fe80::2")
    assert yielding(places, "fe80::3") == "c"
    assert yielding(places, "fe80::2") is None
    assert yielding(places, None) == "c"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_address_stands_for_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
