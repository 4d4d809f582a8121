"""RequestStartTransaction, RequestStopTransaction and GetTransactionStatus."""

from typing import override

from ....ocppj.framing import Payload
from ....tokens.token import Token
from ...commands.transactions import TransactionMessages
from ...requests import Request
from ..authorization.id_tokens import token_payload
from ..commands import command


class V2Transactions(TransactionMessages):
    """Transactions on demand, and a question about them."""

    @override
    def start(self, evse_id: int, token: Token, remote_start_id: int) -> Request[None]:
        payload: Payload = {
            "evseId": evse_id,
            "remoteStartId": remote_start_id,
            "idToken": token_payload(token),
        }
        return command("RequestStartTransaction", payload)

    @override
    def stop(self, transaction_id: str) -> Request[None]:
        return command("RequestStopTransaction", {"transactionId": transaction_id})

    @override
    def ask_if_over(self, transaction_id: str) -> Request[bool] | None:
        payload: Payload = {"transactionId": transaction_id}
        return Request("GetTransactionStatus", payload, _is_over)


def _is_over(answer: Payload) -> bool:
    return not answer.get("ongoingIndicator") and not answer.get("messagesInQueue")
