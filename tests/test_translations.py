"""The texts in all languages: complete, with the same placeholders and names of things, and translated."""

from collections import Counter
from collections.abc import Iterator
import json
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "integration": ROOT / "custom_components" / "ocpp" / "translations",
    "cards": ROOT / "frontend" / "src" / "translations",
}
LANGUAGES = (
    "cs",
    "da",
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "it",
    "nb",
    "nl",
    "pl",
    "pt",
    "sv",
)
TRANSLATIONS = [
    (place, language) for place in PLACES for language in LANGUAGES if language != "en"
]
PLACEHOLDER = re.compile(r"\{\w+\}")
SAME_IN_ALL = re.compile(r"`[^`]*`|https?://[^\s)]+|wss?://[\w{][^\s)]*|\]\(\S+\)")
"""Code, addresses and links."""
LONG_ENOUGH_TO_DIFFER = 30


def _texts(place: str, language: str) -> dict[str, str]:
    """Return the texts of a file by their paths."""
    path = PLACES[place] / f"{language}.json"
    return dict(_flat(json.loads(path.read_text()), ""))


def _flat(node: object, path: str) -> Iterator[tuple[str, str]]:
    match node:
        case dict():
            for key, value in node.items():
                yield from _flat(value, f"{path}.{key}" if path else str(key))
        case list():
            for number, value in enumerate(node):
                yield from _flat(value, f"{path}[{number}]")
        case _:
            yield path, str(node)


@pytest.mark.parametrize("place", PLACES)
def test_the_languages_are_those_of_the_product(place: str) -> None:
    assert {file.stem for file in PLACES[place].iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize(("place", "language"), TRANSLATIONS)
class TestTranslation:
    """A translation says what the English text says."""

    def test_it_is_complete(self, place: str, language: str) -> None:
        english, texts = _texts(place, "en"), _texts(place, language)
        assert sorted(english.keys() - texts.keys()) == []
        assert sorted(texts.keys() - english.keys()) == []

    def test_it_keeps_placeholders(self, place: str, language: str) -> None:
        assert _differing(place, language, PLACEHOLDER) == {}

    def test_it_keeps_code_and_addresses(self, place: str, language: str) -> None:
        assert _differing(place, language, SAME_IN_ALL) == {}

    def test_it_is_translated(self, place: str, language: str) -> None:
        english, texts = _texts(place, "en"), _texts(place, language)
        assert [
            path
            for path, text in english.items()
            if len(SAME_IN_ALL.sub("", text)) >= LONG_ENOUGH_TO_DIFFER
            and texts[path] == text
        ] == []

    def test_it_is_as_long_as_the_english_one(self, place: str, language: str) -> None:
        english, texts = _texts(place, "en"), _texts(place, language)
        assert {
            path: texts[path]
            for path, text in english.items()
            if len(text) > 60 and not 0.55 < len(texts[path]) / len(text) < 2
        } == {}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_clean(place: str, language: str) -> None:
    # Before a brace, Home Assistant's messages take an apostrophe for the beginning of a quotation.
    unclean = re.compile(r"'[{}]|\}'|^\s|\s$|  | \n|<|\t")
    assert [
        path
        for path, text in _texts(place, language).items()
        if unclean.search(text) or not text
    ] == []


def _differing(
    place: str, language: str, pattern: re.Pattern[str]
) -> dict[str, tuple[list[str], list[str]]]:
    """Return the parts of texts that should be the same in a language, but are not."""
    english, texts = _texts(place, "en"), _texts(place, language)
    found = {
        path: (pattern.findall(text), pattern.findall(texts.get(path, "")))
        for path, text in english.items()
    }
    return {
        path: (theirs, ours)
        for path, (theirs, ours) in found.items()
        if Counter(theirs) != Counter(ours)
    }
