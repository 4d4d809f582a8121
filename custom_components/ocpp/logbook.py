"""Sessions in the logbook: an entry when one starts, and one with its figures when it ends."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .automation.announcements import Kind
from .automation.session_events import ATTR_CHARGER, ATTR_KIND, EVENT_SESSION
from .const import DOMAIN

type Entry = dict[str, str]


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], Entry]], None],
) -> None:
    """Describe the sessions of all chargers."""

    @callback
    def describe(event: Event) -> Entry:
        return {
            LOGBOOK_ENTRY_NAME: event.data[ATTR_CHARGER],
            LOGBOOK_ENTRY_MESSAGE: _message(hass, event.data),
        }

    async_describe_event(DOMAIN, EVENT_SESSION, describe)


def _message(hass: HomeAssistant, session: Mapping[str, Any]) -> str:
    if session[ATTR_KIND] == Kind.SESSION_STARTED:
        return _text(hass, "started")
    return ", ".join(_figures(hass, session))


def _figures(hass: HomeAssistant, session: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is known of a session that has ended."""
    energy_kwh, solar_kwh = session["energy_kwh"], session["solar_kwh"]
    if energy_kwh is None:
        yield _text(hass, "ended")
    else:
        yield _text(hass, "charged", energy=f"{energy_kwh:.1f} kWh")
        if energy_kwh and solar_kwh is not None:
            percent = round(100 * solar_kwh / energy_kwh)
            yield _text(hass, "from_sun", percent=f"{min(percent, 100)} %")
    currency = hass.config.currency
    if session["cost"] is not None:
        yield f"{session['cost']:.2f} {currency}"
    if session["savings"]:
        yield _text(hass, "saved", amount=f"{session['savings']:.2f} {currency}")
    if session["vehicle"] is not None:
        yield session["vehicle"]


def _text(hass: HomeAssistant, key: str, **values: str) -> str:
    texts = async_get_cached_translations(
        hass, hass.config.language, "selector", DOMAIN
    )
    return texts[f"component.{DOMAIN}.selector.logbook.options.{key}"].format(**values)
