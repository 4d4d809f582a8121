"""Reads the vendors' files.

    name: ABB
    models:
      - name: Terra AC
        recognised_by:
          - {vendor: ABB, model: "*TAC*"}
        works: What does.
        set_url: Where the address of the central system is entered.
        expect:
          phase_switching: What is to be expected, by topic.
        facts:
          - fact: One sentence.
            source: https://where.it.can/be/read
            firmware: "<=1.8.21"
            remedy: What is done about it anyway.
            traits:
              stack_levels: [0]

What a fact may say under `traits` are the fields of `Traits`, which the schema is made from.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType
from typing import cast, get_args, get_origin, get_type_hints

from jsonschema_rs import Draft202012Validator
import yaml

from ..ocppj.framing import Json, Payload
from .capabilities import Traits
from .vendors import Fact, Model, Pattern, Vendor, Vendors

FOLDER = Path(__file__).parent.parent.parent / "vendors"

EXPECTATIONS = ("phase_switching", "minimum_current", "current_steps", "meter_values")
"""What an owner may be told to expect of."""

_SENTENCE: Payload = {"type": "string", "pattern": r"^\S(.*\S)?$"}
_SCALARS: Mapping[type, Payload] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
}


class VendorFileError(Exception):
    """A vendor's file says something that has no meaning; tells which file, where in it, and what."""


@cache
def load(folder: Path = FOLDER) -> Vendors:
    """Read the files of all vendors; it blocks, and reads each folder only once.

    Raises:
        VendorFileError: when one of them is not as it should be.
        OSError: when one cannot be read.
    """
    return Vendors(tuple(_read(file) for file in sorted(folder.glob("*.yaml"))))


def _read(file: Path) -> Vendor:
    try:
        content: Json = yaml.safe_load(file.read_bytes())
    except yaml.YAMLError as err:
        raise VendorFileError(f"{file.name}: no YAML: {err}") from err
    if errors := list(_VALIDATOR.iter_errors(content)):
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
        remedy=cast("str | None", content.get("remedy")),
        traits=Traits(
            **{name: _value(_TRAITS[name], value) for name, value in traits.items()}  # type: ignore[arg-type]
        ),
    )


def _text(value: Json) -> str:
    return cast("str", value)


def _items(value: Json) -> list[Payload]:
    return cast("list[Payload]", value)


def _value(kind: object, value: Json) -> object:
    """Return a trait's value as `Traits` wants it."""
    if get_origin(kind) is tuple and isinstance(value, list):
        item, _ = get_args(kind)
        return tuple(_value(item, member) for member in value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(_text(value))
    return value


def _kind(hint: object) -> object:
    """Return what a trait is when it is known."""
    (known,) = (kind for kind in get_args(hint) if kind is not NoneType)
    return known


def _schema(kind: object) -> Payload:
    """Return the schema of a kind of trait."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": list(kind)}
    if get_origin(kind) is tuple:
        item, _ = get_args(kind)
        return {"type": "array", "items": _schema(item)}
    if get_origin(kind) is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    return _SCALARS[cast("type", kind)]


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
    """Return where in a file something stands, as in `models[0].facts[2].source`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "the file"


_TRAITS = {name: _kind(hint) for name, hint in get_type_hints(Traits).items()}
_LINK: Payload = {"type": "string", "pattern": r"^https://\S+$"}
_FACT = _object(
    {"fact": _SENTENCE, "source": {"anyOf": [_LINK, _list(_LINK)]}},
    {
        "firmware": {"type": "string", "pattern": r"^((<=|>=|<|>)\S*\d\S*( |$))+$"},
        "remedy": _SENTENCE,
        "traits": _object({}, {name: _schema(kind) for name, kind in _TRAITS.items()}),
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
_VALIDATOR = Draft202012Validator(_object({"name": _SENTENCE, "models": _list(_MODEL)}))
