"""Each vendor's simulated charger through full solar sessions over a real socket."""

import pytest

from custom_components.ocpp.csms.devices.vendor_files import FOLDER, load
from tests.simulator.makes import MAKES

from .matrix import charge, problems


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


@pytest.mark.parametrize("name", MAKES)
async def test_a_charger_of_each_make_is_charged_from_the_sun(name: str) -> None:
    assert problems(MAKES[name], await charge(name, MAKES[name])) == []


def test_there_is_a_charger_for_each_vendors_file() -> None:
    files = {file.stem for file in FOLDER.glob("*.yaml")}
    assert {name.partition(" (")[0] for name in MAKES} == files


def test_each_charger_is_known_by_its_own_vendors_file() -> None:
    for name, make in MAKES.items():
        known = load().recognise(make.info)
        own = load(FOLDER).all
        assert known is not None, name
        assert any(known.name.startswith(vendor.name) for vendor in own), name
