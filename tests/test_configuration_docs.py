"""docs/configuration.md explains every field of every form."""

from collections.abc import Iterator
import json
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "custom_components" / "ocpp" / "translations" / "en.json"
PAGE = ROOT / "docs" / "configuration.md"


def _forms(node: object, path: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the forms with the labels of their fields; a section is a form of its own."""
    if not isinstance(node, dict):
        return
    if isinstance(labels := node.get("data"), dict):
        yield path, list(labels.values())
    for key, inner in node.items():
        if key not in ("data", "data_description"):
            yield from _forms(inner, f"{path}.{key}")


def _all_forms() -> dict[str, list[str]]:
    texts = json.loads(TEXTS.read_text())
    flows = ("config", "options", "config_subentries")
    return dict(form for flow in flows for form in _forms(texts[flow], flow))


FORMS = _all_forms()


def _rows(text: str) -> dict[str, tuple[str, str]]:
    """Return the fields of the tables in a text, with what is said of them."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {field: (effect, default) for field, effect, default in rows}


@pytest.mark.parametrize("form", FORMS)
def test_a_chapter_explains_all_fields_of_a_form(form: str) -> None:
    chapters = PAGE.read_text().split("\n## ")
    explained = [_rows(chapter) for chapter in chapters]
    missing = min(
        ([label for label in FORMS[form] if label not in rows] for rows in explained),
        key=len,
    )
    assert missing == []


def test_every_field_has_an_effect_and_a_default() -> None:
    assert not [
        field for field, told in _rows(PAGE.read_text()).items() if not all(told)
    ]


def test_no_field_is_explained_that_there_is_not() -> None:
    labels = {label for form in FORMS.values() for label in form}
    assert _rows(PAGE.read_text()).keys() - labels - {"Field", "---"} == set()
