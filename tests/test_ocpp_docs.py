"""The documentation of OCPP lists every message of every version, in its direction, with tests that are about it."""

from pathlib import Path
import re

import pytest

from custom_components.ocpp.csms.versions import Version
from custom_components.ocpp.csms.versions.v16 import VERSION as V16
from custom_components.ocpp.csms.versions.v21 import VERSION as V21
from custom_components.ocpp.csms.versions.v201 import VERSION as V201

ROOT = Path(__file__).resolve().parent.parent
FROM_CHARGERS, TO_CHARGERS = "From chargers", "To chargers"
VERSIONS = {"1.6": V16, "2.0.1": V201, "2.1": V21}


def _rows(section: str) -> list[dict[str, str]]:
    """Return the rows of the table in a section, by the headings of its columns."""
    text = (ROOT / "docs" / "ocpp.md").read_text()
    body = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in body.splitlines()
        if line.startswith("|")
    ]
    headings, _, *rows = lines
    return [dict(zip(headings, row, strict=True)) for row in rows]


def _messages(section: str, version: str) -> set[str]:
    return {row["Message"].strip("`") for row in _rows(section) if row[version] == "✓"}


@pytest.mark.parametrize(("name", "version"), VERSIONS.items())
def test_every_message_is_listed(name: str, version: Version) -> None:
    received = _messages(FROM_CHARGERS, name)
    assert received == set(map(str, version.handlers))
    known = version.actions | version.schemas.sends.keys()
    assert received | _messages(TO_CHARGERS, name) == known


def test_what_is_sent_is_tested() -> None:
    for row in _rows(TO_CHARGERS):
        files = re.findall("`([^`]+)`", row["Tests"])
        assert bool(files) is bool(row["What it is for"]), row
        for file in files:
            message = row["Message"].strip("`")
            assert f'"{message}"' in (ROOT / file).read_text(), (message, file)


def test_what_is_not_sent_has_no_command() -> None:
    commands = "".join(
        file.read_text()
        for file in (ROOT / "custom_components/ocpp/csms/versions").rglob("*.py")
    )
    for row in _rows(TO_CHARGERS):
        message = row["Message"].strip("`")
        is_sent = re.search(rf'"{message}"|call\.{message}\b', commands)
        assert bool(is_sent) is bool(row["What it is for"]), message


def test_actions_exist() -> None:
    text = (ROOT / "docs" / "ocpp.md").read_text()
    known = (ROOT / "docs" / "actions.md").read_text()
    for action in re.findall(r"`(ocpp\.\w+)`", text):
        assert f"### `{action}`" in known or f", `{action}`" in known, action
