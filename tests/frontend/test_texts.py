"""The texts of the cards: every language has all of them, and every text is used."""

from collections.abc import Iterator, Mapping
import gzip
import json
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "frontend" / "src"
LANGUAGES = sorted((SOURCES / "translations").glob("*.json"))
BUNDLE = ROOT / "custom_components" / "ocpp" / "frontend" / "ocpp-cards.js"
MOST_BYTES = 80_000

type Texts = Mapping[str, "str | list[str] | Texts"]


def _texts(texts: Texts, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its key; those of a list have numbers."""
    for key, value in texts.items():
        match value:
            case str():
                yield f"{prefix}{key}", value
            case list():
                yield from (
                    (f"{prefix}{key}.{n}", each) for n, each in enumerate(value)
                )
            case _:
                yield from _texts(value, f"{prefix}{key}.")


def _read(file: Path) -> dict[str, str]:
    return dict(_texts(json.loads(file.read_text())))


ENGLISH = _read(SOURCES / "translations" / "en.json")
CODE = "\n".join(file.read_text() for file in SOURCES.glob("*.ts"))


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_a_language_is_complete(file: Path) -> None:
    texts = _read(file)
    assert texts.keys() == ENGLISH.keys()
    for key, text in texts.items():
        assert text.strip() == text != "", key
        assert _placeholders(text) == _placeholders(ENGLISH[key]), key


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = re.findall(
        r"""(?:[tT]ext|say)\((?:this\.hass!?\.language, )?["']([a-z_.]+)["']""", CODE
    )
    assert asked
    known = {re.sub(r"\.\d+$", "", key) for key in ENGLISH}
    assert {key for key in asked if key not in known} == set()


def test_every_text_is_used() -> None:
    def is_used(key: str) -> bool:
        key = re.sub(r"\.\d+$", "", key)
        group, _, name = key.rpartition(".")
        # Some are asked for by a name that is made at run time.
        made = rf"`{re.escape(group)}\.\$\{{"
        return f'"{key}"' in CODE or bool(re.search(made, CODE)) or f'"{name}"' in CODE

    by_name = {key for key in ENGLISH if not key.startswith("cards.")}
    assert {key for key in by_name if not is_used(key)} == set()


def test_the_cards_are_small() -> None:
    assert len(gzip.compress(BUNDLE.read_bytes(), 9)) < MOST_BYTES
