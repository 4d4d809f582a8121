"""RequestStartTransaction, RequestStopTransaction, CostUpdated and GetTransactionStatus."""

from typing import override

from ....limits.charging_profile import Profile
from ....ocppj.framing import Payload
from ....tokens.token import Token
from ....transactions.reports import TransactionStatus
from ...commands.transactions import TransactionMessages
from ...requests import Request
from ..authorization.id_tokens import token_payload
from ..charging.profiles import profile_payload
from ..commands import command


class V2Transactions(TransactionMessages):
    """Transactions on demand, and a question about them."""

    starts_with_profile = True

    @override
    def start(
        self,
        evse_id: int,
        token: Token,
        remote_start_id: int,
        profile: Profile | None = None,
    ) -> Request[None]:
        payload: Payload = {
            "evseId": evse_id,
            "remoteStartId": remote_start_id,
            "idToken": token_payload(token),
        }
        if profile is not None:
            payload["chargingProfile"] = profile_payload(profile)
        return command("RequestStartTransaction", payload)

    @override
    def stop(self, transaction_id: str) -> Request[None]:
        return command("RequestStopTransaction", {"transactionId": transaction_id})

    @override
    def tell_cost(self, transaction_id: str, cost: float) -> Request[None]:
        payload: Payload = {"transactionId": transaction_id, "totalCost": cost}
        return Request("CostUpdated", payload, lambda _: None)

    @override
    def get_status(
        self, transaction_id: str | None
    ) -> Request[TransactionStatus] | None:
        payload: Payload = {}
        if transaction_id is not None:
            payload["transactionId"] = transaction_id
        return Request("GetTransactionStatus", payload, _status)


def _status(answer: Payload) -> TransactionStatus:
    return TransactionStatus(
        is_ongoing=bool(answer.get("ongoingIndicator")),
        has_unsent_reports=bool(answer.get("messagesInQueue")),
    )
