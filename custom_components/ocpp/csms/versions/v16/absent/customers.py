"""Knowledge of persons, for which 1.6 has no words."""

from typing import override

from ....errors import RejectedError
from ....tokens.customers import CustomerRequest
from ...commands.customers import CustomerMessages
from ...requests import Command


class V16Customers(CustomerMessages):
    """A charge point tells nothing of those who charge there but in its reports of sessions."""

    @override
    def ask(self, request: CustomerRequest) -> Command[str]:
        raise RejectedError("CustomerInformation", "NotSupported")
