"""GetLocalListVersion, SendLocalList and ClearCache."""

from collections.abc import Mapping
from typing import override

from ocpp.v16 import call
from ocpp.v16.datatypes import AuthorizationData, IdTagInfo
from ocpp.v16.enums import AuthorizationStatus, ConfigurationKey, UpdateType

from ...devices.settings import Setting
from ...ocppj.framing import Payload
from ...tokens.local_list import ListEntry, ListRoom, ListUpdate
from ..encoding import timestamp, to_payload
from ..requests import Request
from ..tokens import TokenMessages
from .commands import command
from .settings import count


class V16Tokens(TokenMessages):
    """What a charge point keeps of id tags."""

    list_settings = (
        ConfigurationKey.local_auth_list_enabled.value,
        ConfigurationKey.local_auth_list_max_length.value,
        ConfigurationKey.send_local_list_max_length.value,
    )

    @override
    def room(self, settings: Mapping[str, Setting]) -> ListRoom:
        return ListRoom(
            _positive(settings, ConfigurationKey.local_auth_list_max_length),
            _positive(settings, ConfigurationKey.send_local_list_max_length),
        )

    @override
    def enabling(self, settings: Mapping[str, Setting]) -> dict[str, str]:
        enabled = settings.get(ConfigurationKey.local_auth_list_enabled)
        if enabled is None or enabled.readonly:
            return {}
        return {} if (enabled.value or "").lower() == "true" else {enabled.key: "true"}

    @override
    def get_list_version(self) -> Request[int | None]:
        message = call.GetLocalListVersion()
        return Request("GetLocalListVersion", to_payload(message), _list_version)

    @override
    def send_list(self, update: ListUpdate) -> Request[None]:
        entries = [_authorization_data(entry) for entry in update.entries]
        kind = UpdateType(update.kind.value)
        return command(call.SendLocalList(update.version, kind, entries))

    @override
    def clear_cache(self) -> Request[None]:
        return command(call.ClearCache())


def _positive(settings: Mapping[str, Setting], key: ConfigurationKey) -> int | None:
    length = count(settings, key)
    return length if length is not None and length > 0 else None


def _list_version(answer: Payload) -> int | None:
    match answer.get("listVersion"):
        # -1 says that there is no list.
        case int(version) if version >= 0:
            return version
        case _:
            return None


def _authorization_data(entry: ListEntry) -> AuthorizationData:
    if entry.status is None:
        return AuthorizationData(entry.id_token)
    info = IdTagInfo(
        AuthorizationStatus(entry.status.value),
        parent_id_tag=entry.parent_id,
        expiry_date=None if entry.expires_at is None else timestamp(entry.expires_at),
    )
    return AuthorizationData(entry.id_token, info)
