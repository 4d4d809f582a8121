"""A charging session as it is known."""

from dataclasses import dataclass, field
from datetime import datetime

from ..metering.signed import SignedValue


# Without slots: see `records`.
@dataclass(frozen=True)
class Transaction:
    """One charging session, running or ended.

    `id` is the protocol's transaction id as text: a number in OCPP 1.6, free text in 2.x. `charger_transaction_id` is the
    charger's own id for it where that differs. The start of a session that was `joined_midway` was never received.
    A session that ended without a `stop_reason` was concluded to be over; the charger has not reported its end.
    `meter_start_wh` is the register at the start as reported by the charger, `total_start_wh` the ledger's total at that
    time; both are None until they are known. `told_s` is the time of the start by the charger's clock, however wrong, in
    seconds since 1970: nobody but the charger sets that.
    `seq_no` is the number of the latest report of it, where reports have one; `signed` are its signed meter values.
    """

    id: str
    evse_id: int
    id_token: str | None
    started_at: datetime
    meter_start_wh: float | None = None
    total_start_wh: float | None = None
    energy_wh: float | None = None
    ended_at: datetime | None = None
    stop_reason: str | None = None
    charger_transaction_id: str | None = field(
        default=None, metadata={"stored_as": "alias"}
    )
    joined_midway: bool = field(default=False, metadata={"stored_as": "adopted"})
    seq_no: int | None = None
    told_s: float | None = None
    signed: tuple[SignedValue, ...] = ()

    def is_called(self, transaction_id: str) -> bool:
        """Return True if the charger uses this id for the session."""
        return transaction_id in (self.id, self.charger_transaction_id)

    @property
    def running(self) -> bool:
        """True until the session has ended."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class SupersededTransaction:
    """A session reported after one that began later: most likely over, with its end still to be reported."""

    transaction: Transaction
    told_at: datetime
