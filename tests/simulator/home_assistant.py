"""A real Home Assistant as a process of its own, and its REST and websocket API."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
import json
from pathlib import Path
import shutil
import signal
import socket
import subprocess
import sys
from typing import Any, Self

import aiohttp

ROOT = Path(__file__).resolve().parent.parent.parent
INTEGRATION = ROOT / "custom_components" / "ocpp"

USERNAME = "demo"
PASSWORD = "let-the-sun-in"
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 60.0

# Not `default_config`: that listens on all network interfaces, and calls out.
CONFIGURATION = """\
homeassistant:
  name: Sunny house
  latitude: 51.96
  longitude: 7.62
  elevation: 60
  unit_system: metric
  time_zone: Europe/Berlin
  country: DE
  currency: EUR
frontend:
config:
history:
logbook:
energy:
system_health:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components.ocpp: info
"""


def is_free(port: int) -> bool:
    """Return True if a port of this machine is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class HomeAssistantError(Exception):
    """Home Assistant does not do what it should."""


class HomeAssistant:
    """A Home Assistant process with the integration in it, reachable from this machine alone."""

    def __init__(
        self, config: Path, port: int = 8123, python: str = sys.executable
    ) -> None:
        """Initialize with a folder for its configuration and the Python that has it installed."""
        self.config = config.absolute()
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._python = str(Path(python).absolute())
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(
        self,
        yaml: str = "",
        files: Mapping[str, str] | None = None,
        integrations: Sequence[Path] = (),
    ) -> None:
        """Write its configuration, with more YAML, files and integrations where wanted."""
        (self.config / ".storage").mkdir(parents=True, exist_ok=True)
        (self.config / "configuration.yaml").write_text(CONFIGURATION + yaml)
        for name, content in (files or {}).items():
            (self.config / name).write_text(content)
        http = {
            "server_host": ["127.0.0.1"],
            "server_port": self.port,
            "cors_allowed_origins": [],
            "ip_ban_enabled": True,
            "login_attempts_threshold": -1,
            "ssl_profile": "intermediate_v6",
            "use_x_frame_options": True,
            "created_at": "2026-11-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        }
        self._store(
            "http", 3, {"stable": http, "pending": None, "yaml_migration_done": True}
        )
        # All but the owner's account: the other steps would call out.
        if not (self.config / ".storage" / "onboarding").exists():
            self._store(
                "onboarding", 4, {"done": ["core_config", "analytics", "integration"]}
            )
        components = self.config / "custom_components"
        components.mkdir(exist_ok=True)
        for integration in (INTEGRATION, *integrations):
            link = components / integration.name
            link.unlink(missing_ok=True)
            link.symlink_to(integration)

    def _store(self, key: str, version: int, data: Mapping[str, Any]) -> None:
        content = {"version": version, "minor_version": 1, "key": key, "data": data}
        (self.config / ".storage" / key).write_text(json.dumps(content))

    def erase(self) -> None:
        """Remove all that an earlier run has left."""
        shutil.rmtree(self.config, ignore_errors=True)

    async def start(self) -> None:
        """Start it, and wait until its web server answers."""
        if not is_free(self.port):
            raise HomeAssistantError(f"Port {self.port} is in use")
        self.config.mkdir(parents=True, exist_ok=True)
        with (self.config / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(
                        self._python,
                        "-m",
                        "homeassistant",
                        "--config",
                        str(self.config),
                    ),
                    *("--skip-pip", "--ignore-os-check", "--log-no-color"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The folder of the integrations that are installed comes first.
                cwd=self.config,
                # Its own process group: an interrupt from the keyboard is for us to pass on, in order.
                start_new_session=True,
            )
        async with aiohttp.ClientSession() as session, asyncio.timeout(START_TIMEOUT_S):
            while not await self._answers(session):
                if self._process.poll() is not None:
                    raise HomeAssistantError(
                        f"Home Assistant has ended; see {self.config}/console.log"
                    )
                await asyncio.sleep(0.2)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self) -> int | None:
        """Stop it in order and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int | None:
        """End it at once, as a power cut would."""
        return await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> int | None:
        if self._process is None:
            return None
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(number)
        try:
            return await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    @property
    def log(self) -> str:
        """Its log so far."""
        return (self.config / "console.log").read_text(errors="replace")


class Api:
    """The REST and websocket API of a Home Assistant, as its owner."""

    def __init__(self, url: str) -> None:
        """Initialize; `async with` logs in."""
        self._url = url
        self._client_id = f"{url}/"
        self._session = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._last_id = 0
        self._one_at_a_time = asyncio.Lock()
        self.tokens: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        """Create the owner's account where there is none, and log in."""
        code = await self._onboard() or await self._log_in()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._client_id,
        }
        async with self._session.post(f"{self._url}/auth/token", data=form) as response:
            response.raise_for_status()
            self.tokens = await response.json()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def _onboard(self) -> str | None:
        async with self._session.get(f"{self._url}/api/onboarding") as response:
            # Not found, once all is done.
            steps = await response.json() if response.status == 200 else []
        if all(step["done"] for step in steps if step["step"] == "user"):
            return None
        account = {
            "client_id": self._client_id,
            "name": "Demo",
            "username": USERNAME,
            "password": PASSWORD,
            "language": "en",
        }
        answer = await self._request("POST", "/api/onboarding/users", account)
        return str(answer["auth_code"])

    async def _log_in(self) -> str:
        flow = await self._request(
            "POST",
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        answer = await self._request(
            "POST",
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self._client_id, "username": USERNAME, "password": PASSWORD},
        )
        return str(answer["result"])

    async def get(self, path: str) -> Any:
        """Read from the REST API."""
        return await self._request("GET", path)

    async def post(self, path: str, payload: Mapping[str, Any]) -> Any:
        """Write to the REST API."""
        return await self._request("POST", path, payload)

    async def _request(
        self, method: str, path: str, payload: Mapping[str, Any] | None = None
    ) -> Any:
        headers = {}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        async with self._session.request(
            method, f"{self._url}{path}", json=payload, headers=headers
        ) as response:
            text = await response.text()
        if response.status >= 400:
            raise HomeAssistantError(f"{method} {path}: {response.status} {text}")
        return json.loads(text)

    async def command(self, type_: str, **arguments: Any) -> Any:
        """Send a command over the websocket and return its result.

        Raise `HomeAssistantError` if it is refused. Commands of concurrent tasks wait for
        each other, since only one of them may read the socket.
        """
        async with self._one_at_a_time:
            return await self._exchange(type_, arguments)

    async def _exchange(self, type_: str, arguments: Mapping[str, Any]) -> Any:
        socket = await self._open_socket()
        self._last_id += 1
        await socket.send_json({"id": self._last_id, "type": type_, **arguments})
        while True:
            message = await socket.receive_json()
            if message.get("id") != self._last_id or message["type"] != "result":
                continue
            if not message["success"]:
                raise HomeAssistantError(f"{type_}: {message['error']}")
            return message["result"]

    @asynccontextmanager
    async def listening(
        self, type_: str, **arguments: Any
    ) -> AsyncIterator[asyncio.Queue[Any]]:
        """Subscribe over a websocket of its own; yields a queue of what is heard."""
        heard: asyncio.Queue[Any] = asyncio.Queue()

        async def listen(own: aiohttp.ClientWebSocketResponse) -> None:
            while True:
                message = await own.receive_json()
                if message["type"] == "event":
                    heard.put_nowait(message["event"])

        async with await self._connect() as own:
            await own.send_json({"id": 1, "type": type_, **arguments})
            answer = await own.receive_json()
            if not answer["success"]:
                raise HomeAssistantError(f"{type_}: {answer['error']}")
            task = asyncio.create_task(listen(own))
            try:
                yield heard
            finally:
                task.cancel()

    async def _open_socket(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None or self._socket.closed:
            self._socket = await self._connect()
        return self._socket

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        own = await self._session.ws_connect(f"{self._url}/api/websocket")
        await own.receive_json()
        await own.send_json(
            {"type": "auth", "access_token": self.tokens["access_token"]}
        )
        await own.receive_json()
        return own

    async def action(self, name: str, **data: Any) -> None:
        """Perform an action, such as `switch.turn_on`."""
        domain, _, service = name.partition(".")
        await self.post(f"/api/services/{domain}/{service}", data)

    async def states(self) -> dict[str, str]:
        """Return the states of all entities."""
        states = await self.get("/api/states")
        return {state["entity_id"]: state["state"] for state in states}

    async def state(self, entity_id: str) -> str | None:
        """Return an entity's state; None where there is no such entity."""
        return (await self.states()).get(entity_id)

    async def attribute(self, entity_id: str, name: str) -> Any:
        """Return an attribute of an entity; None while it has none."""
        state = await self.get(f"/api/states/{entity_id}")
        return state["attributes"].get(name)

    async def wait_until_running(self) -> None:
        """Wait until Home Assistant has set up everything."""
        async with asyncio.timeout(START_TIMEOUT_S):
            while (await self.get("/api/config"))["state"] != "RUNNING":
                await asyncio.sleep(0.2)

    async def wait_for_state(
        self, entity_id: str, states: Sequence[str], timeout_s: float = 120.0
    ) -> str:
        """Wait until an entity has one of some states, and return it."""
        last = None
        try:
            async with asyncio.timeout(timeout_s):
                while (last := await self.state(entity_id)) not in states:
                    await asyncio.sleep(0.2)
        except TimeoutError as err:
            raise HomeAssistantError(
                f"{entity_id} is {last}, not {' or '.join(states)}"
            ) from err
        assert last is not None
        return last
