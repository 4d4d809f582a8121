"""The sentences, words and answers of a language, each from a file of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
import json
from pathlib import Path
from typing import Any

DEFAULT = "en"
_FILES = Path(__file__).parent / "languages"


@dataclass(frozen=True, slots=True)
class Words:
    """The words for numbers and times."""

    numbers: Mapping[str, int]
    minutes: Mapping[str, int]
    before_noon: Sequence[str]
    after_noon: Sequence[str]
    at_night: Sequence[str]
    filler: Sequence[str]
    decimal_point: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language that questions are asked in.

    The sentences of an intent are either about a `car`, or stand `alone`.
    """

    names: Sequence[str]
    any: Sequence[str]
    sentences: Mapping[str, Mapping[str, Sequence[str]]]
    words: Words
    answers: Mapping[str, str]

    def say(self, key: str, **figures: str) -> str:
        """Return an answer."""
        said = self.answers[key].format(**figures)
        return said[:1].upper() + said[1:]

    def number(self, value: float) -> str:
        """Return a number with one decimal."""
        return f"{value:.1f}".replace(".", self.words.decimal_point)


def languages() -> list[str]:
    """Return the codes of all languages."""
    return sorted(file.stem for file in _FILES.glob("*.json"))


@lru_cache
def language(code: str) -> Language:
    """Return a language, or English if it is not known; reads a file."""
    file = _FILES / f"{code}.json"
    if not file.is_file():
        base = code.partition("-")[0]
        return language(base if base != code else DEFAULT)
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    sentences = data["sentences"]
    return Language(
        sentences.pop("names"),
        sentences.pop("any"),
        sentences,
        Words(**data["words"]),
        data["answers"],
    )
