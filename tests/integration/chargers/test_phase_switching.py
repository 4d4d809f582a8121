"""Phases are switched by an entity of the user's, and never under load."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.chargers import phase_switching
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from tests.integration.actions import ask
from tests.integration.conftest import charger_subentry, state
from tests.integration.flows.steps import open_part
from tests.integration.world import World, world

__all__ = ["world"]

SWITCH = {
    "switch_entity": "switch.phases",
    "one_phase_state": "off",
    "three_phases_state": "on",
    "switch_pause": 0.1,
}
SELECT = {
    "switch_entity": "select.phases",
    "one_phase_state": "Single",
    "three_phases_state": "Three",
    "switch_pause": 0.1,
}
ONE_PHASE_W = 2500.0
THREE_PHASES_W = 9000.0


@pytest.fixture
def phase_switch() -> dict[str, Any]:
    """The settings of the phase switch."""
    return SWITCH


@pytest.fixture
def chargers(phase_switch: dict[str, Any]) -> list[ConfigSubentryData]:
    """A charger behind a phase_switching."""
    return [charger_subentry("CP1", "Charger", phase_switch=phase_switch)]


@dataclass
class Relay:
    """The contactor: what flowed whenever it was switched. A `stuck` one takes what it is told, and does nothing."""

    world: World
    phase_switch: dict[str, Any]
    stuck: bool = False
    loads_a: list[float] = field(default_factory=list)

    @property
    def phases(self) -> int:
        """On how many phases the car can draw."""
        shown = state(self.world.hass, self.phase_switch["switch_entity"])
        return 1 if shown == self.phase_switch["one_phase_state"] else 3

    def register(self) -> None:
        """Take over the switching."""
        domain = self.phase_switch["switch_entity"].partition(".")[0]
        services = self.world.hass.services
        for action in ("turn_on", "turn_off", "select_option"):
            services.async_register(domain, action, self._switch)
        self._show(self.phase_switch["three_phases_state"])

    async def _switch(self, call: ServiceCall) -> None:
        car = self.world.charger.connectors[1].car
        assert car is not None
        self.loads_a.append(car.current_a)
        if not self.stuck:
            self._show(call.data.get("option", call.service.removeprefix("turn_")))
            car.phases = self.phases

    def _show(self, shown: str) -> None:
        self.world.hass.states.async_set(self.phase_switch["switch_entity"], shown)


@pytest.fixture
def relay(world: World, phase_switch: dict[str, Any]) -> Relay:
    """The contactor, on three phases."""
    relay = Relay(world, phase_switch)
    relay.register()
    return relay


def _issues(hass: HomeAssistant) -> set[str]:
    return {
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "ocpp"
    }


@pytest.mark.parametrize("phase_switch", [SWITCH, SELECT], ids=["switch", "select"])
async def test_little_sun_is_used_on_one_phase_and_much_on_three(
    world: World, relay: Relay
) -> None:
    await world.pass_time(400, ONE_PHASE_W)
    assert relay.phases == 1
    assert 1300 < world.car_w < 2700
    await world.pass_time(900, THREE_PHASES_W)
    assert relay.phases == 3
    assert 8000 < world.car_w < 9300
    # Nothing flowed when it was switched.
    assert relay.loads_a
    assert max(relay.loads_a) == 0
    assert _issues(world.hass) == set()


async def test_it_is_not_switched_while_it_is_not_known_that_nothing_flows(
    world: World, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phase_switching, "UNLOAD_S", 0.5)
    await world.pass_time(900, THREE_PHASES_W)
    assert world.car_w > 8_000
    world.charger.ignore_profile = lambda _: True
    # Else the session would be stopped, since it cannot be paused.
    world.charger.statuses["RemoteStopTransaction"] = "Rejected"
    relay.loads_a.clear()
    issues = set[str]()
    for _ in range(40):
        await world.pass_time(10, ONE_PHASE_W)
        issues |= _issues(world.hass)
    assert relay.loads_a == []
    assert relay.phases == 3
    assert "phase_switch_loaded" in issues


async def test_one_that_does_not_switch_is_told_of_and_the_car_charges_on(
    world: World, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phase_switching, "ANSWER_S", 0.2)
    relay.stuck = True
    await world.pass_time(300, ONE_PHASE_W)
    assert len(relay.loads_a) == 1
    assert _issues(world.hass) == {"phase_switch_silent"}
    await world.select("fast")
    await world.pass_time(60, ONE_PHASE_W)
    assert world.car_w > 10_000


async def test_one_that_is_not_there_is_left_alone(world: World, relay: Relay) -> None:
    world.hass.states.async_set("switch.phases", "unavailable")
    await world.pass_time(300, ONE_PHASE_W)
    assert relay.loads_a == []
    assert _issues(world.hass) == {"phase_switch_silent"}


@pytest.mark.parametrize(
    ("told", "phases", "error"),
    [
        ({"switch_entity": "switch.phases"}, "1", "needs_three_phases"),
        (
            {"switch_entity": "switch.phases", "one_phase_state": "on"},
            "3",
            "same_state",
        ),
        (
            {"switch_entity": "switch.phases", "one_phase_state": "single"},
            "3",
            "on_or_off",
        ),
        ({"switch_entity": "switch.phases"}, "3", None),
        ({**SELECT, "switch_pause": 20}, "3", None),
    ],
)
async def test_what_cannot_work_is_refused(
    hass: HomeAssistant,
    running: MockConfigEntry,
    told: dict[str, Any],
    phases: str,
    error: str | None,
) -> None:
    (subentry,) = running.subentries.values()
    hass.config_entries.async_update_subentry(
        running, subentry, data={**subentry.data, "phases": int(phases)}
    )
    flow = await open_part(hass, running, subentry.subentry_id, "phase_switch")
    result = await hass.config_entries.subentries.async_configure(flow["flow_id"], told)
    if error is None:
        assert result["type"] == "abort"
        assert result["reason"] == "reconfigure_successful"
    else:
        assert result["errors"] == {"base": error}


async def _choose(hass: HomeAssistant, option: str) -> None:
    data = {"entity_id": "select.charger_phases", "option": option}
    await hass.services.async_call("select", "select_option", data, blocking=True)


async def test_the_owner_chooses_the_phases_and_lets_the_sun_choose_again(
    world: World, relay: Relay
) -> None:
    assert state(world.hass, "select.charger_phases") == "automatic"
    await world.pass_time(200, THREE_PHASES_W)
    assert world.car_w > 8000
    await _choose(world.hass, "one")
    await world.pass_time(200, THREE_PHASES_W)
    assert relay.phases == 1
    assert 3000 < world.car_w < 3800
    await world.select("fast")
    await world.pass_time(60, THREE_PHASES_W)
    assert relay.phases == 1
    await _choose(world.hass, "automatic")
    await world.pass_time(200, THREE_PHASES_W)
    assert relay.phases == 3
    assert world.car_w > 8000
    assert max(relay.loads_a) == 0


async def test_on_three_phases_the_car_waits_for_their_power(
    world: World, relay: Relay
) -> None:
    await _choose(world.hass, "three")
    await world.pass_time(600, ONE_PHASE_W)
    assert relay.phases == 3
    assert world.car_w == 0
    await world.pass_time(300, THREE_PHASES_W)
    assert world.car_w > 8000


async def test_watts_are_those_of_the_chosen_phase(world: World, relay: Relay) -> None:
    await _choose(world.hass, "one")
    answer = await ask(world.hass, "set_charge_rate", limit_watts=2300)
    assert answer["limits"][0]["limit_amps"] == 10
    await _choose(world.hass, "automatic")
    answer = await ask(world.hass, "set_charge_rate", limit_watts=6900)
    assert answer["limits"][0]["limit_amps"] == 10


async def test_phases_are_chosen_without_a_controller_too(
    world: World, relay: Relay
) -> None:
    await world.select("manual")
    await _choose(world.hass, "one")
    await world.pass_time(100, 0)
    assert relay.phases == 1
    assert 3000 < world.car_w < 3800


async def test_the_chosen_phases_are_known_after_a_restart(
    world: World, relay: Relay, running: MockConfigEntry
) -> None:
    await _choose(world.hass, "one")
    assert await world.hass.config_entries.async_reload(running.entry_id)
    assert state(world.hass, "select.charger_phases") == "one"
