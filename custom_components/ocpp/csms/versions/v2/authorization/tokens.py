"""GetLocalListVersion, SendLocalList and ClearCache."""

from typing import override

from ....devices.settings import Settings
from ....devices.variables import VariableId
from ....errors import RejectedError
from ....ocppj.framing import Payload
from ....tokens.local_list import ListEntry, ListRoom, ListUpdate
from ....tokens.token import Token
from ...commands.tokens import TokenMessages
from ...encoding import timestamp
from ...requests import Request
from ..commands import command
from .id_tokens import token_payload

_ENABLED = VariableId.parse("LocalAuthListCtrlr.Enabled")
_ENTRIES = VariableId.parse("LocalAuthListCtrlr.Entries")
_UPDATE_LENGTH = VariableId.parse("LocalAuthListCtrlr.ItemsPerMessage")


class V2Tokens(TokenMessages):
    """The id tokens that a charging station keeps."""

    max_length = 36
    list_settings = (_ENABLED, _ENTRIES, _UPDATE_LENGTH)

    @override
    def room(self, settings: Settings) -> ListRoom:
        entries, update = settings.get(_ENTRIES), settings.get(_UPDATE_LENGTH)
        return ListRoom(
            None if entries is None else _positive(entries.highest),
            None if update is None else _positive(update.count),
        )

    @override
    def enabling(self, settings: Settings) -> dict[VariableId, str]:
        enabled = settings.get(_ENABLED)
        if enabled is None or enabled.readonly:
            return {}
        return {} if (enabled.value or "").lower() == "true" else {_ENABLED: "true"}

    @override
    def get_list_version(self) -> Request[int]:
        return Request("GetLocalListVersion", {}, _list_version)

    @override
    def send_list(self, update: ListUpdate) -> Request[None]:
        payload: Payload = {
            "versionNumber": update.version,
            "updateType": update.kind.value,
        }
        if update.entries:
            # An empty list is one that is left out.
            payload["localAuthorizationList"] = [*map(_entry, update.entries)]
        return command("SendLocalList", payload)

    @override
    def clear_cache(self) -> Request[None]:
        return command("ClearCache", {})


def _positive(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None


def _list_version(answer: Payload) -> int:
    # Some answer by 1.6's name.
    match answer.get("versionNumber", answer.get("listVersion")):
        case int(version) if version >= 0:
            return version
        case _:
            raise RejectedError("GetLocalListVersion", "NotSupported")


def _entry(entry: ListEntry) -> Payload:
    payload: Payload = {"idToken": token_payload(Token(entry.id_token))}
    if entry.status is None:
        return payload
    info: Payload = {"status": entry.status.value}
    if entry.expires_at is not None:
        info["cacheExpiryDateTime"] = timestamp(entry.expires_at)
    if entry.group is not None:
        info["groupIdToken"] = {**token_payload(Token(entry.group)), "type": "Central"}
    return {**payload, "idTokenInfo": info}
