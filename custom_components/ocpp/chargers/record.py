"""The stored record of a charger."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..csms.memory import Memory
from ..surplus.accounts.ledger import Ledger
from .charger import Preferences
from .firmware_offer import FirmwareOffer


@dataclass(frozen=True, slots=True)
class Record:
    """Everything of one charger that survives a restart.

    `journaled` is the number of the last entry about it in the journal of sessions when this was true.
    """

    memory: Memory = field(default_factory=Memory)
    preferences: Mapping[int, Preferences] = field(default_factory=dict)
    offer: FirmwareOffer | None = None
    ledgers: Mapping[int, Ledger] = field(
        default_factory=dict, metadata={"stored_as": "books"}
    )
    journaled: int = 0
