"""Adding the entities of chargers: at once, or as soon as they have something to show.

Many never have, and those of all chargers would take much memory while they wait. So they are created anew at each look.
"""

from collections.abc import Callable, Iterable
from functools import partial

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import entity_platform, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..hub import Hub, OcppConfigEntry
from .base import ChargerEntity, EvseEntity

type Check = Callable[..., None]
"""Is called when there may be more to show; what it is called with does not matter."""

type Follow = Callable[[Charger, int, Check], Iterable[CALLBACK_TYPE]]
"""Has a function called whenever a connector may have more to show, until the returned functions are called."""

type _Create = Callable[[], Iterable[ChargerEntity]]


async def async_add_for_chargers(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger], Iterable[Entity]],
) -> None:
    """Add the entities of the chargers there are, and of those to come."""

    @callback
    def add(charger: Charger) -> None:
        async_add_entities(create(charger), config_subentry_id=charger.subentry_id)

    await _for_each_charger(entry.runtime_data, add)


async def async_add_for_connectors(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger, int], Iterable[Entity]],
) -> None:
    """Add the entities of all connectors of the chargers there are, and of those to come."""
    await async_add_for_chargers(
        entry,
        async_add_entities,
        lambda charger: [
            entity
            for evse_id in charger.evse_ids
            for entity in create(charger, evse_id)
        ],
    )


@callback
def follow_connector(
    charger: Charger, evse_id: int, check: Check
) -> tuple[CALLBACK_TYPE, ...]:
    """Call `check` whenever a connector changes, or what the owner wants there."""
    return (
        charger.station.subscribe_evse(evse_id, check),
        charger.async_subscribe_preferences(check),
    )


async def async_add_for_connectors_when_known(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger, int], Iterable[EvseEntity]],
    follow: Follow = follow_connector,
) -> None:
    """Add entities of connectors as soon as they have something to show, or at once if they had before."""
    admit = _Admission(entry, async_add_entities)

    @callback
    def watch(charger: Charger) -> None:
        for evse_id in charger.evse_ids:
            waiting = admit.those_known(charger, partial(create, charger, evse_id))
            waiting.follow(follow(charger, evse_id, waiting.check))

    await _for_each_charger(entry.runtime_data, watch)


async def async_add_for_chargers_when_known(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger], Iterable[ChargerEntity]],
) -> None:
    """Add entities of chargers as soon as they have something to show, or at once if they had before."""
    admit = _Admission(entry, async_add_entities)

    @callback
    def watch(charger: Charger) -> None:
        waiting = admit.those_known(charger, partial(create, charger))
        waiting.follow([charger.station.subscribe_events(waiting.check)])

    await _for_each_charger(entry.runtime_data, watch)


async def _for_each_charger(hub: Hub, add: Callable[[Charger], None]) -> None:
    """Call `add` with each charger there is, one after the other, and with those to come."""
    hub.adding.append(hub.chargers.async_subscribe_adopted(add))
    for charger in tuple(hub.chargers.values()):
        add(charger)
        await hub.pauses.take()


class _Admission:
    """The entities of one platform that are added once they are known, unless their charger is removed before."""

    def __init__(
        self,
        entry: OcppConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        self._add = async_add_entities
        self._platform = entity_platform.async_get_current_platform()
        self._registry = er.async_get(self._platform.hass)
        self._waiting: dict[str, list[_Waiting]] = {}
        hub = entry.runtime_data
        hub.adding.append(hub.chargers.async_subscribe_released(self._forget))
        hub.adding.append(self._stop)

    def those_known(self, charger: Charger, create: _Create) -> _Waiting:
        """Add those that are known now or were before, and return the others, which wait."""
        waiting = _Waiting(create, self._add, charger.subentry_id)
        waiting.add_those(lambda entity: entity.is_known() or self._was_known(entity))
        self._waiting.setdefault(charger.identity, []).append(waiting)
        return waiting

    @callback
    def _forget(self, charger: Charger) -> None:
        for waiting in self._waiting.pop(charger.identity, []):
            waiting.end()

    @callback
    def _stop(self) -> None:
        while self._waiting:
            for waiting in self._waiting.popitem()[1]:
                waiting.end()

    def _was_known(self, entity: ChargerEntity) -> bool:
        find = self._registry.async_get_entity_id
        return find(self._platform.domain, DOMAIN, str(entity.unique_id)) is not None


class _Waiting:
    """Entities of one charger that are not known yet."""

    __slots__ = ("_add", "_added", "_create", "_subentry_id", "_subscriptions")

    def __init__(
        self, create: _Create, add: AddConfigEntryEntitiesCallback, subentry_id: str
    ) -> None:
        self._create = create
        self._add = add
        self._subentry_id = subentry_id
        self._added: tuple[str | None, ...] = ()
        self._subscriptions: tuple[CALLBACK_TYPE, ...] | None = ()

    def follow(self, subscriptions: Iterable[CALLBACK_TYPE]) -> None:
        """Wait as long as the subscriptions last, which end with the wait."""
        is_over = self._subscriptions is None
        self._subscriptions = tuple(subscriptions)
        if is_over:
            self.end()

    @callback
    def check(self, *_: object) -> None:
        """Add those that are known by now."""
        if self._subscriptions is not None:
            self.add_those(lambda entity: entity.is_known())

    def add_those(self, is_due: Callable[[ChargerEntity], bool]) -> None:
        """Add those that are due, and end the wait with the last of them."""
        waiting = [each for each in self._create() if each.unique_id not in self._added]
        due = [entity for entity in waiting if is_due(entity)]
        if due:
            self._added += tuple(entity.unique_id for entity in due)
            self._add(due, config_subentry_id=self._subentry_id)
        if len(due) == len(waiting):
            self.end()

    def end(self) -> None:
        """Wait no longer."""
        subscriptions, self._subscriptions = self._subscriptions, None
        for unsubscribe in subscriptions or ():
            unsubscribe()
