"""Home Assistant's own tags: those with a name may charge, and all are reported when they are presented to a charger.

A tag without a name was only scanned once by some reader, and may be anybody's.
"""

from collections.abc import Callable, Iterator

from homeassistant.components.tag import DOMAIN as TAG_DOMAIN, async_scan_tag
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..csms.tokens.authorization import KnownToken
from ..csms.tokens.token import same_token
from ..csms.versions import MAX_TOKEN_LENGTH


def named_tokens(hass: HomeAssistant) -> list[KnownToken]:
    """Return the tags with a name, in the spellings that chargers may read."""
    return [
        KnownToken(spelling)
        for tag in _tags(hass)
        if tag.name
        for spelling in _spellings(tag.unique_id)
    ]


async def async_report_tag(hass: HomeAssistant, id_token: str, device_id: str) -> None:
    """Report a presented tag to Home Assistant, if it is one of its own."""
    if TAG_DOMAIN not in hass.config.components:
        return
    for tag in _tags(hass):
        if any(
            same_token(spelling, id_token) for spelling in _spellings(tag.unique_id)
        ):
            await async_scan_tag(hass, tag.unique_id, device_id)
            return


@callback
def async_track_tags(hass: HomeAssistant, changed: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `changed` whenever tags are added, removed or renamed."""

    @callback
    def is_tag(data: er.EventEntityRegistryUpdatedData) -> bool:
        return data["entity_id"].startswith(f"{TAG_DOMAIN}.")

    @callback
    def on_change(_: Event[er.EventEntityRegistryUpdatedData]) -> None:
        changed()

    return hass.bus.async_listen(
        er.EVENT_ENTITY_REGISTRY_UPDATED, on_change, event_filter=is_tag
    )


def _tags(hass: HomeAssistant) -> Iterator[er.RegistryEntry]:
    for entry in er.async_get(hass).entities.values():
        if entry.platform == TAG_DOMAIN:
            yield entry


def _spellings(tag_id: str) -> list[str]:
    """Return the id of a tag as it is, and without separators, as most chargers read it."""
    spellings = {tag_id, tag_id.translate(_SEPARATORS)}
    return [spelling for spelling in spellings if 0 < len(spelling) <= MAX_TOKEN_LENGTH]


_SEPARATORS = str.maketrans("", "", "-: ")
