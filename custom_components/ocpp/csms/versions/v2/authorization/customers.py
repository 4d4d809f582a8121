"""CustomerInformation and its reports.

Source: OCPP 2.0.1 part 2, use cases N09 and N10.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, cast, override

from ....errors import RejectedError
from ....ocppj.framing import Payload
from ....pki.certificates import CertificateHash
from ....tokens.customers import Customer, CustomerRequest
from ....tokens.token import Token
from ...certificate_hashes import hash_payload
from ...commands.customers import CustomerMessages
from ...parts import Part
from ...requests import Exchange, Request
from .id_tokens import token_payload


class _Report(TypedDict):
    requestId: NotRequired[int]
    seqNo: NotRequired[int]
    tbc: NotRequired[bool]
    data: NotRequired[str]


class V2Customers(CustomerMessages):
    """Knowledge of a charging station about persons."""

    @override
    def ask(self, request: CustomerRequest) -> Exchange[str]:
        payload: Payload = {
            "requestId": request.id,
            "report": request.report,
            "clear": request.clear,
            **_names(request.customer),
        }

        def follows(answer: Payload) -> bool:
            if (status := str(answer.get("status"))) != "Accepted":
                raise RejectedError("CustomerInformation", status)
            return request.report

        def part(action: str, payload: Payload) -> Part | None:
            report = cast(_Report, payload)
            is_other = report.get("requestId") != request.id
            if action != "NotifyCustomerInformation" or is_other:
                return None
            return Part(payload, report.get("seqNo"), report.get("tbc", False))

        return Exchange(Request("CustomerInformation", payload, follows), part, _read)


def _names(customer: Customer) -> Payload:
    match customer:
        case Token():
            return {"idToken": token_payload(customer)}
        case CertificateHash():
            return {"customerCertificate": hash_payload(customer)}
        case str():
            return {"customerIdentifier": customer}


def _read(payloads: Sequence[Payload]) -> str:
    return "".join(cast(_Report, payload).get("data", "") for payload in payloads)
