"""Reports on sessions, the same for every protocol version.

A version translates its messages into these reports. What a version or a message leaves out is None: the model then
keeps what it knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..evses.status import ChargingState
from .accounting import MeterValue

UNTOLD_S = datetime.min.replace(tzinfo=UTC).timestamp()
"""The time of an event for which a charger tells none that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The start of a session.

    `told_s` is its time by the charger's clock in seconds since 1970, however wrong that is, where repeated reports are told
    by it. `seq_no` orders
    the reports of one session. `offline` says that the charger could not send the report at once; None,
    that only its time can tell. `remote_start_id` is the number of the command that asked for the session.
    """

    transaction_id: str
    evse_id: int
    started_at: datetime
    told_s: float | None = None
    id_token: str | None = None
    meter_start_wh: float | None = None
    meter_values: Sequence[MeterValue] = ()
    charging_state: ChargingState | None = None
    seq_no: int | None = None
    offline: bool | None = None
    remote_start_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The end of a session.

    Without an `evse_id`, the place of a session that nobody knows is worked out if it can be. `meter_values` may be
    those of the whole session.
    """

    transaction_id: str
    ended_at: datetime
    reason: str
    evse_id: int | None = None
    id_token: str | None = None
    meter_stop_wh: float | None = None
    meter_values: Sequence[MeterValue] = ()
    charging_state: ChargingState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionReference:
    """A session named in a report of something else, such as meter values or a change of its state.

    `charging` tells whether there is a session at all: some chargers name a number of their own while there is none.
    With `ids_are_final` the charger makes the ids itself, so that another id means another session.
    """

    transaction_id: str
    reported_at: datetime
    charging: Callable[[], bool] = lambda: True
    ids_are_final: bool = False
    id_token: str | None = None
    charging_state: ChargingState | None = None
    seq_no: int | None = None
    offline: bool | None = None
    remote_start_id: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """The answer of a charger about a session, or about all of them, of which then none `is_ongoing`.

    It `has_unsent_reports` while some have not been sent yet.
    """

    is_ongoing: bool
    has_unsent_reports: bool

    @property
    def is_over(self) -> bool:
        """True if the session has ended, and nothing more will be reported of it."""
        return not self.is_ongoing and not self.has_unsent_reports
