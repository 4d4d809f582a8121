"""The meaning of a charger's message: an answer, another state, and events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..events import Event
from ..evses.transaction import Transaction
from ..model import Registration, Snapshot
from ..ocppj.framing import Payload
from ..ocppj.violations import Fault
from ..pki.contracts.proofs import ContractProof, ContractStatus
from ..tokens.authorization import Authorization
from ..tokens.token import Token


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a message's meaning depends on besides the charger's own state.

    `take_transaction_number` hands out a number that no other session has, for versions whose transaction ids are made
    here. `authorize` answers about an id token; with the number of an EVSE, about one that starts a session there.
    `data_vendors` are those whose own data is accepted. `wired` is the number of phases that the charger has.
    `signs_certificates` is true if there is a certificate authority; `starts_with` returns whether an id token is that
    of sessions that are started from here. `invited` are the messages that the charger was asked for. `cost_of` returns
    the cost of a session so far, if that is known. With `checks_contracts` there is somebody who checks those of vehicles;
    `contract` is then the result for this message.
    """

    now: datetime
    registration: Registration
    take_transaction_number: Callable[[], int]
    authorize: Callable[[Token, int | None], Authorization]
    data_vendors: frozenset[str] = frozenset()
    wired: int = 3
    signs_certificates: bool = False
    invited: frozenset[str] = frozenset()
    starts_with: Callable[[str], bool] = lambda _: False
    cost_of: Callable[[Transaction], float | None] = lambda _: None
    checks_contracts: bool = False
    contract: ContractStatus | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """The consequences of a charger's message: the answer, the new state, and events.

    `dropped_values` counts those that were no numbers; `faults` are others of the charger's.
    """

    answer: Payload
    snapshot: Snapshot
    events: tuple[Event, ...] = ()
    dropped_values: int = 0
    faults: tuple[Fault, ...] = ()


class UncheckedContractError(Exception):
    """A message whose meaning depends on a contract that must be checked first."""

    def __init__(self, proof: ContractProof) -> None:
        """Initialize with the contract."""
        super().__init__(proof.contract_id)
        self.proof = proof


class NotAdmittedError(Exception):
    """A message that a charger may not send as long as it is not adopted."""


type Handler = Callable[[Payload, Snapshot, Context], Handled]


def of_adopted(context: Context, event: Event) -> tuple[Event, ...]:
    """Return an event of an adopted charger; those of others are of no interest."""
    return (event,) if context.registration is Registration.ACCEPTED else ()
