"""Frames as no charger should send them: from the schemas, and then broken.

All chance comes from one seed, so that a run can be repeated.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib.resources import files
import json
import random
from typing import Any

from custom_components.ocpp.csms.ocppj.tolerant import MAX_LENGTH

from . import junk
from .dialects import Dialect


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, and the answer that it must get.

    `answer_id` is the message id that exactly one answer must bear; None where none can be told, or nothing is to
    be answered. `anonymous` is the number of answers that may come under ids that nobody can foresee; `usable` frames
    must get a result, namely that of `action`. `behind` are those in the same message, and `is_text` tells of what
    kind the message is, if its type does not.
    """

    wire: str | bytes
    answer_id: str | float | None = None
    action: str = ""
    usable: bool = False
    anonymous: int = 0
    behind: tuple[Frame, ...] = ()
    is_text: bool | None = None


STRAY = ("-1", "1", "x", "\ufffd", None, 1.5)
"""The ids in frames of which nobody knows whether they can be read, and the one that stands for none."""


class Frames:
    """An endless supply of frames."""

    def __init__(self, seed: int, dialect: Dialect) -> None:
        """Read the schemas, and start from a seed."""
        self._random = random.Random(seed)
        self._dialect = dialect
        self._handled = dialect.handled
        self._schemas = _schemas(dialect.package)
        self._foreign = sorted(
            name
            for name in _schemas(dialect.foreign).keys() - self._schemas.keys()
            if not name.endswith("Response")
        )
        self._commands = sorted(
            name
            for name in self._schemas
            if not name.endswith("Response") and name not in self._handled
        )
        self._count = 0
        self._recent: list[Frame] = []
        self._register_wh = 1000.0
        self._transaction_id = 1
        self._kinds: Mapping[Callable[[], Frame], int] = {
            self._valid: 30,
            self._broken: 40,
            self._lacking: 15,
            self._mistaken: 15,
            self._two_in_one: 3,
            self._two_starts: 3,
            self._repeated: 3,
            self._odd_id: 3,
            self._odd_call: 4,
            self._wrapped: 6,
            self._of_other_versions: 4,
            self._poisoned: 3,
            self._unasked_answer: 4,
            self._other_type: 3,
            self._unknown_action: 3,
            self._nonsense: 4,
            self._cut: 1,
        }
        self._more: list[Frame] = []

    def next(self) -> Frame:
        """Return another frame; none is so large that the socket would have to be closed."""
        frame = self._next()
        while len(frame.wire) > self._dialect.longest:
            frame = self._next()
        if isinstance(frame.wire, str) and self._random.random() < 0.02:
            frame = replace(frame, wire=frame.wire.encode(), is_text=False)
        return frame

    def _next(self) -> Frame:
        if self._more:
            return self._more.pop()
        (make,) = self._random.choices(
            tuple(self._kinds), weights=tuple(self._kinds.values())
        )
        return make()

    def learn(self, transaction_id: int) -> None:
        """Take note of a transaction that can be spoken of."""
        self._transaction_id = transaction_id

    def answers(self, message_id: str, action: str) -> list[str]:
        """Return frames that answer a call, or go beside it; sometimes, none at all."""
        if self._random.random() < 0.05:
            return []
        valid = self._of(self._schemas[f"{action}Response"])
        broken = self._break(valid)
        (proper,) = self._random.choices(
            (
                [3, message_id, valid],
                [3, message_id, broken],
                [3, message_id],
                [3, message_id, None],
                [3, message_id, []],
                [3, message_id, {f"{action}Response": valid}],
                [3, message_id, json.dumps(valid)],
                [3, message_id, "accepted"],
                [4, message_id, "not supported"],
                [4, message_id, "NotSupported", "", {}],
                [4, message_id, "x" * 5000, "x" * 5000, {"x": 1}],
                [4, message_id, None, None, None],
                [4, message_id],
            ),
            weights=(8, 8, *[1] * 11),
        )
        beside = self._random.choice(
            (
                [],
                [],
                [[3, message_id, "no object"]],
                [[3, message_id + "0", valid]],
                [[3, "", valid], [4, "-1", "GenericError", "", {}]],
            )
        )
        return [_text(frame) for frame in [*beside, proper]]

    # Kinds of frames.

    def _valid(self) -> Frame:
        action = self._action()
        return self._call(action, self._payload(action), usable=True)

    def _broken(self) -> Frame:
        """Make a call whose payload is valid but for one thing, or a few."""
        action = self._action()
        payload: Any = self._payload(action)
        for _ in range(self._random.choice((1, 1, 1, 2, 5))):
            payload = self._break(payload)
        return self._call(action, payload)

    def _lacking(self) -> Frame:
        """Make a call that lacks something which it must have."""
        action = self._action()
        payload = self._payload(action)
        required = self._schemas[action].get("required", ())
        for name in required:
            match self._random.randrange(3):
                case 0:
                    del payload[name]
                case 1:
                    payload[name] = None
        return self._lenient(action, _text([2, self._id(), action, payload]))

    def _mistaken(self) -> Frame:
        """Make a call whose meaning is clear, but which is no JSON."""
        action = self._action()
        text = _text([2, self._id(), action, self._payload(action)])
        return self._lenient(action, self._random.choice(junk.MISTAKES)(text))

    def _poisoned(self) -> Frame:
        action = self._action()
        payload = self._payload(action)
        payload[self._random.choice([*payload, "x"])] = self._random.choice(
            junk.POISONS
        )
        return self._lenient(action, _text([2, self._id(), action, payload]))

    def _two_in_one(self) -> Frame:
        """Make two calls in one message."""
        first, second = self._valid(), self._valid()
        assert isinstance(first.wire, str)
        assert isinstance(second.wire, str)
        between = self._random.choice(("", "\n", ",", "\0"))
        wire = f"{first.wire}{between}{second.wire}"
        return replace(first, wire=wire, behind=(second,))

    def _lenient(self, action: str, wire: str | bytes) -> Frame:
        """Return a call that must get a result all the same; of those that are too long for that, another one."""
        if len(wire) > MAX_LENGTH:
            return self._valid()
        usable = action not in self._dialect.refused
        return Frame(wire, f"f{self._count}", action, usable, is_text=True)

    def _two_starts(self) -> Frame:
        """Start twice on one connector within a second, and perhaps tell the first one again."""
        start = self._dialect.start
        payload = self._payload(start)
        if "eventType" in payload:
            payload["eventType"] = "Started"
        first = self._call(start, payload, usable=True)
        if "idTag" in payload and self._random.random() < 0.5:
            payload = {**payload, "idTag": "OTHER"}
        self._more.append(self._call(start, payload, usable=True))
        return first

    def _repeated(self) -> Frame:
        """Use a message id again: for the same call, or for another one."""
        if not self._recent:
            return self._valid()
        earlier = self._random.choice(self._recent)
        if self._random.random() < 0.5:
            return earlier
        action = self._action()
        frame = [2, earlier.answer_id, action, self._payload(action)]
        return replace(earlier, wire=_text(frame), action=action)

    def _odd_id(self) -> Frame:
        """Make a call with a message id that the specification does not provide for."""
        self._count += 1
        message_id: Any = self._random.choice(
            (
                *(self._count, -self._count - 1, 2**63 - self._count),
                *(10**23 + self._count, -(10**30) - self._count),
                *(f"{self._count} {'x' * 37}", f"{self._count}{'x' * 10_000}"),
                *("", f"\0{self._count}", f"\U0001f50c{self._count}"),
                f'"{self._count}\\',
            )
        )
        action = self._action()
        frame = _text([2, message_id, action, self._payload(action)])
        return Frame(frame, message_id, action, usable=True)

    def _odd_call(self) -> Frame:
        """Make a call with too few elements, too many, or of the wrong types."""
        message_id, action = self._id(), self._action()
        payload = self._payload(action)
        frame = self._random.choice(
            (
                [2, message_id],
                [2, message_id, action],
                [2, message_id, action, None],
                [2, message_id, action, []],
                [2, message_id, action, [payload]],
                [2, message_id, action, "payload"],
                [2, message_id, action, 0],
                [2, message_id, action, payload, payload],
                [2, message_id, payload],
                [2, message_id, None, payload],
                [2, message_id, 7, payload],
                [2, message_id, [action], payload],
                [2, message_id, action, *([{}] * 1000)],
                [2.0, message_id, action, payload],
            )
        )
        return Frame(_text(frame), message_id, action)

    def _wrapped(self) -> Frame:
        """Make a call whose parts are nested or told otherwise, and whose meaning is clear."""
        message_id, action = self._id(), self._action()
        payload = self._payload(action)
        frame = self._random.choice(
            (
                [2, message_id, action, {action: payload}],
                [2, message_id, action, {f"{action}Request": payload}],
                [2, message_id, action, {"payload": payload}],
                [2, message_id, action, [payload]],
                [2, message_id, action, json.dumps(payload)],
                [2, message_id, {action: payload}],
                [2, message_id, [action, payload]],
                [2, message_id, [action], payload],
                [2, message_id, payload, action],
                [" 2.0", message_id, action, payload],
                ["CALL", message_id, action, payload],
                [2, message_id, action, {"x": 1, **payload}, None, []],
            )
        )
        return Frame(_text(frame), message_id, action, usable=True)

    def _of_other_versions(self) -> Frame:
        """Make meter values in a form of OCPP 1.5, or with a name that is almost right."""
        payload = self._payload("MeterValues")
        values = payload.pop("meterValue")
        samples = [value["sampledValue"] for value in values]
        told = self._random.choice(
            (
                {"values": [{"value": sample} for sample in samples]},
                {"values": [{"values": sample} for sample in samples]},
                {"values": samples},
                {"values": {"value": self._reading()}},
                {"meterValues": values},
                {"sampledValue": samples[0]},
                {"meterValue": [{"sampledValues": sample} for sample in samples]},
                {"meterValue": [[value] for value in values]},
            )
        )
        wire = _text([2, self._id(), "MeterValues", {**payload, **told}])
        return self._lenient("MeterValues", wire)

    def _unasked_answer(self) -> Frame:
        """Answer a call that nobody has made."""
        # An error that names no call would end the one that is outstanding.
        message_id: Any = self._random.choice((self._id(), "0", 7))
        payload: Any = self._of(self._schemas["ClearCacheResponse"])
        frame = self._random.choice(
            (
                [3, message_id, payload],
                [3, message_id, {}],
                [3, message_id],
                [3, message_id, None],
                [4, message_id, "InternalError", "", {}],
                [4, message_id, "InternalError"],
                [4, message_id],
                [4, message_id, 5, None, "x"],
            )
        )
        return Frame(_text(frame))

    def _other_type(self) -> Frame:
        action = self._action()
        message_type = self._random.choice((0, 1, 5, 6, 7, -2, 22, 2**31))
        return Frame(
            _text([message_type, self._id(), action, self._payload(action)]),
        )

    def _unknown_action(self) -> Frame:
        action = self._random.choice(
            (
                *self._random.choices(self._foreign, k=3),
                *self._random.choices(self._commands, k=3),
                *("Dance", "heartbeat", "HEARTBEAT", "Heartbeat ", "", "__init__"),
                *("HeartbeatResponse", "../Heartbeat", "x" * 10_000, "\0"),
            )
        )
        schema = self._schemas.get(action, self._schemas["MeterValues"])
        return self._call(action, self._of(schema))

    def _nonsense(self) -> Frame:
        """Make what is no frame at all."""
        pools: tuple[tuple[str | bytes, ...], ...] = (
            junk.NO_JSON,
            junk.NO_LIST,
            junk.NO_TEXT,
        )
        (pool,) = self._random.choices(pools, (3, 3, 1))
        return Frame(self._random.choice(pool), anonymous=2)

    def _cut(self) -> Frame:
        """Leave off the end of a frame."""
        action = self._action()
        text = _text([2, f"stray {self._count}", action, self._payload(action)])
        return Frame(text[: self._random.randrange(len(text))], anonymous=1)

    # What they are made of.

    def _call(self, action: str, payload: Any, *, usable: bool = False) -> Frame:
        message_id = self._id()
        frame = Frame(
            _text([2, message_id, action, payload]), message_id, action, usable
        )
        if usable:
            self._recent = [*self._recent[-20:], frame]
        return frame

    def _id(self) -> str:
        self._count += 1
        return f"f{self._count}"

    def _action(self) -> str:
        (action,) = self._random.choices(
            self._handled,
            weights=[self._dialect.weights.get(name, 10) for name in self._handled],
        )
        return action

    def _payload(self, action: str) -> dict[str, Any]:
        payload: dict[str, Any] = self._of(self._schemas[action])
        return payload

    def _of(self, schema: Any, name: str = "", definitions: Any = None) -> Any:
        """Return a value that the schema allows."""
        definitions = schema.get("definitions", definitions)
        if "$ref" in schema:
            reference = schema["$ref"].rpartition("/")[2]
            return self._of(definitions[reference], name, definitions)
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        match schema.get("type", "object"):
            case "object":
                required = schema.get("required", ())
                return {
                    key: self._of(part, key, definitions)
                    for key, part in schema.get("properties", {}).items()
                    if key in required or self._random.random() < 0.5
                }
            case "array":
                length = self._random.choice((1, 1, 2, 4))
                return [
                    self._of(schema["items"], name, definitions) for _ in range(length)
                ]
            case "integer":
                return self._integer(name)
            case "number" if name == "value":
                return round(self._reading(), 1)
            case "number":
                return round(self._random.uniform(0, 100), 1)
            case "boolean":
                return self._random.random() < 0.5
            case _:
                return self._string(schema, name)

    def _integer(self, name: str) -> int:
        choice = self._random.random()
        match name:
            case "connectorId" | "evseId":
                most = self._dialect.most_evses
                return self._random.randint(0, 2 if choice < 0.8 else most)
            case "id":
                return self._random.choice((0, 1, 1, 2))
            case "transactionId" if choice < 0.7:
                return self._transaction_id - self._random.randint(0, 3)
            case "transactionId":
                return self._random.choice((0, -1, 1, 2**31 - 1, 2**63, 10**30))
            case "meterStart" | "meterStop":
                return int(self._reading()) if choice < 0.9 else -int(choice * 1e6)
            case _:
                return self._random.choice((0, 1, -1, 60, 2**31 - 1, -(2**31)))

    def _string(self, schema: Any, name: str) -> str:
        if schema.get("format") == "date-time":
            return self._random.choice(junk.MOMENTS[:6])
        if name == "value":
            if self._random.random() < 0.3:
                return self._random.choice(junk.READINGS)
            return f"{self._reading():.1f}"
        if name == "transactionId":
            return f"tx-{self._random.randint(0, 3)}"
        text = self._random.choice(("TAG", "A1B2C3D4", "\u00fcber", "x" * 500))
        return text[: schema.get("maxLength", 500)]

    def _reading(self) -> float:
        """Return what a register shows that goes on mostly, jumps back, and begins anew at times."""
        choice = self._random.random()
        if choice < 0.8:
            self._register_wh += self._random.uniform(0, 100)
        elif choice < 0.9:
            self._register_wh -= self._random.uniform(0, self._register_wh)
        elif choice < 0.95:
            self._register_wh = 0.0
        else:
            self._register_wh = self._random.uniform(0, 10**8)
        return self._register_wh

    def _break(self, payload: Any) -> Any:
        """Spoil one place of a payload."""
        places = list(_places(payload))
        if not places:
            return {"x": self._junk()}
        parent, key = self._random.choice(places)
        change = self._random.random()
        if change < 0.2:
            del parent[key]
        elif change < 0.35 and isinstance(parent, dict):
            parent[self._random.choice(("x", "", "\0", "x" * 300))] = self._junk()
        elif change < 0.5:
            parent[key] = self._guise(parent[key])
        else:
            parent[key] = self._junk()
        return payload

    def _guise(self, value: Any) -> Any:
        """Return much the same as another type."""
        match value:
            case bool() | int() | float():
                return self._random.choice(
                    (str(value), float(value), [value], f" {value}")
                )
            case str():
                return self._random.choice(
                    (
                        value.lower(),
                        value.upper(),
                        (value * 100)[:5000],
                        [value],
                        {"value": value},
                    )
                )
            case list():
                return self._random.choice(
                    (value[0] if value else None, (value * 50)[:200], [value])
                )
            case _:
                return self._random.choice(([value], None, str(value)))

    def _junk(self) -> Any:
        match self._random.randrange(8):
            case 0:
                return self._nested(self._random.choice((10, 100, 240, 300, 500, 900)))
            case 1 | 2:
                return self._random.choice(junk.NUMBERS)
            case 3:
                return self._random.choice(junk.TEXTS)
            case 4:
                return self._random.choice(junk.MOMENTS)
            case 5:
                return self._random.choice(junk.READINGS)
            case _:
                return deepcopy(self._random.choice(junk.NO_VALUES))

    def _nested(self, depth: int) -> Any:
        in_lists = self._random.random() < 0.5
        value: Any = 1
        for _ in range(depth):
            value = [value] if in_lists else {"x": value}
        return value


def _schemas(package: str) -> dict[str, Any]:
    """Return the schemas of a version by action, those of answers by its name and `Response`."""
    suffix = "" if package == "ocpp.v16" else "Request"
    return {
        file.name.removesuffix(".json").removesuffix(suffix): json.loads(
            file.read_text("utf-8-sig")
        )
        for file in sorted(
            (files(package) / "schemas").iterdir(), key=lambda file: file.name
        )
    }


def _places(value: Any, depth: int = 8) -> Iterator[tuple[Any, Any]]:
    """Yield the containers within a value, down to a depth, with each of their keys."""
    match value:
        case dict() if depth:
            items = list(value.items())
        case list() if depth:
            items = list(enumerate(value))
        case _:
            return
    for key, item in items:
        yield value, key
        yield from _places(item, depth - 1)


def _text(frame: list[Any]) -> str:
    return json.dumps(frame, separators=(",", ":"))
