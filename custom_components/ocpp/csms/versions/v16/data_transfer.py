"""DataTransfer, in both directions."""

from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call, call_result
from ocpp.v16.enums import DataTransferStatus

from ...events import DataReceived
from ...model import DataAnswer, Snapshot
from ...ocppj.framing import Payload
from ..commands.data_transfer import DataMessages
from ..encoding import to_payload
from ..incoming import Context, Handled, of_adopted
from ..requests import Request


class _DataTransfer(TypedDict):
    vendorId: NotRequired[str]
    messageId: NotRequired[str]
    data: NotRequired[str]


def data_transfer(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Pass on a vendor's own data; decline it unless it is known to be wanted."""
    told = cast(_DataTransfer, payload)
    vendor_id = told.get("vendorId", "")
    welcome = vendor_id in context.data_vendors
    received = DataReceived(
        snapshot.identity, vendor_id, told.get("messageId"), told.get("data"), welcome
    )
    answer = call_result.DataTransfer(
        DataTransferStatus.accepted if welcome else DataTransferStatus.unknown_vendor_id
    )
    return Handled(to_payload(answer), snapshot, of_adopted(context, received))


class V16Data(DataMessages):
    """Vendors' own data."""

    @override
    def send(
        self, vendor_id: str, message_id: str | None, data: str | None
    ) -> Request[DataAnswer]:
        message = call.DataTransfer(vendor_id, message_id, data)
        return Request("DataTransfer", to_payload(message), _answer)


def _answer(answer: Payload) -> DataAnswer:
    data = answer.get("data")
    return DataAnswer(
        str(answer.get("status")), data if isinstance(data, str) else None
    )
