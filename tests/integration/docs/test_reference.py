"""The documentation of the actions is complete."""

from pathlib import Path
import re

import pytest

from custom_components.ocpp.services import ACTIONS
from homeassistant.util.yaml import load_yaml_dict

from .blocks import ROOT

SERVICES = load_yaml_dict(str(ROOT / "custom_components" / "ocpp" / "services.yaml"))
EVERYWHERE = {"devid", "charger_id"}
"""Fields that are described once for all actions."""


def _sections() -> dict[str, str]:
    """Return the text about each action."""
    text = Path(ROOT / "docs" / "actions.md").read_text()
    found: dict[str, str] = {}
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        for name in re.findall(r"`ocpp\.(\w+)`", heading):
            found[name] = body
    return found


def test_every_action_has_a_section() -> None:
    assert set(_sections()) == {action.name for action in ACTIONS} == set(SERVICES)


@pytest.mark.parametrize("action", SERVICES)
def test_every_field_is_described(action: str) -> None:
    told = set(re.findall(r"`(\w+)`", _sections()[action]))
    assert set(SERVICES[action].get("fields", {})) - EVERYWHERE <= told
