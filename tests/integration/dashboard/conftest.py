"""Somebody who looks at the dashboard."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.ocpp.dashboard.feed import LOOK_EVERY
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

type View = dict[str, Any]


@dataclass
class Viewer:
    """A browser that is logged in, and what it was sent."""

    hass: HomeAssistant
    socket: MockHAClientWebSocket
    views: list[View] = field(default_factory=list)

    async def ask(self, type_: str, **data: Any) -> Any:
        """Send a command and return its result, or its error."""
        await self.socket.send_json_auto_id({"type": type_, **data})
        answer = await self._answer()
        return answer["result"] if answer["success"] else answer["error"]

    async def look(self) -> View:
        """Let the time pass in which the view is looked at once, and return the last one that was sent."""
        async_fire_time_changed(self.hass, dt_util.utcnow() + 2 * LOOK_EVERY)
        await self.ask("get_config")
        return self.views[-1]

    async def _answer(self) -> Any:
        while (message := await self.socket.receive_json())["type"] == "event":
            self.views.append(message["event"])
        return message


type Log = Callable[..., Awaitable[Viewer]]


@pytest.fixture
def log_in(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Log:
    """Logs somebody in; the owner, where no access token is given."""

    async def log_in(access_token: str | None = None) -> Viewer:
        tokens = [] if access_token is None else [access_token]
        return Viewer(hass, await hass_ws_client(hass, *tokens))

    return log_in


@pytest.fixture
async def viewer(log_in: Log) -> Viewer:
    """The owner."""
    return await log_in()
