"""The price of energy from the grid, from any tariff integration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import math
from typing import override

from homeassistant.components.script.const import DOMAIN as SCRIPT
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State, callback, split_entity_id
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import CONF_PRICE_ENTITIES, CONF_PRICE_FEES, CONF_PRICE_VAT
from ..surplus.planning.outlook import Series, Span
from .followed import Followed
from .price_formats import attribute_factor, number_of, series_of

FLAT_FOR = timedelta(days=7)
"""The time for which a price is taken to hold if only the present one is known."""


@dataclass(frozen=True, slots=True)
class PriceSources:
    """The sources of prices, and additions to them: fees in currency/kWh first, then a tax in percent."""

    entity_ids: tuple[str, ...] = ()
    fees_per_kwh: float = 0.0
    vat_percent: float = 0.0

    @classmethod
    def of(cls, options: Mapping[str, object]) -> PriceSources:
        """Return the sources in the options of a config entry."""
        entity_ids = options.get(CONF_PRICE_ENTITIES)
        return cls(
            tuple(entity_ids) if isinstance(entity_ids, list) else (),
            number_of(options.get(CONF_PRICE_FEES)) or 0.0,
            number_of(options.get(CONF_PRICE_VAT)) or 0.0,
        )

    def charged(self, span: Span) -> Span:
        """Return a price including fees and tax."""
        price = (span.value + self.fees_per_kwh) * (1 + self.vat_percent / 100)
        return replace(span, value=price)


type Call = tuple[str, str, Mapping[str, object]]
"""The domain of an action, its name, and its data."""


@dataclass(frozen=True, slots=True)
class Question:
    """An action that returns prices, for integrations without an entity that shows them.

    `data` returns the data of each necessary call from the id of the config entry and the time.
    `factor` converts the response to currency/kWh.
    """

    action: str
    data: Callable[[str, datetime], Sequence[Mapping[str, object]]]
    factor: float = 1.0


def _two_days(now: datetime) -> tuple[str, str]:
    start = dt_util.start_of_local_day(now)
    return start.isoformat(), (start + timedelta(days=2)).isoformat()


def _by_date(entry_id: str, now: datetime) -> Sequence[Mapping[str, object]]:
    days = (now.date(), now.date() + timedelta(days=1))
    return [{"config_entry": entry_id, "date": day.isoformat()} for day in days]


def _with_tax(entry_id: str, now: datetime) -> Sequence[Mapping[str, object]]:
    start, end = _two_days(now)
    return [{"config_entry": entry_id, "incl_vat": True, "start": start, "end": end}]


def _for_two_days(_: str, now: datetime) -> Sequence[Mapping[str, object]]:
    start, end = _two_days(now)
    return [{"start": start, "end": end}]


def _general(entry_id: str, _: datetime) -> Sequence[Mapping[str, object]]:
    return [{"config_entry_id": entry_id, "channel_type": "general"}]


QUESTIONS: Mapping[str, Question] = {
    "nordpool": Question("get_prices_for_date", _by_date, factor=0.001),
    "tibber": Question("get_prices", _for_two_days),
    "energyzero": Question("get_energy_prices", _with_tax),
    "easyenergy": Question("get_energy_usage_prices", _with_tax),
    "amberelectric": Question("get_forecasts", _general),
}
"""The actions by the domain of the integration that an entity belongs to."""


class Prices(Followed[Series]):
    """The price series, kept up to date."""

    complaint = "There are no prices from %s: %s"

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without prices."""
        super().__init__(hass, entry, Series())
        self._sources = PriceSources()
        self._answers: dict[str, Series] = {}

    @callback
    def async_start(self, sources: PriceSources) -> None:
        """Follow the sources; call it again when the user has chosen others."""
        self._sources = sources
        self._answers = {}
        self.async_follow(sources.entity_ids)

    @callback
    @override
    def _async_read(self) -> None:
        spans = [
            self._sources.charged(span)
            for entity_id in self._entity_ids
            for span in self._of(entity_id).spans
        ]
        self._async_take(Series(spans))

    def _of(self, entity_id: str) -> Series:
        """Return the prices of an entity: those that it shows, else those of its action, else the present one."""
        state = self._hass.states.get(entity_id)
        if state is None:
            return self._answers.get(entity_id, Series())
        now = dt_util.now()
        series = series_of(
            state.attributes,
            now.date(),
            now.tzinfo or dt_util.UTC,
            attribute_factor(state.attributes),
        )
        series = series or self._answers.get(entity_id, Series()) or _flat(state, now)
        silent = state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        if not series and not silent and not self._calls(entity_id, now):
            self._complain(entity_id, "it shows none that can be read")
        return series

    @callback
    @override
    def _async_refresh(self) -> None:
        self._async_read()
        self._async_ask()

    @callback
    def _async_ask(self) -> None:
        """Call the actions of integrations that show no prices, and the scripts of the user."""
        now = dt_util.now()
        for entity_id in self._entity_ids:
            if calls := self._calls(entity_id, now):
                self._entry.async_create_background_task(
                    self._hass, self._ask(entity_id, calls), f"ocpp prices {entity_id}"
                )

    def _calls(self, entity_id: str, now: datetime) -> Sequence[Call]:
        """Return the calls for the prices of an entity; none if it can only show them."""
        domain, name = split_entity_id(entity_id)
        if domain == SCRIPT:
            return [(SCRIPT, name, {})]
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is None or entity.platform not in QUESTIONS:
            return ()
        question = QUESTIONS[entity.platform]
        return [
            (entity.platform, question.action, data)
            for data in question.data(entity.config_entry_id or "", now)
        ]

    async def _ask(self, entity_id: str, calls: Sequence[Call]) -> None:
        spans: list[Span] = []
        for domain, action, data in calls:
            try:
                answer = await self._hass.services.async_call(
                    domain, action, dict(data), blocking=True, return_response=True
                )
            except HomeAssistantError as err:
                self._complain(entity_id, str(err))
                return
            spans.extend(self._prices_in(entity_id, answer or {}).spans)
        if not spans:
            self._complain(entity_id, "its answer has none that can be read")
            return
        self._answers[entity_id] = Series(spans)
        self._async_read()

    def _prices_in(self, entity_id: str, answer: Mapping[str, object]) -> Series:
        """Return the prices in a response."""
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is None or entity.platform not in QUESTIONS:
            factor = attribute_factor(answer)
        else:
            factor = QUESTIONS[entity.platform].factor
            answer = _part(answer, self._names(entity))
        now = dt_util.now()
        return series_of(answer, now.date(), now.tzinfo or dt_util.UTC, factor)

    def _names(self, entity: er.RegistryEntry) -> Sequence[str]:
        """Return the names that a response may have for the place that an entity belongs to."""
        device = dr.async_get(self._hass).async_get(entity.device_id or "")
        area, _, _ = entity.unique_id.partition("-")
        return [area] if device is None else [area, device.name or area]


def _part(answer: Mapping[str, object], names: Sequence[str]) -> Mapping[str, object]:
    """Return the part of a response that is about a place, or all of it if it is about one place only."""
    if len(answer) == 1:
        (inner,) = answer.values()
        if isinstance(inner, Mapping):
            answer = inner
    named = {name: answer[name] for name in names if name in answer}
    return named or dict(list(answer.items())[:1])


def _flat(state: State, now: datetime) -> Series:
    """Return a series with the present price only, such as that of a plain number."""
    price = number_of(state.state)
    if price is None or not math.isfinite(price):
        return Series()
    start = dt_util.start_of_local_day(now)
    factor = attribute_factor(state.attributes)
    return Series(
        [Span(start.timestamp(), (start + FLAT_FOR).timestamp(), price * factor)]
    )
