"""The OCPP central system alone: a bench test of a charger before commissioning.

Accepts every charger, does with it what the integration would do, and writes each frame as a JSON line:

    {"time": "2026-11-21T10:00:00.123Z", "charger": "CP1", "direction": "in", "frame": [2, "1", "Heartbeat", {}]}

Commands are JSON lines on standard input, answered on standard output by their id:

    {"id": 1, "station": "CP1", "call": "Reset", "payload": {"type": "Soft"}}    any message of the charger's version
    {"id": 2, "station": "CP1", "limit_a": 10, "connector": 1}                    what the product would do for a limit
    {"id": 3, "station": "CP1", "password": "a1B2c3D4e5F6g7H8i9J0"}               set it, and ask for it from then on
    {"id": 4, "station": "CP1", "security_profile": 2}                            raise it; once it is used, demand it
    {"id": 5, "station": "CP1", "renew_certificate": true}                        have the charger ask for a certificate
    {"id": 6, "station": "CP1", "renew_certificate": "vehicle"}                   and for one for vehicles, or for "both"
    {"id": 7, "station": "CP1", "variables": {"AlignedDataCtrlr.Interval": "60"}} change settings, as many as a call takes

With --tags, only the tags in a JSON file may charge, as far as they may:

    [{"id": "04AB12", "status": "Blocked", "expires_at": "2026-12-31T00:00:00Z", "parent_id": "FAMILY"}]

With --price, sessions cost so much for each kWh, which chargers are told that show it.

With --authority, certificates of chargers are signed and asked for, and --tls-port opens a port with encryption. With
--chargers, those in a JSON file must prove who they are:

    [{"id": "CP1", "security_profile": 2, "password": "a1B2c3D4e5F6g7H8i9J0"}]
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import signal
import ssl
import sys
from typing import IO

import jsonschema_rs
import orjson

from custom_components.ocpp.csms.central_system import CentralSystem, FrameObserver
from custom_components.ocpp.csms.errors import CsmsError
from custom_components.ocpp.csms.events import AwaitingAdoption, Event
from custom_components.ocpp.csms.model import Registration
from custom_components.ocpp.csms.ocppj.framing import Json, Payload
from custom_components.ocpp.csms.ocppj.message_log import Direction
from custom_components.ocpp.csms.ocppj.trimming import is_too_deep
from custom_components.ocpp.csms.server.tls import CertificateFiles, TlsVersion
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.tokens.authorization import (
    Authority,
    KnownToken,
    TokenStatus,
)
from custom_components.ocpp.csms.versions import MAX_TOKEN_LENGTH
from scripts.csms_commands import CommandError, execute, parse
from scripts.csms_security import (
    SecurityFileError,
    authority_in,
    encryption,
    read_chargers,
    read_contract_roots,
)

TAGS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": MAX_TOKEN_LENGTH},
            "status": {"enum": ["Accepted", "Blocked", "Expired", "Invalid"]},
            "expires_at": {"type": "string", "format": "date-time"},
            "parent_id": {"type": "string", "maxLength": MAX_TOKEN_LENGTH},
        },
        "required": ["id"],
        "additionalProperties": False,
    },
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
        if is_too_deep(frame):
            # It can be read, but not written.
            frame = text
        line = {"time": time, "charger": identity, "direction": direction}
        _write(log, {**line, "frame": frame})

    return observe


def _write(file: IO[str], line: Payload) -> None:
    text = orjson.dumps(line).decode()
    file.write(text + "\n")
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


def _token(item: Mapping[str, str]) -> KnownToken:
    expires_at = item.get("expires_at")
    return KnownToken(
        id=item["id"],
        status=TokenStatus(item.get("status", "Accepted")),
        expires_at=None if expires_at is None else datetime.fromisoformat(expires_at),
        group=item.get("parent_id"),
    )


@contextmanager
def frame_log(path: Path | None) -> Iterator[IO[str]]:
    """Open the file for the frames; standard output where none is named."""
    if path is None:
        yield sys.stdout
        return
    # Frames contain passwords and tags.
    with os.fdopen(
        os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "a"
    ) as file:
        yield file


async def run(arguments: argparse.Namespace, log: IO[str]) -> None:
    """Run the central system until the process is told to stop.

    Raises:
        CommandError, SecurityFileError: when a port cannot be opened, or a file is not what it should be.
        OSError: when a file cannot be read.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    strangers = Registration.PENDING if arguments.pending else Registration.ACCEPTED
    system = CentralSystem(unknown_chargers=strangers, observe_frame=observer(log))
    system.subscribe(lambda station, event: accept(system, station, event))
    system.authority = read_authority(arguments.tags)
    if (price := arguments.price) is not None:
        system.cost_of = lambda _, transaction: (
            price * (transaction.energy_wh or 0) / 1000
        )
    if arguments.chargers is not None:
        for identity, settings in read_chargers(arguments.chargers).items():
            system.adopt(identity, settings)
    await listen(system, arguments.host, arguments.port)
    if arguments.contract_roots is not None:
        system.contracts = read_contract_roots(arguments.contract_roots)
    if arguments.authority is not None:
        await secure(system, arguments)
    commands = asyncio.create_task(obey(system))
    try:
        await stopped.wait()
    finally:
        commands.cancel()
        await system.stop()


def accept(system: CentralSystem, station: ChargingStation, event: Event) -> None:
    """Accept a charger that was pending, once it has told of itself."""
    if isinstance(event, AwaitingAdoption):
        system.adopt(station.identity)


async def secure(system: CentralSystem, arguments: argparse.Namespace) -> None:
    """Have certificates signed, and open a port with encryption if one is wanted."""
    authority = await asyncio.to_thread(authority_in, arguments.authority)
    system.certificate_authority = authority
    if arguments.tls_port is None:
        return
    given = arguments.certificate, arguments.key
    files = None if None in given else CertificateFiles(*given)
    bound = [] if arguments.host in ("", "0.0.0.0", "::") else [arguments.host]
    names = list(dict.fromkeys([*arguments.name, *bound, "localhost", "127.0.0.1"]))
    context = await asyncio.to_thread(
        encryption, authority, files, names, TlsVersion(arguments.oldest_tls)
    )
    await listen(system, arguments.host, arguments.tls_port, context)


async def listen(
    system: CentralSystem, host: str, port: int, tls: ssl.SSLContext | None = None
) -> None:
    """Open a port and say so.

    Raises:
        CommandError: when it cannot be opened.
    """
    try:
        opened = await system.start(host, port, tls)
    except OSError as err:
        raise CommandError(f"Cannot listen on port {port}: {err}") from err
    url = f"{'ws' if tls is None else 'wss'}://<this machine>:{opened}/<CHARGER_ID>"
    print(f"Chargers connect to {url}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/csms",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=9000, help="port to listen on (default 9000)")
    add("--host", default="0.0.0.0", help="address to listen on (default all)")
    add("--log", type=Path, metavar="FILE.jsonl", help="write the frames there instead")
    add(
        "--pending",
        action="store_true",
        help="accept chargers only once they have told of themselves",
    )
    add("--tags", type=Path, metavar="FILE.json", help="who may charge (default all)")
    add("--price", type=float, help="price of a kWh")
    add("--chargers", type=Path, metavar="FILE.json", help="how chargers must connect")
    add(
        "--authority",
        type=Path,
        metavar="FOLDER",
        help="certificate authority, made there if there is none; chargers must trust its root.pem",
    )
    add("--tls-port", type=int, help="port with encryption; needs --authority")
    add(
        "--certificate",
        metavar="FILE.pem",
        help="certificate for it (default one of the authority's)",
    )
    add(
        "--contract-roots",
        type=Path,
        metavar="FILE.pem",
        help="certificates of those who may sign the contracts of vehicles that plug and charge",
    )
    add("--key", metavar="FILE.pem", help="and its private key")
    add(
        "--name",
        action="append",
        default=[],
        help="name or address that the certificate is made out to, besides localhost; may be given more than once",
    )
    add(
        "--oldest-tls",
        choices=list(TlsVersion),
        default=TlsVersion.TLS_1_2,
        help="oldest version of TLS to speak",
    )
    arguments = parser.parse_args()
    if arguments.tls_port is not None and arguments.authority is None:
        parser.error("--tls-port needs --authority")
    if (arguments.certificate is None) != (arguments.key is None):
        parser.error("--certificate and --key go together")
    return arguments


def main() -> int:
    """Read the command line and run."""
    arguments = _arguments()
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr
    )
    try:
        with frame_log(arguments.log) as log:
            asyncio.run(run(arguments, log))
    except (CommandError, SecurityFileError) as err:
        print(err, file=sys.stderr)
        return 1
    except OSError as err:
        print(f"A file cannot be used: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
