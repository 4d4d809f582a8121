"""Tags from the community integration's section in the YAML configuration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class YamlTag:
    """A tag with its name."""

    id_tag: str
    name: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class YamlTags:
    """The tags, and whether any other tag may charge, too."""

    tags: tuple[YamlTag, ...] = ()
    accepts_unknown: bool = True


YAML_TAGS: HassKey[YamlTags] = HassKey("ocpp_yaml_tags")


def read_yaml(section: object) -> YamlTags:
    """Return the tags in the section of the YAML configuration; what cannot be read does no harm."""
    if not isinstance(section, Mapping):
        return YamlTags()
    default = section.get("default_authorization_status", ACCEPTED)
    listed = section.get("authorization_list")
    found = {tag.id_tag.casefold(): tag for tag in _tags(listed, default)}
    return YamlTags(tuple(found.values()), _is_accepted(default))


def tags_in_yaml(hass: HomeAssistant) -> YamlTags:
    """Return the tags of the YAML configuration that Home Assistant has started with."""
    return hass.data.get(YAML_TAGS, YamlTags())


def _tags(listed: object, default: object) -> Iterator[YamlTag]:
    if not isinstance(listed, list):
        return
    for item in listed:
        if isinstance(item, Mapping) and (
            id_tag := str(item.get("id_tag") or "").strip()
        ):
            status = item.get("authorization_status", default)
            name = str(item.get("name") or "").strip()
            yield YamlTag(id_tag, name or id_tag, not _is_accepted(status))


def _is_accepted(status: object) -> bool:
    return str(status).casefold() == ACCEPTED
