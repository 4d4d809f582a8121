"""The price of energy from the grid, from any tariff integration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import override

from homeassistant.components.script.const import DOMAIN as SCRIPT
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State, callback, split_entity_id
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_FEED_IN_ENTITIES,
    CONF_OTHER_PRICE,
    CONF_PRICE_ENTITIES,
    CONF_PRICE_FEES,
    CONF_PRICE_FIXED,
    CONF_PRICE_PERIODS,
    CONF_PRICE_UNIT,
    CONF_PRICE_VAT,
)
from ..issues import Issues
from ..repairs.prices import price_issue
from ..surplus.planning.outlook import Series, Span
from .carbon_intensity import tells_intensity
from .followed import Followed
from .knowledge import Knowledge, merged
from .price_changes import PriceChanges
from .price_entities import Reader
from .reading.numbers import number_of
from .reading.words import SELLING
from .time_of_use import TimeOfUse, scheduled

_SCHEDULE = "schedule"
_GET_SCHEDULE = "get_schedule"
"""The action that returns a schedule; the constant of its name has been called differently."""
UNITS: Mapping[str, float] = {
    "currency_kwh": 1.0,
    "hundredths_kwh": 0.01,
    "currency_mwh": 0.001,
}
"""The units that the owner may choose, with the factor to currency/kWh."""


@dataclass(frozen=True, slots=True)
class PriceSources:
    """The sources of prices, and additions to them: fees in currency/kWh first, then a tax in percent.

    `reader` reads the sources; `time_of_use` has the prices that hold where they tell none.
    """

    entity_ids: tuple[str, ...] = ()
    fees_per_kwh: float = 0.0
    vat_percent: float = 0.0
    reader: Reader = field(default_factory=Reader)
    time_of_use: TimeOfUse = field(default_factory=TimeOfUse)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> PriceSources:
        """Return the sources in the options of a config entry."""
        entity_ids = options.get(CONF_PRICE_ENTITIES)
        return cls(
            tuple(entity_ids) if isinstance(entity_ids, list) else (),
            number_of(options.get(CONF_PRICE_FEES)) or 0.0,
            number_of(options.get(CONF_PRICE_VAT)) or 0.0,
            Reader(
                untold_factor=UNITS.get(str(options.get(CONF_PRICE_UNIT))),
                is_fixed=options.get(CONF_PRICE_FIXED) is True,
            ),
            TimeOfUse.of(
                options.get(CONF_PRICE_PERIODS), options.get(CONF_OTHER_PRICE)
            ),
        )

    @property
    def are_set_up(self) -> bool:
        """True if anything is set up to tell prices."""
        return bool(self.entity_ids) or self.time_of_use != TimeOfUse()

    @classmethod
    def of_feed_in(cls, options: Mapping[str, object]) -> PriceSources:
        """Return the sources of what is paid for energy that is fed in."""
        entity_ids = options.get(CONF_FEED_IN_ENTITIES)
        factor = UNITS.get(str(options.get(CONF_PRICE_UNIT)))
        return cls(
            tuple(entity_ids) if isinstance(entity_ids, list) else (),
            reader=Reader(SELLING, factor),
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
        self._issues = Issues(hass)
        self._sources = PriceSources()
        self.knowledge = Knowledge()
        self._changes = PriceChanges()
        self._holidays = frozenset[date]()

    @callback
    def async_know_holidays(self, holidays: frozenset[date]) -> None:
        """Take holidays into account from now on."""
        self._holidays = holidays
        if self._entity_ids or self.are_set_up:
            self._async_refresh()

    @callback
    def async_start(self, sources: PriceSources) -> None:
        """Follow the sources; call it again when the user has chosen others."""
        self._sources = sources
        self.knowledge.begin(sources)
        self.async_follow(sources.entity_ids)

    @property
    def are_set_up(self) -> bool:
        """True if anything is set up to tell them, whether it does or not."""
        return self._sources.are_set_up

    @callback
    @override
    def _async_read(self) -> None:
        spans = [
            self._sources.charged(span)
            for entity_id in self._entity_ids
            if not tells_intensity(self._hass, entity_id)
            for span in self._of(entity_id).spans
        ]
        now = dt_util.now()
        own = self._sources.time_of_use.series(
            now.date(), now.tzinfo or dt_util.UTC, self._holidays
        )
        by_heart = Series(self._sources.charged(span) for span in own.spans)
        self._async_take(merged(by_heart, Series(spans)))

    def _of(self, entity_id: str) -> Series:
        """Return the prices of an entity: what it has told until now, by its state or by its action."""
        return self.knowledge.learn(
            entity_id, self._shown(entity_id), dt_util.utcnow().timestamp()
        )

    @callback
    @override
    def async_stop(self) -> None:
        """Follow no entity any more, and delete the repairs."""
        super().async_stop()
        self._issues.async_clear()

    def _reader_of(self, state: State | None) -> Reader:
        """Return the reader of an entity, which knows whether its present price changes within days."""
        reader = self._sources.reader
        if state is None or state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            return reader
        entity_id, now_s = state.entity_id, dt_util.utcnow().timestamp()
        was_lively = self._changes.is_lively(entity_id)
        self._changes.note(entity_id, state.state, now_s)
        is_lively = self._changes.is_lively(entity_id)
        if is_lively and not was_lively and reader.purpose is SELLING:
            # It was taken to stay as it is.
            self.knowledge.forget_later(entity_id, now_s)
        return replace(reader, is_lively=is_lively)

    def _shown(self, entity_id: str) -> Series:
        """Return the prices that an entity shows now, and say what is missing in it."""
        state = self._hass.states.get(entity_id)
        shown = self._reader_of(state).shown(self._hass, state)
        if self._calls(entity_id, dt_util.now()):
            # Its action knows more than the present price.
            return Series() if shown.trouble else shown.series
        trouble = shown.trouble
        if state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            self._issues.async_set(
                f"price_{self._entry.entry_id}_{entity_id}",
                None if trouble is None else price_issue(trouble.value, state),
            )
        if trouble is not None:
            self._complain(entity_id, "it shows none that can be read")
        return shown.series

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
        if domain == _SCHEDULE:
            return [(_SCHEDULE, _GET_SCHEDULE, {"entity_id": entity_id})]
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
        now_s = dt_util.utcnow().timestamp()
        self.knowledge.learn(entity_id, Series(spans), now_s)
        self._async_read()

    def _prices_in(self, entity_id: str, answer: Mapping[str, object]) -> Series:
        """Return the prices in a response."""
        reader = self._sources.reader
        if split_entity_id(entity_id)[0] == _SCHEDULE:
            now, blocks = dt_util.now(), answer.get(entity_id)
            zone = now.tzinfo or dt_util.UTC
            told = scheduled(blocks if isinstance(blocks, dict) else {})
            return told.series(now.date(), zone, self._holidays)
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is None or entity.platform not in QUESTIONS:
            return reader.listed(self._hass, answer).series
        factor = QUESTIONS[entity.platform].factor
        part = _part(answer, self._names(entity))
        return reader.read(self._hass, part, factor).series

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


def has_action(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity is asked for its prices by an action."""
    entity = er.async_get(hass).async_get(entity_id)
    answers = split_entity_id(entity_id)[0] in (SCRIPT, _SCHEDULE)
    return answers or (entity is not None and entity.platform in QUESTIONS)
