"""The form of the central system: its ports."""

from collections.abc import Callable
import socket

import pytest

from homeassistant.core import HomeAssistant

from .conftest import step
from .steps import begin, server, suggested


@pytest.mark.parametrize("port", [9000.5, 0, -1, 65536, 99999])
async def test_what_is_no_port_is_refused_in_words(
    hass: HomeAssistant, port: float
) -> None:
    flow = await begin(hass)
    for field in ("port", "tls_port"):
        form = await step(
            hass,
            flow["flow_id"],
            {"advanced": {"host": "127.0.0.1", "port": 9001, field: port}},
        )
        assert form["errors"] == {"base": "invalid_port"}
        assert suggested(form, "advanced")[field] == port


async def test_the_next_free_port_is_filled_in(
    hass: HomeAssistant, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port = unused_tcp_port_factory()
    flow = await begin(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        form = await step(hass, flow["flow_id"], server(port))
    free = suggested(form, "advanced")["port"]
    assert free > port
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["taken"] == str(port)
    assert placeholders["free"] == placeholders["port"] == str(free)
    assert (await step(hass, flow["flow_id"], server(free)))["step_id"] == "energy"


async def test_two_ports_are_moved_apart(
    hass: HomeAssistant, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port = unused_tcp_port_factory()
    flow = await begin(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        form = await step(hass, flow["flow_id"], server(port, tls_port=port + 1))
    shown = suggested(form, "advanced")
    assert len({port, shown["port"], shown["tls_port"]}) == 3


async def test_port_9000_is_replaced_before_anybody_asks(hass: HomeAssistant) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("0.0.0.0", 9000))
            other.listen()
        except OSError:
            # Somebody else has it: just as well.
            pass
        form = await begin(hass)
    assert form["errors"] == {"base": "port_in_use"}
    assert suggested(form, "advanced")["port"] > 9000
