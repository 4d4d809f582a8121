"""The FTP server for one upload: what it takes, and what it does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from ftplib import FTP, error_perm, error_temp
from io import BytesIO
import os
from pathlib import Path
import socket

import pytest

from custom_components.ocpp.csms.files.ftp_server import FtpServer, FtpUser
from custom_components.ocpp.csms.files.upload_inbox import (
    UploadInbox,
    safe_name,
    tidy,
    unique_name,
)

USER = FtpUser("charger", "secret")
PATIENCE_S = 60.0
CONTENT = bytes(range(256)) * 1000


class UploadTarget:
    """An FTP server, and the folder that its files go to."""

    def __init__(self, folder: Path) -> None:
        """Initialize."""
        self.folder = folder / "logs"
        self.inbox = UploadInbox(self.folder, "CP1", max_bytes=1_000_000)
        self.port = 0

    async def ftp[T](self, work: Callable[[FTP], T], *, passive: bool = True) -> T:
        """Log in, and do something."""
        return await asyncio.to_thread(self._ftp, work, passive)

    def _ftp[T](self, work: Callable[[FTP], T], passive: bool) -> T:
        with FTP(timeout=PATIENCE_S) as ftp:
            ftp.connect("127.0.0.1", self.port)
            ftp.set_pasv(passive)
            ftp.login(USER.name, USER.password)
            return work(ftp)

    @asynccontextmanager
    async def raw(self, address: str = "127.0.0.1") -> AsyncIterator[Raw]:
        """Connect from an address, without a word."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(address, 0)
        )
        raw = Raw(reader, writer)
        assert (await raw.hear()).startswith("220")
        yield raw
        writer.close()

    def files(self) -> dict[str, bytes]:
        """Return what has arrived."""
        if not self.folder.exists():
            return {}
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


class Raw:
    """A control connection, line by line."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Initialize."""
        self._reader = reader
        self._writer = writer

    async def hear(self) -> str:
        """Return the next line; nothing, once the connection has ended."""
        async with asyncio.timeout(PATIENCE_S):
            return (await self._reader.readline()).decode().strip()

    async def say(self, line: str | bytes) -> str:
        """Send a line and return the answer."""
        self._writer.write(line if isinstance(line, bytes) else f"{line}\r\n".encode())
        return await self.hear()

    async def log_in(self) -> None:
        """Say who it is."""
        assert (await self.say(f"USER {USER.name}")).startswith("331")
        assert (await self.say(f"PASS {USER.password}")).startswith("230")


@pytest.fixture
def patience_s() -> float:
    """The time that the server waits for data; shorter in tests that send none."""
    return PATIENCE_S


@pytest.fixture
async def target(tmp_path: Path, patience_s: float) -> AsyncIterator[UploadTarget]:
    target = UploadTarget(tmp_path)
    server = FtpServer(target.inbox, USER, patience_s)
    target.port = await server.open("127.0.0.1")
    yield target
    await server.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", target.port)


def _store(name: str, content: bytes = CONTENT) -> Callable[[FTP], str]:
    return lambda ftp: ftp.storbinary(f"STOR {name}", BytesIO(content))


@pytest.mark.parametrize("passive", [True, False])
async def test_a_file_is_taken(target: UploadTarget, passive: bool) -> None:
    answer = await target.ftp(_store("diag.zip"), passive=passive)
    assert answer == "226 256000 bytes taken"
    assert target.files() == {"CP1_1_diag.zip": CONTENT}
    (delivery,) = target.inbox.deliveries
    assert (delivery.path.name, delivery.size_bytes) == ("CP1_1_diag.zip", 256000)
    assert target.inbox.arrived.is_set()


async def test_an_empty_file_is_one(target: UploadTarget) -> None:
    await target.ftp(_store("empty.log", b""))
    assert target.files() == {"CP1_1_empty.log": b""}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("/uploads/CP1/diag.log", "diag.log"),
        ("../../../configuration.yaml", "configuration.yaml"),
        ("..", "log"),
        ("C:\\logs\\diag.log", "diag.log"),
        (".storage", "storage"),
        ("diag log;rm -rf.txt", "diag_log_rm_-rf.txt"),
        ("x" * 300 + ".zip", "x" * 76 + ".zip"),
    ],
)
async def test_only_the_end_of_a_name_counts(
    target: UploadTarget, name: str, stored: str
) -> None:
    await target.ftp(_store(name))
    assert list(target.files()) == [f"CP1_1_{stored}"]
    assert safe_name(name) == stored


def test_each_identity_has_a_folder_of_its_own() -> None:
    harmless = ["CP1", "CP_1", "b", "log", "cp-1.a"]
    assert [unique_name(identity) for identity in harmless] == harmless
    odd = ["CP 1", "CP:1", "CP_1_", "a/b", "c/b", "..", "x" * 81, "y" + "x" * 80]
    odd += [unique_name("CP 1")]
    folders = {unique_name(identity) for identity in odd + harmless}
    assert len(folders) == len(odd) + len(harmless)
    assert all(
        safe_name(folder.partition("~")[0]) == folder.partition("~")[0]
        for folder in folders
    )


async def test_what_careful_clients_do_first(target: UploadTarget) -> None:
    def work(ftp: FTP) -> None:
        assert "EPSV" in ftp.sendcmd("FEAT")
        assert ftp.sendcmd("SYST").startswith("215")
        ftp.mkd("logs")
        ftp.cwd("logs")
        assert ftp.pwd() == "/"
        assert ftp.nlst() == []
        ftp.voidcmd("NOOP")
        ftp.voidcmd("ALLO 5")
        ftp.storlines("STOR ascii.log", BytesIO(b"one\ntwo\n"))
        ftp.quit()

    await target.ftp(work)
    assert target.files() == {"CP1_1_ascii.log": b"one\r\ntwo\r\n"}


async def test_nothing_is_given_away(target: UploadTarget) -> None:
    def work(ftp: FTP) -> None:
        _store("diag.log")(ftp)
        assert ftp.nlst() == []
        with pytest.raises(error_perm):
            ftp.retrbinary("RETR CP1_1_diag.log", lambda _: None)
        for line in ("DELE CP1_1_diag.log", "SIZE CP1_1_diag.log", "SITE CHMOD 777"):
            with pytest.raises(error_perm):
                ftp.sendcmd(line)

    await target.ftp(work)
    assert list(target.files()) == ["CP1_1_diag.log"]


async def test_nobody_else_gets_in(target: UploadTarget) -> None:
    async with target.raw() as raw:
        for line in ("PASV", "STOR diag.log", "LIST", "MKD logs"):
            assert (await raw.say(line)).startswith("530")
        assert (await raw.say("USER anonymous")).startswith("331")
        assert (await raw.say(f"PASS {USER.password}")).startswith("530")
        await raw.say(f"USER {USER.name}")
        assert (await raw.say("PASS guess")).startswith("530")
        assert (await raw.say("PASS again")).startswith("530")
        # Enough guesses.
        assert await raw.say("NOOP") == ""


async def test_there_is_room_for_so_much(target: UploadTarget) -> None:
    await target.ftp(_store("small.log", b"x" * 400_000))
    with pytest.raises(error_perm, match="552"):
        await target.ftp(_store("large.log", b"x" * 700_000))
    assert list(target.files()) == ["CP1_1_small.log"]


async def test_there_is_room_for_so_many(target: UploadTarget) -> None:
    def work(ftp: FTP) -> None:
        for number in range(5):
            _store(f"{number}.log", b"x")(ftp)
        with pytest.raises(error_perm, match="552"):
            _store("6.log", b"x")(ftp)

    await target.ftp(work)
    assert len(target.files()) == 5


@pytest.mark.parametrize("patience_s", [0.01])
async def test_an_upload_that_nobody_connects_for(target: UploadTarget) -> None:
    async with target.raw() as raw:
        await raw.log_in()
        assert (await raw.say("STOR diag.log")).startswith("425")
        await raw.say("EPSV")
        assert (await raw.say("STOR diag.log")).startswith("150")
        assert (await raw.hear()).startswith("426")
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        await raw.say(f"EPRT |1|127.0.0.1|{port}|")
        assert (await raw.say("STOR diag.log")).startswith("150")
        assert (await raw.hear()).startswith("426")
    assert target.files() == {}


async def test_extended_passive_mode(target: UploadTarget) -> None:
    async with target.raw() as raw:
        await raw.log_in()
        assert (await raw.say("EPSV ALL")).startswith("200")
        answer = await raw.say("EPSV")
        port = int(answer.split("|")[3])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await raw.say("STOR diag.log")).startswith("150")
        writer.write(b"data")
        writer.close()
        assert await raw.hear() == "226 4 bytes taken"
    assert target.files() == {"CP1_1_diag.log": b"data"}


@pytest.mark.parametrize(
    "line",
    [
        # Data for a third party, and ports that are none of an upload's business.
        "PORT 10,0,0,1,200,10",
        "EPRT |1|10.0.0.1|51210|",
        "PORT 127,0,0,1,0,25",
        "PORT 127,0,0,1,400,10",
        "EPRT |1|127.0.0.1|x|",
    ],
)
async def test_data_flows_between_the_two_alone(
    target: UploadTarget, line: str
) -> None:
    async with target.raw() as raw:
        await raw.log_in()
        assert (await raw.say(line)).startswith("504")
        assert (await raw.say("STOR diag.log")).startswith("425")


@pytest.mark.parametrize(
    "line", ["PORT 1,2", "EPRT 127.0.0.1", "EPRT", "REST 5", "\x00\xff", "", "USER"]
)
async def test_nonsense_is_answered(target: UploadTarget, line: str) -> None:
    async with target.raw() as raw:
        await raw.log_in()
        assert (await raw.say(line))[:1] in {"3", "5"}


async def test_a_line_without_an_end_ends_the_connection(target: UploadTarget) -> None:
    async with target.raw() as raw:
        assert await raw.say(b"x" * 10_000) == ""


async def test_so_many_may_connect(target: UploadTarget) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(4):
            raw = await stack.enter_async_context(target.raw())
            await raw.log_in()
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        assert await reader.read() == b""
        writer.close()


async def test_who_has_not_logged_in_leaves_the_place_to_others(
    target: UploadTarget,
) -> None:
    """Strangers who connect and say nothing keep no charger from its upload."""
    async with target.raw() as charger, target.raw() as first, target.raw() as second:
        await charger.log_in()
        async with target.raw(), target.raw():
            assert await first.hear() == ""
            await target.ftp(_store("log.txt"))
            assert await second.hear() == ""
            assert (await charger.say("NOOP")).startswith("200")
    assert list(target.files().values()) == [CONTENT]


async def test_strangers_of_one_address_do_not_push_out_who_is_about_to_log_in(
    target: UploadTarget,
) -> None:
    async with target.raw("127.0.0.2") as charger, AsyncExitStack() as stack:
        for _ in range(8):
            await stack.enter_async_context(target.raw())
        await charger.log_in()


@pytest.mark.parametrize(("knows_password", "most"), [(False, 50), (True, 1000)])
async def test_nobody_asks_without_end(
    target: UploadTarget, knows_password: bool, most: int
) -> None:
    async with target.raw() as raw:
        if knows_password:
            await raw.log_in()
        answers = 0
        while await raw.say("NOOP"):
            answers += 1
            assert answers <= most
    assert answers > most / 2


async def test_what_breaks_off_takes_no_room_from_what_comes_then(
    target: UploadTarget,
) -> None:
    async def chunks(size: int, *, breaks_off: bool = False) -> AsyncIterator[bytes]:
        yield b"x" * size
        if breaks_off:
            raise ConnectionError

    for _ in range(8):
        with pytest.raises(ConnectionError):
            await target.inbox.take("log", chunks(400_000, breaks_off=True))
    assert target.files() == {}
    await target.inbox.take("log", chunks(900_000))
    assert len(target.files()) == 1


async def test_a_folder_that_cannot_be_written(target: UploadTarget) -> None:
    target.folder.write_text("no folder")
    with pytest.raises(error_temp, match="451"):
        await target.ftp(_store("diag.log"))


async def test_an_upload_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    target = UploadTarget(tmp_path)
    server = FtpServer(target.inbox, USER)
    target.port = await server.open("127.0.0.1")
    async with target.raw() as raw:
        await raw.log_in()
        port = int((await raw.say("EPSV")).split("|")[3])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await raw.say("STOR diag.log")).startswith("150")
        writer.write(b"the first half")
        await writer.drain()
        await server.close()
        writer.close()
    assert target.files() == {}
    assert not target.inbox.arrived.is_set()


def test_users_are_never_the_same() -> None:
    users = [FtpUser.new() for _ in range(100)]
    assert len({user.name for user in users} | {user.password for user in users}) == 200
    assert all((user.name + user.password).isalnum() for user in users)


def test_old_files_make_room_for_new_ones(tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / f"{number}.log"
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
    tidy(tmp_path, keep=4, max_bytes=1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2.log",
        "3.log",
        "4.log",
        "5.log",
    ]
    tidy(tmp_path, keep=4, max_bytes=250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["4.log", "5.log"]
