"""DataTransfer, in both directions."""

from typing import NotRequired, TypedDict, cast

from ocpp.v16 import call, call_result
from ocpp.v16.enums import DataTransferStatus

from ...events import DataReceived
from ...model import DataAnswer, Snapshot
from ...ocppj.framing import Payload
from ..base import Context, Handled, Request, to_payload
from .terms import of_adopted


class _DataTransfer(TypedDict):
    vendorId: str
    messageId: NotRequired[str]
    data: NotRequired[str]


def data_transfer(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Pass on what a vendor made up; decline it where nobody is known to want it."""
    told = cast(_DataTransfer, payload)
    vendor_id = told["vendorId"]
    welcome = vendor_id in context.data_vendors
    received = DataReceived(
        snapshot.identity, vendor_id, told.get("messageId"), told.get("data"), welcome
    )
    answer = call_result.DataTransfer(
        DataTransferStatus.accepted if welcome else DataTransferStatus.unknown_vendor_id
    )
    return Handled(to_payload(answer), snapshot, of_adopted(context, received))


def transfer_data(
    vendor_id: str, message_id: str | None, data: str | None
) -> Request[DataAnswer]:
    """Send what only the vendor knows the meaning of."""
    message = call.DataTransfer(vendor_id, message_id, data)
    return Request("DataTransfer", to_payload(message), _answer)


def _answer(answer: Payload) -> DataAnswer:
    data = answer.get("data")
    return DataAnswer(
        str(answer.get("status")), data if isinstance(data, str) else None
    )
