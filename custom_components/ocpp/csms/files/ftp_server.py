"""An FTP server for the files of a single upload.

Many chargers upload by FTP alone. The server has one user with a generated password, is open only while an upload is
expected, lists no files, and does not let the client choose a folder. Data connections lead to the client alone. Source: RFC 959, RFC 2428 (EPSV, EPRT).
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
import hmac
import logging
import secrets

from .ftp_data import Active, DataChannel, Passive, WrongPeerError
from .upload_inbox import UploadInbox, UploadInboxFullError

_LOGGER = logging.getLogger(__name__)

_MAX_LINE_BYTES = 2048
_SILENCE_S = 120.0
_MAX_CONNECTIONS = 4
_MAX_WRONG_PASSWORDS = 3
_MAX_COMMANDS = 1000
_MAX_COMMANDS_OF_UNKNOWN = 50
"""The number of commands of a client that has not logged in; three or four are enough for it."""
_CHUNK_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class FtpUser:
    """The user who may upload; name and password consist of letters and digits, which need no escaping in a URL."""

    name: str
    password: str

    @classmethod
    def new(cls) -> FtpUser:
        """Return a new user with a random name and password."""
        return cls(f"charger{secrets.token_hex(4)}", secrets.token_hex(12))

    def matches(self, name: str, password: str) -> bool:
        """Return whether a name and a password are those of this user."""
        right_name = hmac.compare_digest(self.name.encode(), name.encode())
        right_password = hmac.compare_digest(self.password.encode(), password.encode())
        return right_name and right_password


class FtpServer:
    """An FTP server that is open for one upload."""

    def __init__(
        self, inbox: UploadInbox, user: FtpUser, timeout_s: float = 30.0
    ) -> None:
        """Initialize; `open` opens the port.

        Args:
            inbox: where the files go.
            user: who may upload.
            timeout_s: the time to wait for a data connection.
        """
        self._inbox = inbox
        self._timeout_s = timeout_s
        self._user = user
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], Conversation] = {}
        """The conversations, oldest first."""

    async def open(self, host: str) -> int:
        """Open a free port, and return its number.

        Raises:
            OSError: when it cannot be opened.
        """
        self._server = await asyncio.start_server(
            self._serve, host, 0, limit=_MAX_LINE_BYTES
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Close the port, and all connections."""
        if self._server is not None:
            self._server.close()
        tasks = tuple(self._clients)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversation = Conversation(
            reader, writer, self._inbox, self._user, self._timeout_s
        )
        if self._makes_room(conversation.address):
            self._clients[task] = conversation
            task.add_done_callback(lambda done: self._clients.pop(done, None))
            # A peer that vanishes has nothing more to say.
            with suppress(OSError, TimeoutError, ValueError):
                await conversation.run()
        else:
            writer.close()

    def _makes_room(self, newcomer: str) -> bool:
        """Return whether there is a place for one more.

        Of those that have not logged in, the oldest has to leave for it, rather one of an address with several.
        """
        if len(self._clients) < _MAX_CONNECTIONS:
            return True
        waiting = {
            task: conversation.address
            for task, conversation in self._clients.items()
            if not conversation.logged_in
        }
        if not waiting:
            return False
        counts = Counter([*waiting.values(), newcomer])
        leaving = max(waiting, key=lambda task: counts[waiting[task]])
        del self._clients[leaving]
        leaving.cancel()
        return True


class Conversation:
    """One control connection of a client."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        inbox: UploadInbox,
        user: FtpUser,
        timeout_s: float,
    ) -> None:
        """Initialize on an open socket."""
        self._timeout_s = timeout_s
        self._reader = reader
        self._writer = writer
        self._inbox = inbox
        self._user = user
        self._own_host = _host(writer, "sockname")
        self._peer_host = _host(writer, "peername")
        self._name = ""
        self._known = False
        self._wrong_passwords = 0
        self._commands = 0
        self._channel: DataChannel | None = None

    @property
    def logged_in(self) -> bool:
        """True if the client has shown name and password."""
        return self._known

    @property
    def address(self) -> str:
        """The network address of the client."""
        return self._peer_host

    async def run(self) -> None:
        """Answer commands until the client leaves."""
        try:
            await self._say("220 Ready")
            while await self._turn():
                pass
        finally:
            self._drop_channel()
            self._writer.close()

    async def _turn(self) -> bool:
        """Answer one line, and return whether to go on."""
        async with asyncio.timeout(_SILENCE_S):
            line = await self._reader.readline()
        if not line.endswith(b"\n"):
            return False
        verb, _, argument = line.decode(errors="replace").strip().partition(" ")
        verb = verb.upper()
        if verb == "QUIT":
            await self._say("221 Goodbye")
            return False
        await self._say(await self._answer(verb, argument.strip()))
        self._commands += 1
        most = _MAX_COMMANDS if self._known else _MAX_COMMANDS_OF_UNKNOWN
        return self._wrong_passwords < _MAX_WRONG_PASSWORDS and self._commands < most

    async def _answer(self, verb: str, argument: str) -> str:
        if (answer := _ALWAYS.get(verb)) is not None:
            return answer
        if verb == "USER":
            self._name, self._known = argument, False
            return "331 The password, please"
        if verb == "PASS":
            return self._check(argument)
        if not self._known:
            return "530 Not logged in"
        if (answer := _ONCE_KNOWN.get(verb)) is not None:
            return answer
        if (handler := self._handlers.get(verb)) is not None:
            return await handler(argument)
        return "502 Not here"

    @property
    def _handlers(self) -> Mapping[str, Callable[[str], Awaitable[str]]]:
        return {
            "PASV": self._pasv,
            "EPSV": self._epsv,
            "PORT": self._port,
            "EPRT": self._eprt,
            "STOR": self._stor,
            "STOU": self._stor,
            "APPE": self._stor,
            "LIST": self._list,
            "NLST": self._list,
        }

    def _check(self, password: str) -> str:
        self._known = self._user.matches(self._name, password)
        if self._known:
            return "230 Welcome"
        self._wrong_passwords += 1
        return "530 Wrong name or password"

    # How data is to come.

    async def _pasv(self, _: str) -> str:
        if ":" in self._own_host:
            return "522 Use EPSV"
        port = await self._listen()
        numbers = ",".join([*self._own_host.split("."), *map(str, divmod(port, 256))])
        return f"227 Entering passive mode ({numbers})"

    async def _epsv(self, argument: str) -> str:
        if argument.upper() == "ALL":
            return "200 EPSV it is"
        return f"229 Entering extended passive mode (|||{await self._listen()}|)"

    async def _listen(self) -> int:
        self._drop_channel()
        channel = await Passive.open(self._own_host, self._peer_host, self._timeout_s)
        self._channel = channel
        return channel.port

    async def _port(self, argument: str) -> str:
        match argument.split(","):
            case [*host, high, low] if len(host) == 4:
                return self._call(".".join(host), f"{_int(high) * 256 + _int(low)}")
            case _:
                return "501 PORT h1,h2,h3,h4,p1,p2"

    async def _eprt(self, argument: str) -> str:
        match argument.split(argument[:1] or "|"):
            case ["", "1" | "2", host, port, ""]:
                return self._call(host, port)
            case _:
                return "501 EPRT |protocol|address|port|"

    def _call(self, host: str, port: str) -> str:
        self._drop_channel()
        try:
            self._channel = Active.to(
                host, _int(port), self._peer_host, self._timeout_s
            )
        except WrongPeerError:
            return "504 Data goes where commands come from"
        return "200 There it is"

    def _drop_channel(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    # Data.

    async def _stor(self, name: str) -> str:
        if self._channel is None:
            return "425 Use PASV or PORT first"
        await self._say("150 Go ahead")
        try:
            delivery = await self._inbox.take(name, self._chunks(self._channel))
        except UploadInboxFullError:
            return "552 There is no room for it"
        except TimeoutError, ConnectionError:
            return "426 The data did not come"
        except OSError as err:
            _LOGGER.error("An upload cannot be stored: %s", err)
            return "451 It cannot be stored"
        finally:
            self._drop_channel()
        return f"226 {delivery.size_bytes} bytes taken"

    async def _chunks(self, channel: DataChannel) -> AsyncIterator[bytes]:
        reader = await channel.connect()
        while True:
            async with asyncio.timeout(_SILENCE_S):
                chunk = await reader.read(_CHUNK_BYTES)
            if not chunk:
                return
            yield chunk

    async def _list(self, _: str) -> str:
        """List an empty folder: some clients look before they upload."""
        if self._channel is None:
            return "425 Use PASV or PORT first"
        await self._say("150 Here it comes")
        try:
            await self._channel.connect()
        except TimeoutError, ConnectionError:
            return "426 There was no connection"
        finally:
            self._drop_channel()
        return "226 That was all"

    async def _say(self, answer: str) -> None:
        self._writer.write(f"{answer}\r\n".encode())
        await self._writer.drain()


_ALWAYS = {
    "NOOP": "200 Yes",
    "SYST": "215 UNIX Type: L8",
    "FEAT": "211-Features:\r\n EPRT\r\n EPSV\r\n UTF8\r\n211 End",
    "AUTH": "502 Not encrypted",
}
_ONCE_KNOWN = {
    "TYPE": "200 Files are taken as they are",
    "MODE": "200 Yes",
    "STRU": "200 Yes",
    "ALLO": "202 There is no need",
    "OPTS": "200 Yes",
    "ABOR": "226 Nothing is going on",
    "PWD": '257 "/" is the only folder',
    "XPWD": '257 "/" is the only folder',
    "CWD": "250 Yes",
    "XCWD": "250 Yes",
    "CDUP": "250 Yes",
    # Folders are agreed to and do not exist.
    "MKD": '257 "/" is there',
    "XMKD": '257 "/" is there',
    "SIZE": "550 No such file",
    "MDTM": "550 No such file",
    "RETR": "550 No such file",
    "DELE": "550 No such file",
}


def _host(writer: asyncio.StreamWriter, end: str) -> str:
    return str(writer.get_extra_info(end)[0]).removeprefix("::ffff:")


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else -1
