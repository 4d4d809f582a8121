"""GetLocalListVersion, SendLocalList and ClearCache."""

from typing import override

from ocpp.v16 import call
from ocpp.v16.datatypes import AuthorizationData, IdTagInfo
from ocpp.v16.enums import AuthorizationStatus, ConfigurationKey, UpdateType

from ...devices.settings import Settings
from ...devices.variables import VariableId
from ...errors import RejectedError
from ...ocppj.framing import Payload
from ...tokens.local_list import ListEntry, ListRoom, ListUpdate
from ..commands.tokens import TokenMessages
from ..encoding import timestamp, to_payload
from ..requests import Request
from .commands import command
from .settings import count

_ENABLED = VariableId(ConfigurationKey.local_auth_list_enabled.value)
_LIST_LENGTH = VariableId(ConfigurationKey.local_auth_list_max_length.value)
_UPDATE_LENGTH = VariableId(ConfigurationKey.send_local_list_max_length.value)


class V16Tokens(TokenMessages):
    """The id tags that a charge point keeps."""

    max_length = 20
    list_settings = (_ENABLED, _LIST_LENGTH, _UPDATE_LENGTH)

    @override
    def room(self, settings: Settings) -> ListRoom:
        return ListRoom(
            _positive(settings, _LIST_LENGTH),
            _positive(settings, _UPDATE_LENGTH),
        )

    @override
    def enabling(self, settings: Settings) -> dict[VariableId, str]:
        enabled = settings.get(_ENABLED)
        if enabled is None or enabled.readonly:
            return {}
        return {} if (enabled.value or "").lower() == "true" else {enabled.id: "true"}

    @override
    def get_list_version(self) -> Request[int]:
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


def _positive(settings: Settings, variable: VariableId) -> int | None:
    length = count(settings, variable)
    return length if length is not None and length > 0 else None


def _list_version(answer: Payload) -> int:
    match answer.get("listVersion"):
        # -1 says that there is no list.
        case int(version) if version >= 0:
            return version
        case _:
            raise RejectedError("GetLocalListVersion", "NotSupported")


def _authorization_data(entry: ListEntry) -> AuthorizationData:
    if entry.status is None:
        return AuthorizationData(entry.id_token)
    info = IdTagInfo(
        AuthorizationStatus(entry.status.value),
        parent_id_tag=entry.group,
        expiry_date=None if entry.expires_at is None else timestamp(entry.expires_at),
    )
    return AuthorizationData(entry.id_token, info)
