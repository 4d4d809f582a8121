"""The entry of the community integration, of any of its versions, as dataclasses.

Its versions 2.x list chargers by identity; version 1 has one charger, flat, and only its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OLD_VERSIONS = (1, 2)
MOST_CONNECTORS = 16
"""Some chargers tell garbage as their number of connectors."""


@dataclass(frozen=True, slots=True)
class OldCharger:
    """A charger; `name` is what entities are named after, `identity` None where version 1 does not know it."""

    name: str
    identity: str | None
    max_current_a: float | None
    connectors: int


@dataclass(frozen=True, slots=True)
class OldSystem:
    """A central system; `version` is the version of OCPP that all chargers are pinned to."""

    host: str | None
    port: int | None
    certificate: str | None
    private_key: str | None
    name: str | None
    version: str | None
    chargers: tuple[OldCharger, ...]


def read_old(data: Mapping[str, Any]) -> OldSystem:
    """Return a central system from the data of its entry; keys that are unknown or missing do no harm."""
    encrypted = bool(data.get("ssl"))
    port = data.get("port")
    return OldSystem(
        host=data.get("host"),
        port=None if port is None else int(port),
        certificate=data.get("ssl_certfile_path") if encrypted else None,
        private_key=data.get("ssl_keyfile_path") if encrypted else None,
        name=data.get("csid"),
        version=data.get("ocpp_version"),
        chargers=tuple(_chargers(data)),
    )


def _chargers(data: Mapping[str, Any]) -> Iterator[OldCharger]:
    if "cpids" not in data:
        if "cpid" in data:
            yield _charger(None, data)
        return
    seen: set[str] = set()
    for listed in data["cpids"]:
        for identity, settings in listed.items():
            if identity not in seen:
                seen.add(identity)
                yield _charger(identity, settings)


def _charger(identity: str | None, settings: Mapping[str, Any]) -> OldCharger:
    connectors = int(settings.get("num_connectors") or 1)
    maximum = settings.get("max_current")
    return OldCharger(
        name=str(settings.get("cpid") or identity),
        identity=identity,
        max_current_a=None if maximum is None else float(maximum),
        connectors=connectors if 1 <= connectors <= MOST_CONNECTORS else 1,
    )
