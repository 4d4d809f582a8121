"""The connection of a station: one call at a time, answers, and checks of everything in both directions."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from .access import Access
from .schemas import FOLDERS, Payload, Schemas, Violation

type Handler = Callable[[Payload], Payload]

CALL, CALLRESULT, CALLERROR, CALLRESULTERROR, SEND = 2, 3, 4, 5, 6


class CallRefused(Exception):
    """The central system has answered a call with an error."""

    def __init__(self, action: str, code: str, text: str) -> None:
        """Initialize with the error."""
        super().__init__(f"{action}: {code} {text}")
        self.code = code


class Refusal(Exception):
    """A call of the central system that is answered with an error."""

    def __init__(self, code: str, text: str = "") -> None:
        """Initialize with the error."""
        super().__init__(text)
        self.code = code


class ConnectionLost(Exception):
    """There is no connection, or no longer."""


class Link:
    """The connection to the central system, which may be lost and come back."""

    def __init__(self, access: Access) -> None:
        """Initialize without a connection."""
        self.access = access
        self.subprotocol = ""
        self.schemas = Schemas(FOLDERS["ocpp2.0.1"])
        self.handlers: dict[str, Handler] = {}
        self.received: list[tuple[str, Payload]] = []
        """Every call of the central system, in order."""
        self.sent: list[tuple[str, Payload]] = []
        """Every call of the station, in order."""
        self.violations: list[Violation] = []
        """Everything of the central system that is against the specification."""
        self.failures: list[BaseException] = []
        """Errors of the simulation itself."""
        self.statuses: dict[str, str] = {}
        """The status that an action is answered with instead of being done."""
        self.answers: dict[str, Payload] = {}
        """The answer that an action gets instead of being done."""
        self.lacks: set[str] = set()
        """The actions that are not implemented."""
        self.unanswered: set[str] = set()
        """The actions that get no answer at all."""
        self.answer_timeout_s = 60.0
        self.rejected = False
        """True while the central system has rejected the station, and may not call it."""
        self._socket: ClientConnection | None = None
        self._turn = asyncio.Lock()
        self._waiting: dict[str, tuple[str, asyncio.Future[Payload]]] = {}
        self._afterwards: list[Coroutine[Any, Any, object]] = []
        self._tasks: set[asyncio.Task[object]] = set()
        self._arrived = asyncio.Condition()
        self.lost = asyncio.Event()
        """Is set while there is no connection."""
        self.lost.set()

    @property
    def connected(self) -> bool:
        """True while there is a connection."""
        return not self.lost.is_set()

    @property
    def is_2_1(self) -> bool:
        """True if OCPP 2.1 was agreed on."""
        return self.subprotocol == "ocpp2.1"

    # The connection.

    async def open(self) -> None:
        """Connect, and take what comes."""
        socket = await self.access.open()
        self.subprotocol = str(socket.subprotocol)
        if self.subprotocol not in FOLDERS:
            await socket.close()
            raise ConnectionLost(f"no common version: {self.subprotocol}")
        self.schemas = Schemas(FOLDERS[self.subprotocol])
        self._socket = socket
        self.lost.clear()
        self.start(self._read(socket))

    async def close(self) -> None:
        """Close the connection properly."""
        if self._socket is not None:
            await self._socket.close()
            await self.lost.wait()

    def abort(self) -> None:
        """Lose the connection without a word."""
        assert self._socket is not None
        self._mark_lost()
        self._socket.transport.abort()

    async def rest(self) -> None:
        """Leave undone everything that was begun."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Do some work in the background; a lost connection ends it, any other error is a failure."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def after_answer(self, work: Coroutine[Any, Any, object]) -> None:
        """Do some work once the present call has been answered."""
        self._afterwards.append(work)

    def _finish(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if not isinstance(error, ConnectionLost):
                self.failures.append(error)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            with suppress(ConnectionClosed):
                async for text in socket:
                    await self._take(text)
        finally:
            if socket is self._socket:
                self._mark_lost()

    def _mark_lost(self) -> None:
        self.lost.set()
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionLost())

    # Calls of the station.

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a call, which must be valid, and return its answer.

        Raises:
            CallRefused: the answer is an error.
            ConnectionLost: there is no connection, or no longer.
        """
        violation = self.schemas.violation(action, "Request", payload)
        assert violation is None, (violation, payload)
        return await self.call_unchecked(action, payload)

    async def call_unchecked(self, action: str, payload: Payload) -> Payload:
        """Send a call, valid or not, and return its answer."""
        async with self._turn:
            if not self.connected:
                raise ConnectionLost
            message_id = str(uuid4())
            future: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
            self._waiting[message_id] = action, future
            self.sent.append((action, payload))
            try:
                await self.send_frame([CALL, message_id, action, payload])
                async with asyncio.timeout(self.answer_timeout_s):
                    return await future
            finally:
                del self._waiting[message_id]

    async def send(self, action: str, payload: Payload) -> None:
        """Send a message that has no answer, which OCPP 2.1 alone knows."""
        assert self.is_2_1
        violation = self.schemas.violation(action, "", payload)
        assert violation is None, (violation, payload)
        self.sent.append((action, payload))
        await self.send_frame([SEND, str(uuid4()), action, payload])

    async def send_frame(self, frame: list[object]) -> None:
        """Send a frame as it is."""
        await self.send_text(json.dumps(frame))

    async def send_text(self, text: str) -> None:
        """Send a text as it is, a frame or not."""
        if self._socket is None:
            raise ConnectionLost
        try:
            await self._socket.send(text)
        except ConnectionClosed as error:
            raise ConnectionLost from error

    # Calls of the central system, and its answers.

    async def _take(self, text: str | bytes) -> None:
        match _parsed(text):
            case [2, str(message_id), str(action), payload]:
                await self._answer(message_id, action, payload)
            case [3, str(message_id), payload] if message_id in self._waiting:
                await self._take_result(message_id, payload)
            case [4, str(message_id), str(code), str(words), dict()] if (
                message_id in self._waiting
            ):
                action, future = self._waiting[message_id]
                if not future.done():
                    future.set_exception(CallRefused(action, code, words))
            case [5, str(), str(code), str(words), dict()] if self.is_2_1:
                self.note_violation("CALLRESULTERROR", code, words)
            case _:
                self.note_violation("", "RpcFrameworkError", str(text)[:255])
                error = "RpcFrameworkError"
                await self.send_frame([CALLERROR, "-1", error, "", {}])

    async def _take_result(self, message_id: str, payload: object) -> None:
        action, future = self._waiting[message_id]
        violation = self.schemas.violation(action, "Response", payload)
        if violation is not None:
            self.violations.append(violation)
            if self.is_2_1:
                words = [violation.code, violation.text, {}]
                await self.send_frame([CALLRESULTERROR, message_id, *words])
        if future.done():
            return
        if isinstance(payload, dict):
            future.set_result(payload)
        else:
            future.set_exception(CallRefused(action, "FormatViolation", ""))

    async def _answer(self, message_id: str, action: str, payload: object) -> None:
        await self._note(action, payload)
        if self.rejected and action != "TriggerMessage":
            self.note_violation(action, "SecurityError", "the station is rejected")
        if action in self.unanswered:
            return
        try:
            answer = self._answer_to(action, payload)
        except Refusal as refusal:
            words = [refusal.code, str(refusal), {}]
            await self.send_frame([CALLERROR, message_id, *words])
        else:
            await self.send_frame([CALLRESULT, message_id, answer])
        afterwards, self._afterwards = self._afterwards, []
        for work in afterwards:
            self.start(work)

    def _answer_to(self, action: str, payload: object) -> Payload:
        if action in self.lacks:
            raise Refusal("NotImplemented")
        if not self.schemas.knows(action):
            self.note_violation(action, "NotImplemented", "no such action")
            raise Refusal("NotImplemented")
        violation = self.schemas.violation(action, "Request", payload)
        if violation is not None:
            self.violations.append(violation)
            raise Refusal(violation.code, violation.text)
        assert isinstance(payload, dict)
        if action in self.answers:
            return self.answers[action]
        if action not in self.handlers:
            raise Refusal("NotSupported")
        status = self.statuses.get(action)
        answer = {"status": status} if status else self.handlers[action](payload)
        wrong = self.schemas.violation(action, "Response", answer)
        assert wrong is None, (wrong, answer)
        return answer

    def note_violation(self, action: str, code: str, text: str) -> None:
        """Remember something of the central system that is against the specification."""
        self.violations.append(Violation(action, code, text))

    async def _note(self, action: str, payload: object) -> None:
        async with self._arrived:
            self.received.append((action, payload if isinstance(payload, dict) else {}))
            self._arrived.notify_all()

    async def wait_for(self, action: str, timeout_s: float = 60.0) -> Payload:
        """Return the payload of the next call of that action, or of one that has come already."""
        async with asyncio.timeout(timeout_s), self._arrived:
            while True:
                for index, (name, payload) in enumerate(self.received):
                    if name == action:
                        del self.received[index]
                        return payload
                await self._arrived.wait()


def _parsed(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
