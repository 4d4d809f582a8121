"""The blocks of YAML in the README and the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
import re
from textwrap import dedent
from typing import Any, override

from homeassistant.util.yaml import parse_yaml

ROOT = Path(__file__).parents[3]
FILES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(
    r"^(?P<indent> *)```yaml\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_MARKER = re.compile(r"#\s*(?P<kind>\w+)")
_ENTITY_ID = re.compile(r"\b[a-z_]+\.[a-z0-9_]+\b")
_NAMING = ("entity_id", "entity")


class Kind(StrEnum):
    """The kind of a block; a comment in its first line may say so, such as `# dashboard`."""

    ACTIONS = "actions"
    AUTOMATION = "automation"
    CONFIGURATION = "configuration"
    """A part of configuration.yaml."""
    DASHBOARD = "dashboard"
    COMPOSE = "compose"
    """A file for containers, which has nothing to do with Home Assistant itself."""


@dataclass(frozen=True)
class Block:
    """A block of YAML, with the line in which it begins."""

    file: Path
    line: int
    text: str

    @override
    def __str__(self) -> str:
        """Return the place of the block."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"

    @property
    def content(self) -> Any:
        """The text, read as YAML."""
        return parse_yaml(self.text)

    @property
    def kind(self) -> Kind:
        """The kind."""
        marker = _MARKER.match(self.text)
        if marker is not None and marker["kind"] in Kind:
            return Kind(marker["kind"])
        return _kind_of(self.content)

    @property
    def entity_ids(self) -> set[str]:
        """The entities that it names."""
        return set(_entity_ids(self.content))


def _kind_of(content: object) -> Kind:
    first = content[0] if isinstance(content, list) else content
    keys = first.keys() if isinstance(first, dict) else set[str]()
    if keys & {"triggers", "trigger"}:
        return Kind.AUTOMATION
    if keys & {"action", "if", "choose", "repeat", "variables"}:
        return Kind.ACTIONS
    if keys & {"strategy", "views", "cards", "type"}:
        return Kind.DASHBOARD
    return Kind.CONFIGURATION


def _entity_ids(content: object) -> Iterator[str]:
    match content:
        case dict():
            for key, value in content.items():
                named = value if isinstance(value, list) else [value]
                if key in _NAMING:
                    yield from (str(each) for each in named)
                else:
                    yield from _entity_ids(value)
        case list():
            for each in content:
                yield from _entity_ids(each)
        case str() if "{{" in content or "{%" in content:
            for call in re.findall(r"(?:states|state_attr|is_state)\(([^)]*)", content):
                yield from _ENTITY_ID.findall(call)


def blocks() -> Iterator[Block]:
    """Yield all blocks."""
    for file in FILES:
        text = file.read_text()
        for found in _BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 2
            yield Block(file, line, dedent(found["text"]))
