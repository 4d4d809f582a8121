"""DataTransfer, in both directions."""

import json
from typing import NotRequired, TypedDict, cast, override

from ...events import DataReceived
from ...model import DataAnswer, Snapshot
from ...ocppj.framing import Json, Payload
from ..commands.data_transfer import DataMessages
from ..incoming import Context, Handled, of_adopted
from ..requests import Request


class _DataTransfer(TypedDict):
    vendorId: NotRequired[str]
    messageId: NotRequired[str]
    data: NotRequired[Json]


def data_transfer(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Pass on a vendor's own data; decline it unless it is known to be wanted."""
    told = cast(_DataTransfer, payload)
    vendor_id = told.get("vendorId", "")
    welcome = vendor_id in context.data_vendors
    received = DataReceived(
        snapshot.identity,
        vendor_id,
        told.get("messageId"),
        _as_text(told.get("data")),
        welcome,
    )
    answer: Payload = {"status": "Accepted" if welcome else "UnknownVendorId"}
    return Handled(answer, snapshot, of_adopted(context, received))


class V2Data(DataMessages):
    """Vendors' own data, which may be of any form and is text here."""

    @override
    def send(
        self, vendor_id: str, message_id: str | None, data: str | None
    ) -> Request[DataAnswer]:
        payload: Payload = {"vendorId": vendor_id}
        if message_id is not None:
            payload["messageId"] = message_id
        if data is not None:
            payload["data"] = data
        return Request("DataTransfer", payload, _answer)


def _answer(answer: Payload) -> DataAnswer:
    return DataAnswer(str(answer.get("status")), _as_text(answer.get("data")))


def _as_text(data: Json) -> str | None:
    if data is None or isinstance(data, str):
        return data
    try:
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        # It is nested more deeply than anybody could read.
        return None
