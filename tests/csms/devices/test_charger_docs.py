"""docs/chargers.md is what the vendors' files say."""

from custom_components.ocpp.csms.devices.capability_types import CAPABILITIES
from custom_components.ocpp.csms.devices.vendor_files import load
from scripts.chargers import CONSEQUENCES, FILE, page


def test_the_page_is_up_to_date() -> None:
    assert FILE.read_text() == page(load().all), "run scripts/chargers"


def test_every_trait_can_be_put_in_words() -> None:
    assert set(CONSEQUENCES) == set(CAPABILITIES)
