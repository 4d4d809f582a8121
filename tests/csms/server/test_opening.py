"""Half-open connections: limited, and the network and the address with the most of them yield."""

from custom_components.ocpp.csms.server.opening import OpeningConnections


class Port:
    """A port for three half-open connections, and those that were cut."""

    def __init__(self) -> None:
        """Initialize without connections."""
        self.opening = OpeningConnections(3)
        self.cut: list[str] = []

    def open(self, address: str, key: str) -> bool:
        return self.opening.add(address, key, lambda: self.cut.append(key))


def test_an_address_with_most_of_too_many_gets_no_more() -> None:
    port = Port()
    assert [port.open("A", f"A{number}") for number in range(5)] == [True] * 3 + [
        False
    ] * 2
    assert port.cut == []


def test_others_get_in_at_the_cost_of_the_busiest() -> None:
    port = Port()
    for number in range(3):
        port.open("A", f"A{number}")
    assert port.open("B", "B0")
    assert port.cut == ["A0"]
    assert port.open("C", "C0")
    assert port.cut == ["A0", "A1"]
    # Now all have one.
    assert not port.open("A", "A3")


def test_a_connection_that_is_open_makes_room() -> None:
    port = Port()
    for number in range(3):
        port.open("A", f"A{number}")
    port.opening.discard("A1")
    port.opening.discard("A1")
    assert port.open("A", "A3")
    assert not port.open("A", "A4")


def test_many_addresses_of_one_network_are_no_more_than_one() -> None:
    port = Port()
    assert port.open("192.0.2.7", "honest")
    for number in range(1, 5):
        port.open(f"2001:db8::{number}", f"S{number}")
    assert "honest" not in port.cut
    assert port.open("192.0.2.8", "another")
    assert "honest" not in port.cut
