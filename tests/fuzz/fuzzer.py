"""The charger that sends everything it should not, and holds every answer against what it sent."""

import asyncio
from collections import deque
from contextlib import suppress
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.ocppj.schemas.compiled import MessageSchema
from tests.simulator.dead_peer import masked

from .dialects import Dialect
from .frames import STRAY, Frame, Frames

ERROR_CODES = {
    *("NotImplemented", "NotSupported", "InternalError", "ProtocolError"),
    *("SecurityError", "FormationViolation", "PropertyConstraintViolation"),
    *("OccurenceConstraintViolation", "TypeConstraintViolation", "GenericError"),
    *("FormatViolation", "OccurrenceConstraintViolation"),
}


class Fuzzer:
    """The charger that sends the frames, and reads everything that comes back."""

    def __init__(
        self, url: str, seed: int, dialect: Dialect, identity: str = "FUZZER"
    ) -> None:
        """Load."""
        self.objections: list[str] = []
        self.anonymous = 0
        self._url = url
        self._identity = identity
        self._dialect = dialect
        self._frames = Frames(seed, dialect)
        # With chance of its own, since when a call comes is no matter of the seed.
        self._replies = Frames(seed + 1, dialect)
        self._schemas = dialect.version.schemas
        self._pending: deque[str] = deque()
        self._bursts = 0
        self._websocket: ClientConnection | None = None

    async def connect(self) -> None:
        """Dial, or dial again."""
        self._pending.clear()
        subprotocol = self._dialect.version.subprotocol
        self._websocket = await raw(self._url, self._identity, subprotocol)

    async def introduce(self, info: StationInfo | None) -> None:
        """Boot as the device that it was before, or else it is taken for another one and not listened to."""
        assert self._websocket is not None
        if info is None:
            return
        told = self._dialect.boot(info)
        self._bursts += 1
        message_id = f"b{self._bursts}"
        boot = json.dumps([2, message_id, "BootNotification", told])
        await self._websocket.send(boot)
        async with asyncio.timeout(60):
            await self._read(message_id)

    async def send_burst(self, count: int) -> None:
        """Send a burst, and hold all answers against the frames."""
        self._bursts += 1
        frames = [self._frames.next() for _ in range(count)]
        last = Frame(
            f'[2,"v{self._bursts}","Heartbeat",{{}}]',
            f"v{self._bursts}",
            "Heartbeat",
            usable=True,
        )
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(self._send([*frames, last]))
            answers = await self._read(f"v{self._bursts}")
        self._judge([*frames, last], answers)

    async def break_off(self) -> None:
        """Send a piece of a message that has no beginning, for which the connection must end."""
        assert self._websocket is not None
        self._websocket.transport.write(masked(b"x", Opcode.CONT))
        assert await fate(self._websocket) == 1002

    async def close(self) -> None:
        """Hang up."""
        assert self._websocket is not None
        await self._websocket.close()

    async def _send(self, frames: list[Frame]) -> None:
        assert self._websocket is not None
        for number, frame in enumerate(frames):
            if number % 10 == 0:
                # Let the other side get a call in.
                await asyncio.sleep(0)
            while self._pending:
                await self._websocket.send(self._pending.popleft())
            await self._websocket.send(frame.wire, text=frame.is_text)

    async def _read(self, last_id: str) -> list[Any]:
        """Return the answers until the last; calls are answered on the way."""
        assert self._websocket is not None
        answers: list[Any] = []
        while True:
            text = await self._websocket.recv()
            frame = json.loads(text, parse_constant=_refuse)
            match frame:
                case [2, str(message_id), str(action), dict(payload)]:
                    self._check(self._schemas.requests[action], payload, text)
                    replies = self._replies.answers(message_id, action)
                    self._pending.extend(replies)
                    self.anonymous += len(replies)
                case [3, message_id, dict()]:
                    answers.append(frame)
                    if message_id == last_id:
                        return answers
                case [5, _, str(code), str(), dict()] if code in ERROR_CODES:
                    # An answer of ours lacks something.
                    pass
                case [4, _, str(code), str(description), dict()] if (
                    code in ERROR_CODES and len(description) <= 255
                ):
                    answers.append(frame)
                case _:
                    self.objections.append(f"no frame: {text[:300]!r}")

    def _judge(self, frames: list[Frame], answers: list[Any]) -> None:
        known = [answer for answer in answers if not _is_stray(answer[1])]
        self.anonymous += sum(frame.anonymous for frame in frames)
        self.anonymous -= len(answers) - len(known)
        all_frames = [each for frame in frames for each in (frame, *frame.behind)]
        called = [frame for frame in all_frames if frame.answer_id is not None]
        expected, got = (
            [frame.answer_id for frame in called],
            [answer[1] for answer in known],
        )
        if expected != got:
            odd = next(
                (pair for pair in zip(expected, got, strict=False) if len({*pair}) > 1),
                (len(expected), len(got)),
            )
            self.objections.append(f"answers are missing, too many or astray: {odd}")
            return
        for frame, answer in zip(called, known, strict=True):
            wire = f"{frame.wire[:400]!r} -> {answer!r:.300}"
            if answer[0] == 3:
                action = self._dialect.version.action_of(frame.action)
                self._check(self._schemas.responses[action], answer[2], wire)
                if isinstance(answer[2].get("transactionId"), int):
                    self._frames.learn(answer[2]["transactionId"])
            elif frame.usable or answer[2] == "InternalError":
                self.objections.append(wire)

    def _check(self, schema: MessageSchema, payload: Any, wire: Any) -> None:
        if not schema.is_valid(payload):
            self.objections.append(f"not as the schema says: {wire[:700]}")


def _is_stray(message_id: object) -> bool:
    """Return whether an answer is to a frame of which nobody knows whether it can be read."""
    return message_id in STRAY or str(message_id).startswith("stray")


def _refuse(token: str) -> float:
    raise ValueError(f"{token} is no JSON")


async def raw(
    url: str, identity: str = "FUZZER", subprotocol: str = "ocpp1.6", **options: Any
) -> ClientConnection:
    """Connect without any charger behind."""
    options.setdefault("compression", None)
    return await connect(
        f"{url}/{identity}",
        subprotocols=[Subprotocol(subprotocol)],
        ping_interval=None,
        max_queue=None,
        **options,
    )


async def fate(websocket: ClientConnection) -> int | None:
    """Read until the connection ends, and return the code that the other side gave."""
    with suppress(ConnectionClosed):
        async with asyncio.timeout(60):
            while True:
                await websocket.recv()
    return websocket.close_code
