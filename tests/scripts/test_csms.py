"""The central system alone, as a command: what one runs before a charger is commissioned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from tests.simulator.charger import call, simulated_charger

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, str(ROOT / "scripts" / "headless.py"), "scripts.csms"]


@dataclass(frozen=True, slots=True)
class Csms:
    """A running `scripts/csms`."""

    process: asyncio.subprocess.Process
    url: str

    async def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()

    async def read(self) -> Any:
        assert self.process.stdout is not None
        async with asyncio.timeout(10):
            return json.loads(await self.process.stdout.readline())

    async def ask(self, command: Any) -> Any:
        await self.write(json.dumps(command))
        return await self.read()


@asynccontextmanager
async def running(port: int, *options: str) -> AsyncIterator[Csms]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *("--host", "127.0.0.1", "--port", str(port)),
        *options,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(20):
        line = (await process.stderr.readline()).decode()
    assert f":{port}/<CHARGER_ID>" in line
    yield Csms(process, f"ws://127.0.0.1:{port}")
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    """Where the frames are written."""
    return tmp_path / "frames.jsonl"


@pytest.fixture
async def csms(unused_tcp_port: int, log: Path) -> AsyncIterator[Csms]:
    """A running central system that writes its frames to a file."""
    async with running(unused_tcp_port, "--log", str(log)) as csms:
        yield csms


async def test_every_charger_is_accepted_and_every_frame_written(
    csms: Csms, log: Path
) -> None:
    async with simulated_charger(csms.url, "CP1") as charger:
        assert await charger.boot() == "Accepted"
    frames = [json.loads(line) for line in log.read_text().splitlines()]
    boot, answer = frames[0], frames[1]
    assert (boot["charger"], boot["direction"]) == ("CP1", "in")
    assert boot["frame"][2] == "BootNotification"
    assert boot["time"].endswith("Z")
    assert answer["direction"] == "out"
    assert answer["frame"][:2] == [3, boot["frame"][1]]


async def test_any_message_can_be_sent(csms: Csms) -> None:
    async with simulated_charger(csms.url, "CP1") as charger:
        await charger.boot()
        command = {"station": "CP1", "call": "Reset", "payload": {"type": "Soft"}}
        reply = await csms.ask({"id": 1, **command})
        assert reply == {"id": 1, "reply": {"status": "Accepted"}}
        assert await charger.wait_for("Reset") == {"type": "Soft"}


async def test_a_limit_is_brought_into_force_as_the_product_does_it(csms: Csms) -> None:
    async with simulated_charger(csms.url, "CP1") as charger:
        await charger.boot()
        await charger.plug_in()
        transaction = await charger.start_session()
        reply = await csms.ask({"id": "a", "station": "CP1", "limit_a": 10})
        assert reply["id"] == "a"
        assert reply["reply"]["limit_a"] == 10
        assert reply["reply"]["purpose"] == "TxProfile"
        assert reply["reply"]["transaction"] == str(transaction)
        assert charger.offered_a() == 10


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ({"id": 1, "station": "CP9", "call": "Reset"}, "there is no charger CP9"),
        ({"id": 1, "station": "CP1", "call": "Rest"}, "no such message"),
        ({"id": 1, "station": "CP1", "call": "Reset", "payload": {}}, "type"),
        ({"id": 1, "station": "CP1", "limit_a": 3}, "6 A"),
        ({"id": 1, "station": "CP1", "limit_a": "x"}, "needs"),
        ({"id": 1, "station": "CP1", "limit_a": 9, "connector": "x"}, "connector"),
        ({"id": 1}, "needs 'station'"),
        ([], "JSON object"),
    ],
)
async def test_what_cannot_be_done_is_said(
    csms: Csms, command: Any, error: str
) -> None:
    async with simulated_charger(csms.url, "CP1") as charger:
        await charger.boot()
        reply = await csms.ask(command)
        assert error in reply["error"]
        assert reply["id"] == (command["id"] if command else None)
        # It goes on.
        await csms.write("no JSON at all")
        assert "not valid JSON" in (await csms.read())["error"]


async def test_frames_are_shown_where_no_file_is_named(unused_tcp_port: int) -> None:
    async with (
        running(unused_tcp_port) as csms,
        simulated_charger(csms.url, "CP1") as charger,
    ):
        await charger.boot()
        assert (await csms.read())["frame"][2] == "BootNotification"


async def test_it_goes_on_when_its_input_ends(csms: Csms) -> None:
    assert csms.process.stdin is not None
    csms.process.stdin.close()
    async with simulated_charger(csms.url, "CP1") as charger:
        assert await charger.boot() == "Accepted"


async def test_a_port_in_use_is_told(unused_tcp_port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", unused_tcp_port))
        other.listen()
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *("--host", "127.0.0.1", "--port", str(unused_tcp_port)),
            stderr=subprocess.PIPE,
        )
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert f"Cannot listen on port {unused_tcp_port}" in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_only_the_tags_of_a_file_may_charge(
    unused_tcp_port: int, tmp_path: Path
) -> None:
    file = tmp_path / "tags.json"
    file.write_text('[{"id": "ANNA"}, {"id": "LOST", "status": "Blocked"}]')
    async with (
        running(unused_tcp_port, "--tags", str(file)) as csms,
        simulated_charger(csms.url, "CP1") as charger,
    ):
        await charger.boot()
        for id_tag, status in (
            ("ANNA", "Accepted"),
            ("LOST", "Blocked"),
            ("ANYBODY", "Invalid"),
        ):
            answer = await charger.call(call.Authorize(id_tag))
            assert answer.id_tag_info["status"] == status


@pytest.mark.parametrize(
    "content", ["{}", "[1]", "no JSON", '[{"id": "A", "status": "?"}]']
)
async def test_a_file_that_holds_no_tags_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tags.json"
    file.write_text(content)
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--tags", str(file), stderr=subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert "is no list of tags" in errors.decode()
