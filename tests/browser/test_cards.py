"""Clicks and keys on the dashboard, and their effects at the charger."""

import asyncio
from datetime import datetime, timedelta
import json
from pathlib import Path

from playwright.async_api import expect
import pytest

from tests.simulator.demo import TARIFF, TIME_ZONE
from tests.waiting import until

from .conftest import CARDS, Screen

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=60_000)

TRANSLATIONS = (
    Path(__file__).resolve().parents[2] / "custom_components/ocpp/translations"
)
UPDATES = 1_000
MOST_NODES_LEFT = 300
MOST_LISTENERS_LEFT = 60
MOST_BYTES_LEFT = 4_000_000


async def test_a_click_changes_the_limit_on_the_wire(screen: Screen) -> None:
    await screen.open()
    assert screen.charger.offered_a() == 0
    await screen.mode("fast").click()
    await until(lambda: screen.charger.offered_a() == 16)
    await expect(screen.mode("fast")).to_have_attribute("aria-pressed", "true")
    await expect(screen.card("charger")).to_contain_text("Charging as fast as possible")
    await screen.mode("off").click()
    await until(lambda: screen.charger.offered_a() == 0)


async def test_the_keyboard_does_as_well(screen: Screen) -> None:
    await screen.open()
    await screen.mode("off").focus()
    for _ in range(8):
        await screen.page.keyboard.press("Tab")
        if await screen.mode("fast").evaluate("(it) => it.matches(':focus-visible')"):
            break
    await screen.page.keyboard.press("Enter")
    await until(lambda: screen.charger.offered_a() == 16)
    maximum = screen.card("charger").get_by_label("Maximum current")
    await maximum.focus()
    await screen.page.keyboard.press("ArrowLeft")
    await until(lambda: screen.charger.offered_a() == 15)
    await screen.page.keyboard.press("ArrowRight")
    await until(lambda: screen.charger.offered_a() == 16)
    await screen.mode("off").press("Space")
    await until(lambda: screen.charger.offered_a() == 0)


async def test_a_session_is_stopped_and_started(screen: Screen) -> None:
    await screen.open()
    control = screen.card("charger").locator(".control")
    await control.get_by_text("Stop charging").click()
    await until(lambda: screen.charger.connectors[1].transaction_id is None)
    await control.get_by_text("Start charging").click()
    await until(lambda: screen.charger.connectors[1].transaction_id is not None)


async def test_a_departure_is_chosen_and_removed(screen: Screen) -> None:
    await screen.open()
    await screen.mode("eco_plus").click()
    plan = screen.card("plan")
    departure = datetime.now(TIME_ZONE) + timedelta(hours=10)
    await plan.get_by_label("Departure", exact=True).fill(f"{departure:%Y-%m-%dT%H:%M}")
    await plan.get_by_label("Energy").fill("7.5")
    await plan.get_by_label("Energy").press("Enter")
    await expect(plan).to_contain_text("Ready at")
    await expect(plan).to_contain_text("7.50 kWh")
    told = await screen.demo.api.state("datetime.charger_departure")
    assert told is not None
    assert abs(datetime.fromisoformat(told) - departure) < timedelta(minutes=1)
    await plan.get_by_label("Remove the departure").click()
    await expect(plan.get_by_label("Departure", exact=True)).to_have_value("")
    await screen.mode("off").click()


async def test_a_carbon_intensity_is_told_in_grams(screen: Screen) -> None:
    await screen.open()
    plan, api = screen.card("plan"), screen.demo.api
    await expect(plan.locator(".readout")).to_contain_text("€")
    (entry,) = await api.command("config_entries/get", domain="ocpp")
    begin = datetime.now(TIME_ZONE).replace(minute=0, second=0, microsecond=0)
    hours = (begin + timedelta(hours=number) for number in range(-1, 24))
    rows = [{"start": hour.isoformat(), "co2_intensity": 312} for hour in hours]
    shown = {"unit_of_measurement": "gCO2eq/kWh", "forecast": rows}
    await api.post(
        "/api/states/sensor.co2_intensity", {"state": "312", "attributes": shown}
    )
    clean = TARIFF | {"price_entities": ["sensor.co2_intensity"]}
    await screen.demo.choose_options(entry["entry_id"], "tariff", clean)
    await expect(plan.locator(".readout")).to_contain_text("312 g CO₂/kWh")
    await screen.demo.choose_options(entry["entry_id"], "tariff", TARIFF)
    await expect(plan.locator(".readout")).to_contain_text("€")


async def test_sessions_are_downloaded_as_a_table(screen: Screen) -> None:
    await screen.open()
    async with screen.page.expect_download() as download:
        await screen.card("sessions").get_by_label("Download as CSV").click()
    table = (await (await download.value).path()).read_text()
    assert table.startswith("charger,charger_id,connector")


async def test_the_flow_of_power_is_told_in_words(screen: Screen) -> None:
    await screen.open()
    river = screen.card("site").locator("svg.river")
    label = await river.get_attribute("aria-label")
    assert label is not None
    assert "gives" in label
    assert "House" in label


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(screen: Screen, scheme: str) -> None:
    await screen.open(scheme)
    found = {name: await screen.axe(name) for name in CARDS}
    assert found == {name: [] for name in CARDS}


@pytest.mark.parametrize("width", [390, 800, 1280])
async def test_nothing_is_wider_than_its_card(screen: Screen, width: int) -> None:
    await screen.open(width=width)
    for name in CARDS:
        overflow = await screen.card(name).evaluate(
            "(card) => { const it = card.shadowRoot.querySelector('ha-card');"
            " return it.scrollWidth - it.clientWidth; }"
        )
        assert overflow <= 0, name


@pytest.mark.parametrize("mode", ["off", "manual"])
@pytest.mark.parametrize("width", [360, 390, 800])
async def test_no_word_of_a_mode_is_broken(
    screen: Screen, width: int, mode: str
) -> None:
    # Manual has a button only while it is chosen, and then there are six.
    await screen.choose(mode)
    await screen.open(width=width)
    await screen.mode(mode).wait_for()
    broken = {
        file.stem: await screen.card("charger").evaluate(_BROKEN_WORDS, _modes(file))
        for file in TRANSLATIONS.glob("*.json")
    }
    await screen.choose("off")
    assert {code: words for code, words in broken.items() if words} == {}


_BROKEN_WORDS = """(card, names) => {
  const row = card.shadowRoot.querySelector(".modes");
  row.querySelectorAll("button").forEach((it) => (it.style.fontWeight = "500"));
  return [...row.querySelectorAll("button")].flatMap((button) => {
    const name = names[button.dataset.mode];
    const text = document.createTextNode(name);
    const label = button.querySelector("span");
    const shown = [...label.childNodes];
    label.replaceChildren(text);
    const broken = [...name.matchAll(/\\S+/g)].filter((word) => {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      return range.getClientRects().length > 1;
    });
    label.replaceChildren(...shown);
    return broken.map(([word]) => word);
  });
}"""


def _modes(file: Path) -> dict[str, str]:
    """Return the names of the charging modes in the language of a file."""
    texts = json.loads(file.read_text())
    names: dict[str, str] = texts["entity"]["select"]["charging_mode"]["state"]
    return names


async def test_many_updates_leave_nothing_behind(screen: Screen) -> None:
    await screen.open()
    await _update(screen, 50)
    before = await _measured(screen)
    await _update(screen, UPDATES)
    after = await _measured(screen)
    left = {key: after[key] - before[key] for key in before}
    assert left["Nodes"] < MOST_NODES_LEFT, left
    assert left["JSEventListeners"] < MOST_LISTENERS_LEFT, left
    assert left["JSHeapUsedSize"] < MOST_BYTES_LEFT, left


async def _update(screen: Screen, times: int) -> None:
    """Have all cards take other states, and come and go every tenth time."""
    await screen.page.evaluate(
        """async ([names, times]) => {
          const find = (name, root = document) => {
            const found = root.querySelector(name);
            if (found) return found;
            for (const each of root.querySelectorAll("*")) {
              const deeper = each.shadowRoot && find(name, each.shadowRoot);
              if (deeper) return deeper;
            }
          };
          const cards = names.map((name) => find(`ocpp-${name}-card`));
          for (let time = 0; time < times; time++) {
            for (const card of cards) {
              const states = { ...card.hass.states };
              for (const id of Object.keys(states).filter((id) => id.includes("charger_"))) {
                states[id] = { ...states[id] };
              }
              card.hass = { ...card.hass, states };
              if (time % 10 === 0) {
                const place = card.parentNode;
                card.remove();
                place.append(card);
              }
              await card.updateComplete;
            }
          }
        }""",
        [list(CARDS), times],
    )


async def _measured(screen: Screen) -> dict[str, float]:
    session = await screen.page.context.new_cdp_session(screen.page)
    await session.send("Performance.enable")
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
        await asyncio.sleep(0.2)
    told = await session.send("Performance.getMetrics")
    await session.detach()
    metrics = {each["name"]: float(each["value"]) for each in told["metrics"]}
    wanted = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
    return {name: metrics[name] for name in wanted}


async def test_cards_go_on_after_the_connection_was_lost(screen: Screen) -> None:
    await screen.open()
    await screen.card("charger").evaluate(
        "(card) => card.hass.connection.reconnect(true)"
    )
    await screen.choose("manual")
    reason = screen.card("charger").locator(".reason")
    await expect(reason).to_contain_text("Controlled by automations")
    await screen.choose("off")
    await expect(reason).to_contain_text("Charging is off")


async def test_cards_are_offered_with_previews_and_editors(screen: Screen) -> None:
    await screen.open()
    offered = await screen.card("charger").evaluate(
        """async (card) => {
          const offer = async ({ type, preview, name, getEntitySuggestion }) => {
            const element = customElements.get(type);
            const editor = element.getConfigElement();
            editor.setConfig({ type: `custom:${type}`, ...element.getStubConfig(card.hass) });
            editor.hass = card.hass;
            card.after(editor);
            await editor.updateComplete;
            const form = editor.shadowRoot.querySelector("ha-form");
            const labels = form.schema.map((field) => form.computeLabel(field));
            editor.remove();
            const suggested = ["select.charger_charging_mode", "sensor.ocpp_solar_surplus", "sun.sun"]
              .filter((id) => getEntitySuggestion(card.hass, id));
            return [type, { preview, name, labels, suggested }];
          };
          const ours = window.customCards.filter(({ type }) => type.startsWith("ocpp-"));
          return Object.fromEntries(await Promise.all(ours.map(offer)));
        }"""
    )
    assert offered.keys() == {f"ocpp-{name}-card" for name in CARDS}
    assert all(each["preview"] for each in offered.values())
    mode, surplus = "select.charger_charging_mode", "sensor.ocpp_solar_surplus"
    assert offered["ocpp-charger-card"] == {
        "preview": True,
        "name": "OCPP charger",
        "labels": [
            "Charger (its charging mode)",
            "Name",
            "Show the session",
            "Show the maximum current",
            "Show departure and energy",
        ],
        "suggested": [mode],
    }
    assert offered["ocpp-plan-card"]["suggested"] == [mode]
    assert offered["ocpp-site-card"]["suggested"] == [surplus]
    strategies = await screen.page.evaluate("window.customStrategies")
    assert [each["type"] for each in strategies] == ["ocpp"]
