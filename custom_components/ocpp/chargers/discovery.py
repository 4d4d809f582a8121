"""The discovery of chargers that connect before they are set up."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later

from ..const import CONF_AUTO_ADOPT, CONF_IDENTITY, DOMAIN
from ..csms.allowances.fair_share import yielding
from ..csms.station import ChargingStation
from ..issues import Issue, Issues
from ..texts import neutral
from .registry import Chargers

CONF_ENTRY_ID = "entry_id"

MOST_NAME = 50


MOST_CARDS = 20
"""The number of unknown chargers that are shown at a time."""

MOST_ADOPTED, ADOPTED_WITHIN_S = 50, 3600.0
"""The number of chargers that are adopted without a question within this time; others are shown."""

GONE_AFTER_S = 120.0
"""The time after which the card of a charger that has gone is taken away; some come back every half minute."""


def knock_signal(entry_id: str) -> str:
    """Return the name of the signal that an unknown charger waits at a central system."""
    return f"{DOMAIN}_knock_{entry_id}"


class Discovery:
    """The cards of the unknown chargers of one central system, which go when the chargers go."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, chargers: Chargers
    ) -> None:
        """Initialize without cards."""
        self._hass = hass
        self._entry = entry
        self._chargers = chargers
        self._cards: dict[str, CALLBACK_TYPE | None] = {}
        self._addresses: dict[str, str | None] = {}
        """The network addresses from which those came that have cards."""
        self._adopted_at = deque[float](maxlen=MOST_ADOPTED)
        self._issues = Issues(hass)

    @callback
    def async_stop(self) -> None:
        """Take no more cards away."""
        for identity in self._cards:
            self._async_keep(identity)
        self._issues.async_clear()

    @callback
    def async_show(self, station: ChargingStation) -> None:
        """Show an unknown charger to the user, or adopt it if all are to be adopted automatically."""
        identity = station.identity
        if self._entry.options.get(CONF_AUTO_ADOPT) and self._may_adopt():
            name = _suggested_name(station)
            if any(charger.name == name for charger in self._chargers.values()):
                name = f"{name} {neutral(identity, MOST_NAME)}"
            self._chargers.async_set_up(identity, name, {})
            return
        address = station.claims.address
        if identity not in self._cards and len(self._cards) >= MOST_CARDS:
            other = yielding(self._addresses, address)
            if other is None:
                self._async_show_limit()
                return
            self._async_take_away(other)
        self._async_keep(identity)
        self._addresses[identity] = address
        discovery_flow.async_create_flow(
            self._hass,
            DOMAIN,
            {"source": SOURCE_INTEGRATION_DISCOVERY},
            {
                CONF_ENTRY_ID: self._entry.entry_id,
                CONF_IDENTITY: identity,
                CONF_NAME: introduction(station),
            },
            discovery_key=discovery_flow.DiscoveryKey(
                domain=DOMAIN, key=identity, version=1
            ),
        )
        async_dispatcher_send(self._hass, knock_signal(self._entry.entry_id))

    @callback
    def strangers(self) -> Iterator[str]:
        """Yield the identities of the chargers that wait to be adopted and are not ignored."""
        entries = self._hass.config_entries
        for identity in self._cards:
            station = self._chargers.station(identity)
            ignored = entries.async_entry_for_domain_unique_id(DOMAIN, identity)
            if station is not None and station.connected and ignored is None:
                yield identity

    @callback
    def async_adopted(self, identity: str) -> None:
        """Take the card of a charger away that has been adopted."""
        if identity in self._cards:
            self._async_take_away(identity)

    def _may_adopt(self) -> bool:
        """Return whether another charger may be adopted without a question, and count it."""
        now = self._hass.loop.time()
        adopted = self._adopted_at
        if len(adopted) == MOST_ADOPTED and now - adopted[0] < ADOPTED_WITHIN_S:
            return False
        adopted.append(now)
        return True

    @callback
    def async_gone(self, identity: str) -> None:
        """Take the card of a charger away, unless it comes back soon."""
        if identity not in self._cards:
            return

        @callback
        def take_away(_: datetime) -> None:
            self._cards[identity] = None
            self._async_take_away(identity)

        self._async_keep(identity)
        self._cards[identity] = async_call_later(self._hass, GONE_AFTER_S, take_away)

    @callback
    def _async_take_away(self, identity: str) -> None:
        """Take a card away."""
        self._async_forget(identity)
        flows = self._hass.config_entries.flow
        for flow in flows.async_progress_by_handler(
            DOMAIN, match_context={"unique_id": identity}
        ):
            flows.async_abort(flow["flow_id"])

    @callback
    def _async_keep(self, identity: str) -> None:
        """Keep a card, or count one more."""
        if (cancel := self._cards.get(identity)) is not None:
            cancel()
        self._cards[identity] = None

    @callback
    def _async_forget(self, identity: str) -> None:
        self._async_keep(identity)
        del self._cards[identity]
        self._addresses.pop(identity, None)
        self._issues.async_clear()

    @callback
    def _async_show_limit(self) -> None:
        issue = Issue("too_many_discovered", {"number": str(MOST_CARDS)})
        self._issues.async_set(f"too_many_discovered_{self._entry.entry_id}", issue)


def _suggested_name(station: ChargingStation) -> str:
    info = station.snapshot.info
    return neutral(info.model if info and info.model else station.identity, MOST_NAME)


def introduction(station: ChargingStation) -> str:
    """Return a title that distinguishes an unknown charger from others."""
    info = station.snapshot.info
    if info is None:
        return station.identity
    return f"{info.vendor} {info.model} ({station.identity})"
