"""One connection to a charger: OCPP-J on top of a websocket.

Calls in both directions, one outstanding at a time as the specification demands, validation, timeouts, and the
right CallError for every malformed frame. The meaning of messages is left to the handler.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
import logging
import time
from uuid import uuid4

from ..allowances.defects import note_defect
from ..errors import (
    CallFailedError,
    CallTimeoutError,
    InvalidCallError,
    NotConnectedError,
    Objection,
    word,
)
from ..ocppj.answered_calls import AnsweredCalls
from ..ocppj.density import message_id_of
from ..ocppj.disclosure import without_echo
from ..ocppj.framing import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    Json,
    MalformedFrameError,
    MessageId,
    MessageType,
    Payload,
    Send,
    UnknownMessageTypeError,
    encode,
)
from ..ocppj.nested import unwrapped
from ..ocppj.odd_frames import is_answer, understand
from ..ocppj.reading import read
from ..ocppj.schemas.mending import Mended, Schema, UnusableError, mend
from ..ocppj.trimming import LARGE_FRAME_CHARS, trimmed_frame
from ..ocppj.violations import Fault, Faults
from ..texts import is_plain, plain, tidied
from ..versions import NotAdmittedError, Version
from ..versions.requests import Batch, Command, Exchange, Request
from ..versions.version import MalformedCode
from .exchanges import Exchanges, Hearing, Outstanding
from .late_answers import LateAnswers

_LOGGER = logging.getLogger(__name__)

CALL_TIMEOUT_S = 30.0
"""The time for a charger to answer; some need more than ten seconds."""

_DESCRIPTION_LENGTH = 255


class Connection:
    """OCPP-J with one charger over one open websocket."""

    def __init__(
        self,
        identity: str,
        version: Version,
        handle: Callable[[str, Payload], Payload | Awaitable[Payload]],
        send: Callable[[str], Awaitable[None]],
        faults: Faults,
    ) -> None:
        """Initialize.

        Args:
            identity: the charger's identity, for messages to humans.
            version: the protocol version that was agreed on.
            handle: answers the charger's calls, perhaps later; it may raise `UnusableError`.
            send: puts a frame on the wire.
            faults: counts the charger's faults.
        """
        self.identity = identity
        self.version = version
        self._handle = handle
        self._send = send
        self._faults = faults
        self.log_level = logging.WARNING
        """The level at which faults are logged."""
        self._lock = asyncio.Lock()
        self._outstanding: Outstanding | None = None
        self._unanswered_id: str | None = None
        self._answered = AnsweredCalls()
        self._exchanges = Exchanges(identity)
        self._late = LateAnswers(send)
        self.hearing = Hearing()
        """The calls that it answered, and those that it did not."""
        self.on_round_trip: Callable[[float], None] = lambda _: None
        """Is told how long each answer took."""
        self._closed = False

    def receive(self, data: str | bytes) -> list[str]:
        """Take in one message, which is one frame as a rule, and return the frames to answer with."""
        answers: list[str] = []
        try:
            reading = read(data, self.version.essential)
            if reading.mistake is not None:
                self.note(Fault.MALFORMED_FRAME, reading.mistake)
            for value in reading.values:
                answers += self._receive(value, data)
        except MalformedFrameError as err:
            return self._object(err)
        except Exception as err:  # noqa: BLE001
            # A defect of ours must not cost the charger its connection.
            self.note_defect("a frame", err)
            if not answers and (call_id := message_id_of(data)) is not None:
                return [self._refuse(call_id, MalformedCode.INTERNAL, "")]
        return answers

    def _receive(self, value: Json, data: str | bytes) -> list[str]:
        try:
            understood = understand(value, self.version.message_types)
        except MalformedFrameError as err:
            return self._object(err)
        except UnknownMessageTypeError as err:
            self.note(Fault.UNKNOWN_MESSAGE_TYPE, str(err))
            return []
        if understood.mistake is not None:
            self.note(Fault.MALFORMED_FRAME, understood.mistake)
        frame = understood.frame
        if len(data) > LARGE_FRAME_CHARS:
            frame = self._trimmed(frame)
        match frame:
            case Call():
                answer = self._answer(frame, data)
                return [] if answer is None else [answer]
            case CallResult() | CallError():
                self._settle(frame)
            case Send():
                self._accept(frame, data)
            case CallResultError():
                self.note(Fault.REFUSED_ANSWER, word(frame.code))
        return []

    def _object(self, err: MalformedFrameError) -> list[str]:
        self.note(Fault.MALFORMED_FRAME, err.reason)
        if err.message_id is None:
            return []
        return [self._refuse(err.message_id, MalformedCode.FRAME, err.reason)]

    async def request[T](
        self, command: Command[T], timeout_s: float = CALL_TIMEOUT_S
    ) -> T:
        """Send a command and return the meaning of its answer.

        Raises:
            RejectedError: when the answer says no.
            IncompleteAnswerError: when it comes in parts and some of them do not come.
            CsmsError: as `call` does.
        """

        async def ask[A](request: Request[A]) -> A:
            answer = await self.call(request.action, request.payload, timeout_s)
            return request.read(answer)

        match command:
            case Request():
                return await ask(command)
            case Batch(requests, join):
                return join([await ask(request) for request in requests])
            case Exchange():
                return await self._exchanges.carry_out(command, ask)

    async def call(
        self, action: str, payload: Payload, timeout_s: float = CALL_TIMEOUT_S
    ) -> Payload:
        """Send a call, after those that wait already, and return the payload of its answer.

        Raises:
            InvalidCallError: when the schema forbids it; nothing was sent.
            CallFailedError: when the charger answers with a CallError.
            CallTimeoutError: when it does not answer within `timeout_s` seconds.
            NotConnectedError: when the connection ends before it answers.
        """
        self._check(action, payload)
        async with self._lock:
            if self._closed:
                raise NotConnectedError(self.identity)
            timeout_s *= self.hearing.timeout_factor
            self.hearing.invited |= self.version.invites(action, payload)
            message_id = str(uuid4())
            answer = asyncio.get_running_loop().create_future()
            self._outstanding = Outstanding(message_id, answer)
            began_s = time.monotonic()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._send(encode(Call(message_id, action, payload)))
                    frame = await answer
                if frame is not None:
                    self.on_round_trip(time.monotonic() - began_s)
            except TimeoutError as err:
                self._unanswered_id = message_id
                self.note(Fault.NO_ANSWER, action)
                self.hearing.note_unanswered(action)
                raise CallTimeoutError(action, timeout_s) from err
            finally:
                self._outstanding = None
        return await self._read(action, payload, frame)

    def close(self) -> None:
        """End all calls that wait; the socket is gone."""
        self._closed = True
        if self._outstanding is not None and not self._outstanding.answer.done():
            self._outstanding.answer.set_result(None)
        self._exchanges.close()
        self._late.stop()

    def disown(self) -> None:
        """Count faults no longer against the charger: they are somebody else's."""
        self._faults = Faults()
        self.log_level = logging.DEBUG

    def note(self, fault: Fault, detail: str, count: int = 1) -> None:
        """Count a fault of the charger's, and log it the first time it occurs."""
        detail = plain(detail)
        self._faults.note(fault, detail, count)
        if self._faults.is_news(fault, detail):
            _LOGGER.log(
                self.log_level,
                "Charger %s: %s: %s",
                self.identity,
                fault.replace("_", " "),
                detail,
            )

    def note_defect(self, what: str, err: Exception) -> None:
        """Count and log a defect of ours."""
        note_defect(self._faults, self.identity, what, err, self.log_level)

    def _check(self, action: str, payload: Payload) -> None:
        schema = self.version.schemas.requests.get(action)
        if schema is None:
            raise InvalidCallError(action, Objection.NO_SUCH_MESSAGE)
        schema.check(action, payload)

    def _trimmed(self, frame: Frame) -> Frame:
        smaller = trimmed_frame(frame)
        if smaller is not frame:
            self.note(Fault.OVERSIZED_FRAME, "more values than can be looked at")
        return smaller

    def _answer(self, call: Call, text: str | bytes) -> str | None:
        """Return the answer to a call; None if it comes later."""
        action = self.version.action_of(call.action)
        if action != call.action:
            self.note(Fault.SCHEMA_VIOLATION, f"{action}: it is called otherwise")
            call = replace(call, action=action)
        if call.message_id in self._answered:
            self.note(
                Fault.DUPLICATE_MESSAGE_ID,
                f"{self._name(call.action)} reuses a message id",
            )
            again = self._answered.answer_again(call.message_id, text)
            if again is not None:
                # The charger did not get our answer; doing it again would count it twice.
                return again
        schema = self.version.schemas.requests.get(call.action)
        if call.action not in self.version.handlers or schema is None:
            return self._unknown_action(call)
        try:
            payload = self._take_in(call, schema, text)
            if not isinstance(payload, dict):
                self._late.give(call.message_id, payload, partial(self._fail, call))
                return None
            answer = encode(CallResult(call.message_id, payload))
        except UnusableError as err:
            self.note(Fault.UNUSABLE_PAYLOAD, f"{call.action}: {err}")
            return self._refuse(call.message_id, MalformedCode.PROPERTY, str(err))
        except NotAdmittedError:
            return self._refuse(call.message_id, MalformedCode.SECURITY, "Not accepted")
        except Exception as err:  # noqa: BLE001
            # A defect of ours must not cost the charger its connection, nor the user the traceback.
            return self._fail(call, err)
        once_only = call.action in self.version.once_only
        self._answered.remember(call.message_id, text, answer if once_only else None)
        return answer

    def _fail(self, call: Call, err: Exception) -> str:
        """Return the answer to a call where a defect of ours has prevented one."""
        self.note_defect(call.action, err)
        return self._refuse(call.message_id, MalformedCode.INTERNAL, "")

    def _take_in(
        self, message: Call | Send, schema: Schema, text: str | bytes
    ) -> Payload | Awaitable[Payload]:
        # What is missing may be known from elsewhere: the handler sees to that.
        mended = self._mended(message.action, schema, message.payload)
        self._note_violations(message.action, mended)
        payload = mended.payload
        if not is_plain(text):
            payload = tidied(payload)
        answer = self._handle(message.action, payload)
        self._exchanges.take_in(message.action, payload)
        return answer

    def _mended(self, action: str, schema: Schema, told: Payload) -> Mended:
        required = schema.shape.required
        if required and all(map(told.__contains__, required)):
            return mend(schema, told)
        payload = unwrapped(told, action, schema.shape)
        payload = self.version.with_own_names(action, payload)
        if payload is not told:
            self.note(Fault.SCHEMA_VIOLATION, f"{action}: in a form of its own")
        return mend(schema, payload)

    def _note_violations(self, message: str, mended: Mended) -> None:
        for violation in mended.violations:
            self.note(Fault.SCHEMA_VIOLATION, f"{message}: {violation}")

    def _accept(self, send: Send, text: str | bytes) -> None:
        """Take in a message that is not answered, however wrong it is."""
        action = send.action
        schema = self.version.schemas.sends.get(action)
        if action not in self.version.handlers or schema is None:
            self.note(Fault.UNKNOWN_ACTION, self._name(action))
            return
        try:
            self._take_in(send, schema, text)
        except UnusableError as err:
            self.note(Fault.UNUSABLE_PAYLOAD, f"{action}: {err}")
        except Exception as err:  # noqa: BLE001
            self.note_defect(action, err)

    def _name(self, action: str) -> str:
        return self.version.disclosure.action(action)

    def _unknown_action(self, call: Call) -> str:
        self.note(Fault.UNKNOWN_ACTION, self._name(call.action))
        known = call.action in self.version.actions
        code = (
            MalformedCode.UNSUPPORTED_ACTION if known else MalformedCode.UNKNOWN_ACTION
        )
        return self._refuse(
            call.message_id, code, f"{call.action[:50]} is not supported here"
        )

    def _refuse(self, message_id: MessageId, code: MalformedCode, reason: str) -> str:
        name = self.version.error_codes[code]
        return encode(CallError(message_id, name, reason[:_DESCRIPTION_LENGTH]))

    def _settle(self, frame: CallResult | CallError) -> None:
        outstanding = self._outstanding
        self.hearing.note_answer()
        if (
            outstanding is None
            or not is_answer(frame, outstanding.message_id)
            or outstanding.answer.done()
        ):
            self.note(Fault.LATE_ANSWER, "an answer to a call that nobody waits for")
            if frame.message_id == self._unanswered_id:
                # It is not dead but slow.
                self.hearing.note_late()
            return
        if frame.message_id != outstanding.message_id:
            self.note(Fault.MALFORMED_FRAME, "the message id is spelled otherwise")
        outstanding.answer.set_result(frame)

    async def _read(
        self, action: str, sent: Payload, frame: CallResult | CallError | None
    ) -> Payload:
        match frame:
            case CallResult():
                return await self._mended_answer(action, frame)
            case CallError(_, code, description):
                # Chargers repeat what they were sent, which may be a password.
                reason = plain(without_echo(description, sent))
                raise CallFailedError(action, plain(code), reason)
            case None:
                raise NotConnectedError(self.identity)

    async def _mended_answer(self, action: str, answer: CallResult) -> Payload:
        schema = self.version.schemas.responses[action]
        mended = self._mended(action, schema, answer.payload)
        if mended.missing:
            # Better a missing field, which reads as a refusal, than a command that hangs.
            reason = f'"{mended.missing[0]}" is missing or cannot be read'
            self.note(Fault.UNUSABLE_PAYLOAD, f"answer to {action}: {reason}")
            await self._return(answer, reason)
        else:
            self._note_violations(f"answer to {action}", mended)
        return tidied(mended.payload)

    async def _return(self, answer: CallResult, reason: str) -> None:
        """Tell the charger that its answer lacks something, if the version has a message for it."""
        if MessageType.CALL_RESULT_ERROR in self.version.message_types:
            code = self.version.error_codes[MalformedCode.OCCURRENCE]
            await self._send(encode(CallResultError(answer.message_id, code, reason)))
