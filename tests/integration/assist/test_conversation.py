"""Questions and commands to Home Assistant's own agent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.ocpp.assist.language import language, languages
from homeassistant.components import conversation
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    connected,
    state,
    vehicle_subentry,
)
from tests.integration.planning.test_planner import NIGHT, Evening, evening
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

__all__ = ["evening"]

MODE = "select.charger_charging_mode"


@pytest.fixture(autouse=True)
async def _assist(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    for component in ("homeassistant", "intent", "conversation"):
        assert await async_setup_component(hass, component, {})


async def ask(
    hass: HomeAssistant, text: str, context: Context | None = None, **more: Any
) -> str:
    """Say something, and return what is answered."""
    # The names may be new.
    await hass.async_block_till_done()
    result = await conversation.async_converse(
        hass, text, None, context or Context(), **more
    )
    answer: str = result.response.speech["plain"]["speech"]
    return answer


class TestOneCharger:
    """Nobody has to name the only charger."""

    async def test_without_a_car(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.report_status()
        await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "off")
        said = "No car is plugged in at Charger."
        assert await ask(hass, "when is the car full?") == said
        assert await ask(hass, "Charge now!") == said

    async def test_while_it_is_away(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        assert await ask(hass, "charge now") == "Charger is not connected."

    async def test_charge_now(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in()
        said = await ask(hass, "charge the car now")
        assert said == "The car at Charger is going to be charged as fast as possible."
        assert state(hass, MODE) == "fast"
        await until(lambda: charger.connectors[1].transaction_id is not None)
        await until(lambda: charger.offered_a() == 16)
        charger.advance(60)
        await charger.meter()
        await until(lambda: float(state(hass, "sensor.charger_power")) > 10_000)
        said = await ask(hass, "when will my car be full")
        assert said.startswith(
            "The car at Charger is charging with 10.8 kW and has 0.2"
        )

    async def test_a_plan(self, hass: HomeAssistant, evening: Evening) -> None:
        await evening.wish(8.0, NIGHT + timedelta(hours=6))
        await evening.minute()
        end = datetime.fromisoformat(state(hass, "sensor.charger_planned_start"))
        said = await ask(hass, "When is the car full?")
        assert said.startswith("The car at Charger will be ready")
        assert end.isoformat()[:10] <= (NIGHT + timedelta(hours=6)).isoformat()
        await evening.call("number", "set_value", "energy_wanted", value=90)
        await evening.settled()
        said = await ask(hass, "when is it full")
        assert "too late for its departure" in said
        assert "kWh will be missing" in said

    async def test_a_reason(self, hass: HomeAssistant, evening: Evening) -> None:
        await evening.call("select", "select_option", "charging_mode", option="pv_only")
        await evening.minute()
        said = await ask(hass, "when is the car full")
        assert said == "The car at Charger is not charging: waiting for the sun."

    async def test_what_is_not_known_is_not_promised(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in()
        before = state(hass, MODE)
        said = await ask(hass, "charge the car to 80% by seven")
        assert said.startswith("The state of charge or the battery capacity")
        assert await ask(hass, "charge to 180 % by 7") == (
            "Please say a state of charge from 1 to 100 percent."
        )
        assert await ask(hass, "charge to 80 % by Christmas") == (
            "Please say the time like 7:30."
        )
        assert state(hass, MODE) == before

    async def test_only_who_may_control_it(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        user = MockUser(groups=[]).add_to_hass(hass)
        await charger.plug_in()
        before = state(hass, MODE)
        said = await ask(hass, "charge now", Context(user_id=user.id))
        assert said == "You may not control Charger."
        assert state(hass, MODE) == before

    async def test_by_name_after_a_restart(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        await hass.config_entries.async_unload(running.entry_id)
        said = await ask(hass, "charge now")
        assert said == "There is no charger."
        assert "is not connected" not in await ask(hass, "charge Charger now")
        assert await hass.config_entries.async_setup(running.entry_id)
        assert await ask(hass, "charge Charger now") == "Charger is not connected."

    async def test_others_are_left_to_others(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        assert "Charger" not in await ask(hass, "when is the dishwasher full")


class TestVehicle:
    """A vehicle is named, and its battery known."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger and its vehicle."""
        return [
            charger_subentry("CP1", "Charger"),
            vehicle_subentry(
                "zoe",
                "Zoé",
                soc_entity="sensor.zoe",
                battery_capacity=50,
                usual_chargers=["CP1"],
            ),
        ]

    @pytest.mark.parametrize(
        ("text", "percent", "clock"),
        [
            ("charge Zoé to 80 % by seven", 80, "07:00"),
            ("Charge the car until eighty percent by half past seven.", 80, "07:30"),
            ("charge to 100% by 6:15 am", 100, "06:15"),
        ],
    )
    async def test_a_state_of_charge_by_a_time(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        text: str,
        percent: int,
        clock: str,
    ) -> None:
        hass.states.async_set("sensor.zoe", "40", {"unit_of_measurement": "%"})
        await charger.plug_in()
        await until(lambda: state(hass, "select.charger_vehicle") == "Zoé")
        said = await ask(hass, text)
        assert said.startswith(f"Zoé is going to be charged to {percent} % ")
        assert said.endswith(f"at {clock}.")
        assert float(state(hass, "number.charger_charge_target")) == percent
        departure = datetime.fromisoformat(state(hass, "datetime.charger_departure"))
        assert departure.astimezone(None) > datetime.now().astimezone()
        assert state(hass, MODE) == "eco_plus"


class TestSeveral:
    """Several chargers have to be told apart."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two chargers."""
        return [
            charger_subentry("CP1", "Charger"),
            charger_subentry("CP2", "Wallbox (left)"),
        ]

    async def test_by_name_by_area_and_by_the_car(
        self, hass: HomeAssistant, charger: SimulatedCharger, connect: Connect
    ) -> None:
        async with connected(hass, connect, "CP2") as other:
            for each in (charger, other):
                await each.plug_in()
            plugs = ("charger_plugged_in", "wallbox_left_plugged_in")
            await until(
                lambda: all(state(hass, f"binary_sensor.{p}") == "on" for p in plugs)
            )
            which = "There are several chargers. Please say which one: Charger, "
            assert await ask(hass, "charge now") == which + "Wallbox (left)."
            assert (await ask(hass, "charge the Wallbox left now")).startswith(
                "The car at Wallbox (left) is going"
            )
            assert state(hass, "select.wallbox_left_charging_mode") == "fast"
            assert state(hass, MODE) != "fast"

            area = ar.async_get(hass).async_create("Barn")
            devices = dr.async_get(hass)
            hub = hass.config_entries.async_entries("ocpp")[0].runtime_data
            devices.async_update_device(hub.chargers["CP1"].device_id, area_id=area.id)
            await hass.async_block_till_done()
            said = await ask(hass, "charge the car in the barn now")
            assert said.startswith("The car at Charger is going")

            await other.unplug()
            await until(
                lambda: state(hass, "binary_sensor.wallbox_left_plugged_in") == "off"
            )
            assert (await ask(hass, "charge now")).startswith("The car at Charger")

    async def test_by_the_room_of_the_speaker(
        self, hass: HomeAssistant, charger: SimulatedCharger, connect: Connect
    ) -> None:
        satellite = MockConfigEntry(domain="satellite")
        satellite.add_to_hass(hass)
        devices, areas = dr.async_get(hass), ar.async_get(hass)
        speaker = devices.async_get_or_create(
            config_entry_id=satellite.entry_id, identifiers={("satellite", "1")}
        )
        async with connected(hass, connect, "CP2") as other:
            for each in (charger, other):
                await each.plug_in()
            plugs = ("charger_plugged_in", "wallbox_left_plugged_in")
            await until(
                lambda: all(state(hass, f"binary_sensor.{p}") == "on" for p in plugs)
            )
            said = await ask(hass, "charge now", device_id=speaker.id)
            assert said.startswith("There are several chargers.")
            barn = areas.async_create("Barn").id
            hub = hass.config_entries.async_entries("ocpp")[0].runtime_data
            for device_id in (hub.chargers["CP2"].device_id, speaker.id):
                devices.async_update_device(device_id, area_id=barn)
            said = await ask(hass, "charge now", device_id=speaker.id)
            assert said.startswith("The car at Wallbox (left) is going")


@pytest.mark.parametrize("code", languages())
def test_each_language_says_everything(code: str) -> None:
    english, spoken = language("en"), language(code)
    assert spoken.sentences.keys() == english.sentences.keys()
    for intent_type, forms in spoken.sentences.items():
        assert forms.keys() == english.sentences[intent_type].keys()
        assert forms["car"], intent_type
        assert all("{car}" in template for template in forms["car"])
        assert not any("{car}" in template for template in forms["alone"])
    assert spoken.answers.keys() == english.answers.keys()
    for key, text in english.answers.items():
        assert _figures(spoken.answers[key]) == _figures(text), key


@pytest.fixture
def spoken(hass: HomeAssistant, request: pytest.FixtureRequest) -> str:
    """The language that is spoken in the house."""
    hass.config.language = request.param
    return hass.config.language


@pytest.mark.parametrize(
    ("spoken", "question", "command", "goal"),
    [
        (
            "cs",
            "Kdy bude auto nabité?",
            "Nabij auto teď",
            "Nabij auto na 80 procent do sedmi",
        ),
        (
            "da",
            "Hvornår er bilen ladet op?",
            "Oplad bilen nu",
            "Oplad bilen til 80 procent inden syv",
        ),
        (
            "de",
            "Wann ist das Auto voll?",
            "Lade das Auto jetzt",
            "Lade das Auto bis halb acht auf 80 Prozent",
        ),
        (
            "en",
            "When is the car full?",
            "Charge the car now",
            "Charge the car to 80 % by seven",
        ),
        (
            "es",
            "¿Cuándo estará cargado el coche?",
            "Carga el coche ahora",
            "Carga el coche hasta el 80 por ciento para las siete",
        ),
        (
            "fi",
            "Milloin auto on ladattu?",
            "Lataa auto nyt",
            "Lataa auto 80 prosenttiin kello seitsemän mennessä",
        ),
        (
            "fr",
            "Quand la voiture sera-t-elle chargée ?",
            "Charge la voiture maintenant",
            "Charge la voiture à 80 % pour sept heures",
        ),
        (
            "it",
            "Quando sarà carica l'auto?",
            "Carica subito l'auto",
            "Carica l'auto all'80 percento entro le sette",
        ),
        (
            "nb",
            "Når er bilen ferdig ladet?",
            "Lad bilen nå",
            "Lad bilen til 80 prosent innen halv åtte",
        ),
        (
            "nl",
            "Wanneer is de auto opgeladen?",
            "Laad de auto nu op",
            "Laad de auto op tot 80 procent voor half acht",
        ),
        (
            "pl",
            "Kiedy samochód będzie naładowany?",
            "Ładuj samochód teraz",
            "Naładuj samochód do 80 procent do wpół do ósmej",
        ),
        (
            "pt",
            "Quando está carregado o carro?",
            "Carrega o carro agora",
            "Carrega o carro até 80 por cento até às sete",
        ),
        (
            "sv",
            "När är bilen laddad?",
            "Ladda bilen nu",
            "Ladda bilen till 80 procent innan sju",
        ),
    ],
    indirect=["spoken"],
)
async def test_every_language_is_understood(
    hass: HomeAssistant,
    spoken: str,
    running: MockConfigEntry,
    question: str,
    command: str,
    goal: str,
    charger: SimulatedCharger,
) -> None:
    answers = language(spoken)
    await charger.report_status()
    wallbox = running.runtime_data.chargers["CP1"]
    await until(lambda: wallbox.evse(1).plugged_in is False)
    nobody = answers.say("no_car", place="Charger")
    for said in (question, command):
        assert await ask(hass, said, language=spoken) == nobody
    # A car of which nothing is known needs no time that could not be read.
    await charger.plug_in()
    await until(lambda: wallbox.evse(1).plugged_in)
    unknown = answers.say("goal_unknown", place="Charger")
    assert await ask(hass, goal, language=spoken) == unknown


def test_every_language_has_a_question() -> None:
    assert languages() == [
        "cs",
        "da",
        "de",
        "en",
        "es",
        "fi",
        "fr",
        "it",
        "nb",
        "nl",
        "pl",
        "pt",
        "sv",
    ]


def _figures(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


def test_who_speaks_something_else_is_answered_in_english() -> None:
    assert language("tlh") is language("en")
    assert language("en-GB") is language("en")
