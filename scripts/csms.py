"""The OCPP central system alone: a bench test of a charger before commissioning.

Accepts every charger, does with it what the integration would do, and writes each frame as a JSON line:

    {"time": "2026-11-21T10:00:00.123Z", "charger": "CP1", "direction": "in", "frame": [2, "1", "Heartbeat", {}]}

Commands are JSON lines on standard input, answered on standard output by their id:

    {"id": 1, "station": "CP1", "call": "Reset", "payload": {"type": "Soft"}}    any message of the charger's version
    {"id": 2, "station": "CP1", "limit_a": 10, "connector": 1}                    what the product would do for a limit

With --tags, only the tags in a JSON file may charge, as far as they may:

    [{"id": "04AB12", "status": "Blocked", "expires_at": "2026-12-31T00:00:00Z", "parent_id": "FAMILY"}]
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import logging
from pathlib import Path
import signal
import sys
from typing import IO

import jsonschema_rs
import orjson

from custom_components.ocpp.csms.authorization import Authority, IdToken, TokenStatus
from custom_components.ocpp.csms.central_system import CentralSystem, FrameObserver
from custom_components.ocpp.csms.errors import CsmsError
from custom_components.ocpp.csms.framing import Json, Payload
from custom_components.ocpp.csms.message_log import Direction
from custom_components.ocpp.csms.model import Limit, Registration
from custom_components.ocpp.csms.station import ChargingStation

TAGS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 20},
            "status": {"enum": ["Accepted", "Blocked", "Expired", "Invalid"]},
            "expires_at": {"type": "string", "format": "date-time"},
            "parent_id": {"type": "string", "maxLength": 20},
        },
        "required": ["id"],
        "additionalProperties": False,
    },
}


class CommandError(Exception):
    """A line on standard input that is no command."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message to send as it is."""

    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit to bring into force."""

    limit: Limit
    evse_id: int


@dataclass(frozen=True, slots=True)
class Command:
    """What to do with which charger."""

    station: str
    task: Call | SetLimit


def parse(command: Json) -> Command:
    """Read a command.

    Raises:
        CommandError: when it is none; says what is missing.
    """
    match command:
        case {"station": str(station), "call": str(action), "payload": dict(payload)}:
            return Command(station, Call(action, payload))
        case {"station": str(station), "call": str(action), **rest} if (
            "payload" not in rest
        ):
            return Command(station, Call(action, {}))
        case {"station": str(station), "limit_a": int() | float() as limit_a, **rest}:
            connector = rest.get("connector", 1)
            if not isinstance(connector, int):
                raise CommandError("'connector' must be a whole number")
            return Command(station, SetLimit(Limit(float(limit_a)), connector))
        case dict():
            raise CommandError(
                "a command needs 'station' and either 'call' with a 'payload' object, or 'limit_a'"
            )
        case _:
            raise CommandError("a command is a JSON object")


async def execute(system: CentralSystem, command: Command) -> Json:
    """Carry out a command and return its result.

    Raises:
        CommandError: when there is no such charger.
        CsmsError: when the charger refuses, or cannot be asked.
    """
    station = system.stations.get(command.station)
    if station is None:
        known = ", ".join(sorted(system.stations)) or "none"
        raise CommandError(
            f"there is no charger {command.station}; connected so far: {known}"
        )
    match command.task:
        case Call(action, payload):
            return await station.call(action, payload)
        case SetLimit(limit, evse_id):
            return await _set_limit(station, evse_id, limit)


async def _set_limit(station: ChargingStation, evse_id: int, limit: Limit) -> Json:
    in_force = await station.limits.set(evse_id, limit)
    if in_force is None:
        return {"limit_a": 0.0}
    return {
        "limit_a": in_force.limit.current_a,
        "purpose": in_force.way.purpose,
        "kind": in_force.way.kind,
        "transaction": in_force.transaction_id,
    }


async def answer(system: CentralSystem, line: bytes) -> None:
    """Carry out one line of standard input and write its answer."""
    command_id: Json = None
    try:
        command = orjson.loads(line)
        command_id = command.get("id") if isinstance(command, dict) else None
        reply: Payload = {
            "id": command_id,
            "reply": await execute(system, parse(command)),
        }
    except orjson.JSONDecodeError as err:
        reply = {"id": None, "error": f"not valid JSON: {err}"}
    except (CommandError, CsmsError) as err:
        reply = {"id": command_id, "error": str(err), "kind": type(err).__name__}
    _write(sys.stdout, reply)


async def obey(system: CentralSystem) -> None:
    """Carry out the lines of standard input, each in its own time, until it ends."""
    reader = asyncio.StreamReader(limit=2**21)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async with asyncio.TaskGroup() as tasks:
        async for line in reader:
            if line.strip():
                tasks.create_task(answer(system, line))


def observer(log: IO[str]) -> FrameObserver:
    """Return what writes every frame as a JSON line."""

    def observe(identity: str, direction: Direction, text: str) -> None:
        try:
            frame: Json = orjson.loads(text)
        except orjson.JSONDecodeError:
            frame = text
        time = (
            datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
        _write(
            log,
            {"time": time, "charger": identity, "direction": direction, "frame": frame},
        )

    return observe


def _write(file: IO[str], line: Payload) -> None:
    file.write(orjson.dumps(line).decode() + "\n")
    file.flush()


def read_authority(path: Path | None) -> Authority:
    """Return who may charge: everybody, or those in a file.

    Raises:
        CommandError: when the file is not what it should be.
    """
    if path is None:
        return Authority()
    try:
        items = orjson.loads(path.read_bytes())
        jsonschema_rs.validate(TAGS_SCHEMA, items, validate_formats=True)
    except (orjson.JSONDecodeError, jsonschema_rs.ValidationError) as err:
        reason = getattr(err, "message", str(err))
        raise CommandError(f"{path} is no list of tags: {reason}") from err
    return Authority.of(map(_token, items), free_vend=False)


def _token(item: Mapping[str, str]) -> IdToken:
    expires_at = item.get("expires_at")
    return IdToken(
        id=item["id"],
        status=TokenStatus(item.get("status", "Accepted")),
        expires_at=None if expires_at is None else datetime.fromisoformat(expires_at),
        parent_id=item.get("parent_id"),
    )


@contextmanager
def frame_log(path: Path | None) -> Iterator[IO[str]]:
    """Open the file for the frames; standard output where none is named."""
    if path is None:
        yield sys.stdout
        return
    with path.open("a", encoding="utf-8") as file:
        yield file


async def run(host: str, port: int, log: IO[str], authority: Authority) -> None:
    """Run the central system until the process is told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    system = CentralSystem(strangers=Registration.ACCEPTED, observe_frame=observer(log))
    system.authority = authority
    await system.start(host, port)
    print(
        f"Chargers connect to ws://<this machine>:{system.port}/<CHARGER_ID>",
        file=sys.stderr,
    )
    commands = asyncio.create_task(obey(system))
    try:
        await stopped.wait()
    finally:
        commands.cancel()
        await system.stop()


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        prog="scripts/csms",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port", type=int, default=9000, help="port to listen on (default 9000)"
    )
    parser.add_argument(
        "--host", default="0.0.0.0", help="address to listen on (default all)"
    )
    parser.add_argument(
        "--log", type=Path, metavar="FILE.jsonl", help="write the frames there instead"
    )
    parser.add_argument(
        "--tags", type=Path, metavar="FILE.json", help="who may charge (default all)"
    )
    arguments = parser.parse_args()
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr
    )
    try:
        with frame_log(arguments.log) as log:
            authority = read_authority(arguments.tags)
            asyncio.run(run(arguments.host, arguments.port, log, authority))
    except CommandError as err:
        print(err, file=sys.stderr)
        return 1
    except OSError as err:
        print(
            f"Cannot listen on port {arguments.port}, or use a file: {err}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
