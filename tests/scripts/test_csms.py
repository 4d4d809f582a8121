"""The central system alone, as a command: what one runs before a charger is commissioned."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import socket
import ssl
import subprocess
import sys
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.csms.versions.stub import answering, stub_charger
from tests.simulator.charger import call, open_socket, reconnected, simulated_charger
from tests.simulator.secure_charger import secure_charger
from tests.waiting import LONGEST_S, until

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
        async with asyncio.timeout(LONGEST_S):
            return json.loads(await self.process.stdout.readline())

    async def ask(self, command: Any) -> Any:
        await self.write(json.dumps(command))
        return await self.read()


def _encrypted_port(options: Sequence[str]) -> list[str]:
    return [options[options.index("--tls-port") + 1]] if "--tls-port" in options else []


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
    for opened in (port, *_encrypted_port(options)):
        async with asyncio.timeout(LONGEST_S):
            line = (await process.stderr.readline()).decode()
        assert f":{opened}/<CHARGER_ID>" in line
    yield Csms(process, f"ws://127.0.0.1:{port}")
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    """The file to which the frames are written."""
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


async def test_a_frame_that_is_nested_too_deeply_to_be_written_ends_nothing(
    csms: Csms, log: Path
) -> None:
    nested = "[" * 253 + "]" * 253
    frame = f'[2,"a","Heartbeat",{{"x":{nested}}}]'
    websocket = await open_socket(csms.url, "CP1")
    await websocket.send(frame)
    async with asyncio.timeout(LONGEST_S):
        while json.loads(await websocket.recv())[:2] != [3, "a"]:
            pass
    await websocket.close()
    frames = [json.loads(line)["frame"] for line in log.read_text().splitlines()]
    assert frame in frames


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
        ({"id": 1, "station": "CP1", "limit_a": -3}, "between 0 A"),
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


async def test_chargers_that_prove_who_they_are(
    unused_tcp_port_factory: Callable[[], int], tmp_path: Path
) -> None:
    """From a password to a certificate, as on a bench before commissioning."""
    port, tls_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    chargers, folder = tmp_path / "chargers.json", tmp_path / "authority"
    chargers.write_text('[{"id": "CP1", "security_profile": 1, "password": "old"}]')
    log = ("--log", str(tmp_path / "frames.jsonl"))
    options = ("--chargers", str(chargers), "--authority", str(folder), *log)
    encrypted = ("--tls-port", str(tls_port), "--name", "bench.example.org")
    async with running(port, *options, *encrypted) as csms:
        async with secure_charger(csms.url, password="old") as charger:
            await charger.boot()
            reply = await csms.ask({"id": 1, "station": "CP1", "password": "new"})
            assert reply == {"id": 1, "reply": {"reboot_required": False}}
            assert charger.settings["AuthorizationKey"] == b"new".hex()
            renew = {"id": 2, "station": "CP1", "renew_certificate": True}
            assert (await csms.ask(renew))["reply"] == {}
            await until(lambda: charger.certificate is not None)
            upgrade = {"id": 3, "station": "CP1", "security_profile": 3}
            assert (await csms.ask(upgrade))["reply"] == {"reboot_required": False}
        assert (folder / "root-key.pem").stat().st_mode & 0o077 == 0
        root = (folder / "root.pem").read_text()
        charger.install("CentralSystemRootCertificate", root)
        wss = f"wss://127.0.0.1:{tls_port}"
        async with reconnected(charger, wss, charger.encryption()):
            assert await charger.boot() == "Accepted"
        for password in ("old", "new"):
            with pytest.raises(InvalidStatus):
                await open_socket(csms.url, "CP1", password=password)
    # The authority stays the same.
    async with (
        running(port, *options, *encrypted),
        reconnected(charger, wss, charger.encryption()),
    ):
        assert await charger.boot() == "Accepted"


async def test_a_certificate_of_ones_own(
    unused_tcp_port_factory: Callable[[], int],
    tmp_path: Path,
    tls_files: tuple[str, str],
) -> None:
    port, tls_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    certificate, key = tls_files
    options = ("--authority", str(tmp_path), "--tls-port", str(tls_port))
    files = ("--certificate", certificate, "--key", key, "--oldest-tls", "tls_1_3")
    tls = ssl.create_default_context(cafile=certificate)
    async with (
        running(port, *options, *files),
        simulated_charger(f"wss://127.0.0.1:{tls_port}", "CP1", tls=tls) as charger,
    ):
        assert await charger.boot() == "Accepted"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--tls-port", "9443"], "--tls-port needs --authority"),
        (["--certificate", "c.pem"], "--certificate and --key go together"),
        (["--chargers", "/no/such"], "/no/such"),
    ],
)
async def test_options_that_do_not_go_together(options: list[str], error: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *options, stderr=subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode in (1, 2)
    assert error in errors.decode()
    assert "Traceback" not in errors.decode()


@pytest.mark.parametrize(
    "content", ["{}", "[1]", "no JSON", '[{"id": "CP1", "security_profile": 4}]']
)
async def test_a_file_that_holds_no_chargers_is_told(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "chargers.json"
    file.write_text(content)
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--chargers", str(file), stderr=subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert "is no list of chargers" in errors.decode()


BOOT: Any = {
    "reason": "PowerUp",
    "chargingStation": {"vendorName": "Sunny", "model": "Wallbox 22"},
}


async def test_a_charger_is_accepted_once_it_has_told_of_itself(
    unused_tcp_port: int,
) -> None:
    async with (
        running(unused_tcp_port, "--pending") as csms,
        stub_charger(csms.url, "CP1", "ocpp2.0.1") as charger,
    ):
        charger.answers["TriggerMessage"] = answering("Accepted")
        answer = await charger.call("BootNotification", BOOT)
        assert answer["status"] == "Pending"
        await until(lambda: "TriggerMessage" in dict(charger.calls))
        assert "GetBaseReport" in dict(charger.calls)
        answer = await charger.call("BootNotification", BOOT)
        assert answer["status"] == "Accepted"


async def test_several_settings_are_changed(unused_tcp_port: int, log: Path) -> None:
    async def taken(payload: Any) -> Any:
        results = [
            {
                "component": item["component"],
                "variable": item["variable"],
                "attributeStatus": "Accepted",
            }
            for item in payload["setVariableData"]
        ]
        return {"setVariableResult": results}

    async with (
        running(unused_tcp_port, "--log", str(log)) as csms,
        stub_charger(csms.url, "CP1", "ocpp2.0.1") as charger,
    ):
        charger.answers["SetVariables"] = taken
        await charger.call("BootNotification", BOOT)
        names = ["AlignedDataCtrlr.Interval", "TxCtrlr.StopTxOnInvalidId"]
        values = {names[0]: "900", names[1]: True}
        reply = await csms.ask({"id": 1, "station": "CP1", "variables": values})
        assert reply == {"id": 1, "reply": dict.fromkeys(names, "Accepted")}
        sent = [item for action, item in charger.calls if action == "SetVariables"]
        told: Any = sent[-1]["setVariableData"]
        assert [item["attributeValue"] for item in told] == ["900", "true"]
