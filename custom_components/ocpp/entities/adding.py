"""Adding the entities of chargers: at once, or as soon as they have something to show."""

from collections.abc import Callable, Iterable

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import entity_platform, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..hub import Hub, OcppConfigEntry
from .base import ChargerEntity, EvseEntity, HubEntity, OcppEntity

type FollowSite = Callable[[CALLBACK_TYPE], Iterable[CALLBACK_TYPE]]
"""Has a function called whenever the site may have more to show, until the returned functions are called."""

type Follow = Callable[[Charger, int, CALLBACK_TYPE], Iterable[CALLBACK_TYPE]]
"""Has a function called whenever a connector may have more to show, until the returned functions are called."""


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


async def async_add_former(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[Charger], Iterable[ChargerEntity]],
) -> None:
    """Add the entities with which chargers moved in; no others get them."""
    platform = entity_platform.async_get_current_platform()
    find = er.async_get(platform.hass).async_get_entity_id

    await async_add_for_chargers(
        entry,
        async_add_entities,
        lambda charger: [
            entity
            for entity in create(charger)
            if charger.config.former is not None
            and find(platform.domain, DOMAIN, str(entity.unique_id))
        ],
    )


@callback
def follow_connector(
    charger: Charger, evse_id: int, check: CALLBACK_TYPE
) -> tuple[CALLBACK_TYPE, ...]:
    """Call `check` whenever a connector changes, or what the owner wants there."""
    return (
        charger.station.subscribe_evse(evse_id, lambda _: check()),
        charger.async_subscribe_preferences(lambda _: check()),
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
            waiting = admit.those_of(charger, create(charger, evse_id))
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
        waiting = admit.those_of(charger, create(charger))
        waiting.follow(
            [
                charger.station.subscribe_events(lambda _: waiting.check()),
                charger.async_subscribe_offer(waiting.check),
            ]
        )

    await _for_each_charger(entry.runtime_data, watch)


@callback
def async_add_for_site_when_known(
    entry: OcppConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities: Iterable[HubEntity],
    follow: FollowSite,
) -> None:
    """Add entities of the site as soon as they have something to show, or at once if they had before."""
    waiting = _Admission(entry, async_add_entities).those_of_the_site(entities)
    waiting.follow(follow(waiting.check))
    entry.runtime_data.adding.append(waiting.end)


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

    def those_of(self, charger: Charger, entities: Iterable[ChargerEntity]) -> _Waiting:
        """Add those of a charger that are known now or were before, and return the others, which wait."""
        waiting = self._those_known(entities, charger.subentry_id)
        self._waiting.setdefault(charger.identity, []).append(waiting)
        return waiting

    def those_of_the_site(self, entities: Iterable[HubEntity]) -> _Waiting:
        """Add those of the site that are known now or were before, and return the others, which wait."""
        return self._those_known(entities, None)

    def _those_known(
        self, entities: Iterable[OcppEntity], subentry_id: str | None
    ) -> _Waiting:
        known: list[OcppEntity] = []
        unknown: list[OcppEntity] = []
        for entity in entities:
            is_due = entity.is_known() or self._was_known(entity)
            (known if is_due else unknown).append(entity)

        def add(due: Iterable[OcppEntity]) -> None:
            self._add(due, config_subentry_id=subentry_id)

        if known:
            add(known)
        return _Waiting(unknown, add)

    @callback
    def _forget(self, charger: Charger) -> None:
        for waiting in self._waiting.pop(charger.identity, []):
            waiting.end()

    @callback
    def _stop(self) -> None:
        while self._waiting:
            for waiting in self._waiting.popitem()[1]:
                waiting.end()

    def _was_known(self, entity: OcppEntity) -> bool:
        find = self._registry.async_get_entity_id
        return find(self._platform.domain, DOMAIN, str(entity.unique_id)) is not None


class _Waiting:
    """Entities that are not known yet."""

    def __init__(
        self,
        entities: list[OcppEntity],
        add: Callable[[Iterable[OcppEntity]], None],
    ) -> None:
        self._entities = entities
        self._add = add
        self._subscriptions: tuple[CALLBACK_TYPE, ...] = ()

    def follow(self, subscriptions: Iterable[CALLBACK_TYPE]) -> None:
        """Wait as long as the subscriptions last, which end with the wait."""
        self._subscriptions = tuple(subscriptions)
        if not self._entities:
            self.end()

    @callback
    def check(self) -> None:
        """Add those that are known by now."""
        due = [entity for entity in self._entities if entity.is_known()]
        if due:
            self._entities = [entity for entity in self._entities if entity not in due]
            self._add(due)
            if not self._entities:
                self.end()

    def end(self) -> None:
        """Wait no longer."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._entities, self._subscriptions = [], ()
