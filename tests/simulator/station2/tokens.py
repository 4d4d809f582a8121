"""Id tokens: authorization, the local list, and the cache."""

from dataclasses import dataclass, field
from datetime import datetime

from .core import Core
from .wire.link import Handler
from .wire.schemas import Payload

NO_TOKEN: Payload = {"idToken": "", "type": "NoAuthorization"}
_ACCEPTED: Payload = {"status": "Accepted"}


def id_token(token: str | Payload) -> Payload:
    """Return an id token as messages name it; a plain text is the number of a card."""
    return {"idToken": token, "type": "ISO14443"} if isinstance(token, str) else token


@dataclass(slots=True)
class LocalList:
    """The local list of id tokens."""

    version: int = 0
    entries: dict[tuple[str, str], Payload] = field(default_factory=dict)


class Tokens:
    """The part of a station that knows id tokens, or asks for them."""

    def __init__(self, core: Core) -> None:
        """Initialize with an empty list."""
        self._core = core
        self.local_list = LocalList()
        self.cache: dict[tuple[str, str], Payload] = {}

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "SendLocalList": self._send_local_list,
            "GetLocalListVersion": self._get_version,
            "ClearCache": self._clear_cache,
        }

    async def authorize(self, token: Payload) -> Payload:
        """Return what is known of a token: from the list, from the cache, or from the central system."""
        if token["type"] in {"NoAuthorization", "Central"}:
            return _ACCEPTED
        if not self._core.model.is_true("AuthCtrlr", "Enabled"):
            return _ACCEPTED
        connected = self._core.link.connected
        local = "LocalPreAuthorize" if connected else "LocalAuthorizeOffline"
        if self._core.model.is_true("AuthCtrlr", local):
            known = self._known(token)
            if known is not None and (known["status"] == "Accepted" or not connected):
                return known
        if not connected:
            allowed = self._core.model.is_true(
                "AuthCtrlr", "OfflineTxForUnknownIdEnabled"
            )
            return {"status": "Accepted" if allowed else "Unknown"}
        answer = await self._core.link.call("Authorize", {"idToken": token})
        self.learn(token, answer["idTokenInfo"])
        info: Payload = answer["idTokenInfo"]
        return info

    def _known(self, token: Payload) -> Payload | None:
        sources = {"LocalAuthListCtrlr": self.local_list.entries}
        sources["AuthCacheCtrlr"] = self.cache
        for component, entries in sources.items():
            info = entries.get(_key(token))
            if info is not None and self._core.model.is_true(component, "Enabled"):
                return info if self._is_fresh(info) else None
        return None

    def _is_fresh(self, info: Payload) -> bool:
        expiry = info.get("cacheExpiryDateTime")
        return expiry is None or datetime.fromisoformat(expiry) > self._core.clock()

    def learn(self, token: Payload, info: Payload) -> None:
        """Remember what the central system says of a token."""
        if token["type"] not in {"NoAuthorization", "Central"}:
            self.cache[_key(token)] = info

    def _clear_cache(self, _: Payload) -> Payload:
        if not self._core.model.is_true("AuthCacheCtrlr", "Enabled"):
            return {"status": "Rejected"}
        self.cache.clear()
        return {"status": "Accepted"}

    def _get_version(self, _: Payload) -> Payload:
        enabled = self._core.model.is_true("LocalAuthListCtrlr", "Enabled")
        return {"versionNumber": self.local_list.version if enabled else 0}

    def _send_local_list(self, payload: Payload) -> Payload:
        entries = payload.get("localAuthorizationList", [])
        known, version = self.local_list, payload["versionNumber"]
        if not self._core.model.is_true("LocalAuthListCtrlr", "Enabled"):
            return {"status": "Failed"}
        if payload["updateType"] == "Full":
            if any("idTokenInfo" not in entry for entry in entries):
                return {"status": "Failed"}
            known.entries.clear()
        elif version <= known.version:
            return {"status": "VersionMismatch"}
        known.version = version
        for entry in entries:
            key = _key(entry["idToken"])
            if "idTokenInfo" in entry:
                known.entries[key] = entry["idTokenInfo"]
            else:
                known.entries.pop(key, None)
        number = str(len(known.entries))
        self._core.model.set("LocalAuthListCtrlr", "Entries", number)
        return {"status": "Accepted"}


def _key(token: Payload) -> tuple[str, str]:
    return token["idToken"].casefold(), token["type"]
