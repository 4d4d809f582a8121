"""The files around the code: those for tools can be read, and paths in documents and links of repairs exist."""

import json
from pathlib import Path
import re
import subprocess

import pytest
import yaml

from custom_components.ocpp.chapters import DOCS, learn_more_url

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "ocpp"
FOLDERS = (ROOT, INTEGRATION, INTEGRATION / "csms", INTEGRATION / "surplus")
"""The folders to which paths in documents are relative."""


PLACES = (".", ".github", ".devcontainer", "custom_components", "frontend/src", "tests")


def _files(*suffixes: str) -> list[str]:
    """Return the files with these suffixes, except for what tools have put beside them."""
    found = [
        file
        for place in PLACES
        for file in (ROOT.iterdir() if place == "." else (ROOT / place).rglob("*"))
        if file.suffix in suffixes
    ]
    return sorted(str(file.relative_to(ROOT)) for file in found)


def _keys_of_repairs() -> list[str]:
    """Return the translation keys of all repairs."""
    texts = json.loads((INTEGRATION / "translations" / "en.json").read_text())
    return sorted(texts["issues"])


@pytest.mark.parametrize("name", _files(".yaml", ".yml"))
def test_yaml_can_be_read(name: str) -> None:
    assert yaml.safe_load((ROOT / name).read_text())


@pytest.mark.parametrize("name", _files(".json"))
def test_json_can_be_read(name: str) -> None:
    assert json.loads((ROOT / name).read_text())


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_paths_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text()
    paths = re.findall(r"`([\w./-]+(?:/|\.(?:py|md|yaml|json)))`", text)
    linked = re.findall(r"\]\(([\w./-]+)\)", text)
    assert paths
    missing = [
        path
        for path in paths
        if not any((folder / path).exists() for folder in FOLDERS)
    ]
    assert missing == []
    assert [path for path in linked if not ((ROOT / name).parent / path).exists()] == []


@pytest.mark.parametrize(
    "name",
    ["README.md", *(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md"))],
)
def test_links_of_the_documentation_lead_somewhere(name: str) -> None:
    file = ROOT / name
    linked = re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", file.read_text())
    for path, anchor in linked:
        target = file.parent / path if path else file
        assert target.exists(), path
        if anchor:
            assert anchor in _anchors(target.read_text()), f"{path}#{anchor}"


@pytest.mark.parametrize("key", _keys_of_repairs())
def test_each_repair_links_to_its_chapter(key: str) -> None:
    url = learn_more_url(key)
    assert url is not None
    path, _, anchor = url.removeprefix(f"{DOCS}/").partition("#")
    text = (ROOT / "docs" / path).read_text()
    assert not anchor or anchor in _anchors(text), url


def _anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a Markdown text."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_no_ignored_file_is_in_the_repository() -> None:
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert listed.stdout.splitlines() == []
