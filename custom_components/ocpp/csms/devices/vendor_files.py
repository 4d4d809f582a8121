"""Reading of the vendors' files.

    name: ABB
    models:
      - name: Terra AC
        recognised_by:
          - {vendor: ABB, model: "*TAC*"}
        works: The functions that work.
        set_url: The place at which to enter the address of the central system.
        expect:
          phase_switching: The owner's expectations, by topic.
        facts:
          - fact: One sentence.
            source: https://where.it.can/be/read
            firmware: "<=1.8.21"
            fault: the_key_of_the_texts_that_tell_owners_of_it
            remedy: The measure that is taken for every charger.
            traits:
              stack_levels: [0]
              settings: {HeartbeatInterval: "60"}

The names under `traits` are the fields of `Capabilities`, which the schema is made from. Settings go by their names in
OCPP 1.6, or by version, `{"1.6": {HeartbeatInterval: "60"}, "2.x": {OCPPCommCtrlr.HeartbeatInterval: "60"}}`.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

from ..ocppj.framing import Json, Payload
from .capabilities import Traits
from .capability_types import CAPABILITIES
from .vendors import Fact, Model, Pattern, Vendor, Vendors

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

FOLDER = Path(__file__).parent.parent.parent / "vendors"

EXPECTATIONS = ("phase_switching", "minimum_current", "current_steps", "meter_values")
"""The topics on which an owner is told what to expect."""

_SENTENCE: Payload = {"type": "string", "pattern": r"^\S(.*\S)?$"}


class VendorFileError(Exception):
    """An invalid vendor's file; the message names the file, the place in it, and the problem."""


@cache
def load(folder: Path = FOLDER) -> Vendors:
    """Read the files of all vendors; it blocks, and reads each folder only once.

    Raises:
        VendorFileError: when one of them is invalid.
        OSError: when one cannot be read.
    """
    return Vendors(tuple(_read(file) for file in sorted(folder.glob("*.yaml"))))


def _read(file: Path) -> Vendor:
    try:
        content: Json = yaml.safe_load(file.read_bytes())
    except yaml.YAMLError as err:
        raise VendorFileError(f"{file.name}: no YAML: {err}") from err
    if errors := list(_validator().iter_errors(content)):
        problems = "; ".join(
            f"{_place(error.instance_path)}: {error.message}" for error in errors
        )
        raise VendorFileError(f"{file.name}: {problems}")
    return _vendor(cast("Payload", content))


def _vendor(content: Payload) -> Vendor:
    return Vendor(_text(content["name"]), tuple(map(_model, _items(content["models"]))))


def _model(content: Payload) -> Model:
    patterns = cast("list[dict[str, str]]", content["recognised_by"])
    return Model(
        name=_text(content["name"]),
        recognised_by=tuple(Pattern(**pattern) for pattern in patterns),
        works=_text(content["works"]),
        set_url=cast("str | None", content.get("set_url")),
        expect=cast("dict[str, str]", content.get("expect", {})),
        facts=tuple(map(_fact, _items(content["facts"]))),
    )


def _fact(content: Payload) -> Fact:
    source = content["source"]
    sources = source if isinstance(source, list) else [source]
    traits = cast("Payload", content.get("traits", {}))
    return Fact(
        text=_text(content["fact"]),
        sources=tuple(map(_text, sources)),
        firmware=cast("str | None", content.get("firmware")),
        fault=cast("str | None", content.get("fault")),
        remedy=cast("str | None", content.get("remedy")),
        traits=Traits(
            {name: CAPABILITIES[name].read(value) for name, value in traits.items()}
        ),
    )


def _text(value: Json) -> str:
    return cast("str", value)


def _items(value: Json) -> list[Payload]:
    return cast("list[Payload]", value)


def _object(required: Payload, optional: Payload | None = None) -> Payload:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: Payload) -> Payload:
    return {"type": "array", "items": item, "minItems": 1}


def _place(path: list[str | int]) -> str:
    """Return a place in a file as text, such as `models[0].facts[2].source`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "the file"


_LINK: Payload = {"type": "string", "pattern": r"^https://\S+$"}
_FACT = _object(
    {"fact": _SENTENCE, "source": {"anyOf": [_LINK, _list(_LINK)]}},
    {
        "firmware": {"type": "string", "pattern": r"^((<=|>=|<|>)\S*\d\S*( |$))+$"},
        "fault": {"type": "string", "pattern": "^[a-z_]+$"},
        "remedy": _SENTENCE,
        "traits": _object(
            {}, {name: item.schema for name, item in CAPABILITIES.items()}
        ),
    },
)
_MODEL = _object(
    {
        "name": _SENTENCE,
        "recognised_by": _list(
            _object({"vendor": {"type": "string"}}, {"model": {"type": "string"}})
        ),
        "works": _SENTENCE,
        "facts": _list(_FACT),
    },
    {
        "set_url": _SENTENCE,
        "expect": _object({}, dict.fromkeys(EXPECTATIONS, _SENTENCE)),
    },
)


@cache
def _validator() -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415 - not before a file is read

    return Draft202012Validator(_object({"name": _SENTENCE, "models": _list(_MODEL)}))
