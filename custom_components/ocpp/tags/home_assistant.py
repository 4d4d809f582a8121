"""Home Assistant's own tags: those with a name may charge, and all are told of when they are shown to a charger.

A tag without a name is one that some reader has seen once, so it says nothing of its owner.
"""

from collections.abc import Callable, Iterator

from homeassistant.components.tag import DOMAIN as TAG_DOMAIN, async_scan_tag
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..csms.tokens.authorization import KnownToken
from ..csms.versions import MAX_TOKEN_LENGTH


def named_tokens(hass: HomeAssistant) -> list[KnownToken]:
    """Return the tags that somebody has given a name to, as chargers may read them."""
    return [
        KnownToken(spelling)
        for tag in _tags(hass)
        if tag.name
        for spelling in _spellings(tag.unique_id)
    ]


async def async_tell_of_tag(hass: HomeAssistant, id_token: str, device_id: str) -> None:
    """Tell Home Assistant that one of its tags was shown; others are none of its business."""
    if TAG_DOMAIN not in hass.config.components:
        return
    for tag in _tags(hass):
        spellings = (spelling.casefold() for spelling in _spellings(tag.unique_id))
        if id_token.casefold() in spellings:
            await async_scan_tag(hass, tag.unique_id, device_id)
            return


@callback
def async_track_tags(hass: HomeAssistant, changed: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `changed` whenever tags come, go, or are named."""

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
    """Return a tag's id as it is, and as most chargers tell it: without what stands between its bytes."""
    spellings = {tag_id, tag_id.translate(_SEPARATORS)}
    return [spelling for spelling in spellings if 0 < len(spelling) <= MAX_TOKEN_LENGTH]


_SEPARATORS = str.maketrans("", "", "-: ")
