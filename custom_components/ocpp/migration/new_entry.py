"""The entry that becomes of the community integration's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT

from ..config.former import CONF_FORMER, Former
from ..const import (
    CONF_CERTIFICATE,
    CONF_CONNECTORS,
    CONF_FREE_VEND,
    CONF_MAX_CURRENT,
    CONF_PHASES,
    CONF_PRIVATE_KEY,
    CONF_SAFE_CURRENT,
    CONF_TLS_PORT,
    CONF_TRAITS,
    DEFAULT_HOST,
    DEFAULT_MAX_CURRENT_A,
    DEFAULT_PHASES,
    DEFAULT_PORT,
    DEFAULT_SAFE_CURRENT_A,
)
from ..csms.devices.capabilities import ProtocolVersion
from .old_entry import OldCharger, OldSystem
from .yaml_tags import YamlTags

MOST_CURRENT_A = 80.0


@dataclass(frozen=True, slots=True)
class MovedCharger:
    """A charger that moves in: where it is found, its name, and the data of its subentry."""

    identity: str
    name: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MovedEntry:
    """An entry that moves in: its data and options, and what becomes its subentries."""

    data: Mapping[str, Any]
    options: Mapping[str, Any]
    chargers: tuple[MovedCharger, ...]


def moved_entry(
    old: OldSystem,
    identities: Mapping[str, str],
    currents_a: Mapping[str, Mapping[int, float]],
    tags: YamlTags,
) -> MovedEntry:
    """Return the entry that an old one becomes.

    Args:
        old: the old one.
        identities: those of chargers whose entry does not tell it, by their names.
        currents_a: the maximum currents that are shown, by charger and connector.
        tags: the tags of the YAML configuration.
    """
    return MovedEntry(
        server_of(old),
        {} if tags.accepts_unknown else {CONF_FREE_VEND: False},
        tuple(
            MovedCharger(
                identity_of(charger, identities),
                charger.name,
                _data(charger, old.version, currents_a.get(charger.name, {})),
            )
            for charger in _distinct(old.chargers, identities)
        ),
    )


def server_of(old: OldSystem) -> dict[str, Any]:
    """Return the ports and their certificate."""
    host, port = old.host or DEFAULT_HOST, old.port or DEFAULT_PORT
    if old.certificate is None or old.private_key is None:
        return {CONF_HOST: host, CONF_PORT: port}
    return {
        CONF_HOST: host,
        CONF_TLS_PORT: port,
        CONF_CERTIFICATE: old.certificate,
        CONF_PRIVATE_KEY: old.private_key,
    }


def identity_of(charger: OldCharger, identities: Mapping[str, str]) -> str:
    """Return the identity of a charger; its name where nothing tells another one."""
    return charger.identity or identities.get(charger.name, charger.name)


def _distinct(
    chargers: Iterable[OldCharger], identities: Mapping[str, str]
) -> list[OldCharger]:
    return [*{identity_of(each, identities): each for each in chargers}.values()]


def _data(
    charger: OldCharger, version: str | None, currents_a: Mapping[int, float]
) -> dict[str, Any]:
    given = charger.max_current_a
    maximum_a = DEFAULT_MAX_CURRENT_A if not given else min(given, MOST_CURRENT_A)
    data = {
        CONF_MAX_CURRENT: maximum_a,
        CONF_SAFE_CURRENT: min(DEFAULT_SAFE_CURRENT_A, maximum_a),
        CONF_PHASES: DEFAULT_PHASES,
        CONF_CONNECTORS: charger.connectors,
        CONF_FORMER: Former(charger.name, currents_a).data,
    }
    choices = {each.value: each.name.lower() for each in ProtocolVersion}
    if version in choices:
        data[CONF_TRAITS] = {"version": choices[version]}
    return data
