"""The memory of a charger, which survives a restart of this system."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .devices.claimants import Claimant
from .devices.settings import Provisioned
from .devices.station_info import StationInfo
from .evses.transaction import SupersededTransaction, Transaction
from .files.firmware import FirmwareProgress
from .learned.behaviour import Learned
from .learned.delay import LearnedDelay
from .limits.learned_compliance import LearnedCompliance
from .limits.least_draw import LearnedLeast
from .limits.pausing.learned import LearnedPausing
from .limits.safety.learned import LearnedKeeping
from .metering.energy_register import Ledger
from .model import (
    Evse,
    Limit,
    PausedInsteadOfStop,
    Registration,
    Snapshot,
    StoppedForPause,
)
from .tokens.state import TokenState


@dataclass(frozen=True, slots=True)
class RememberedEvse:
    """The memory of one EVSE; the names are those of `Evse`."""

    ledger: Ledger = field(default_factory=Ledger)
    transaction: Transaction | None = None
    ended_ids: tuple[str, ...] = field(default=(), metadata={"stored_as": "past"})
    stopped_for_pause: StoppedForPause | None = field(
        default=None, metadata={"stored_as": "halt"}
    )
    paused_instead_of_stop: PausedInsteadOfStop | None = field(
        default=None, metadata={"stored_as": "hold"}
    )
    superseded: SupersededTransaction | None = None
    connector_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything of a charger that must survive a restart.

    `learned_compliance`, `learned_pausing`, `learned_delay`, `learned_keeping`, `learned_least` and `provisioned` hold for
    the firmware that `info` names, and for no other. `address` is that of the device; `denied` are others at its identity that the owner has turned away.
    """

    info: StationInfo | None = None
    evses: Mapping[int, RememberedEvse] = field(default_factory=dict)
    last_transaction_id: int = 0
    learned_compliance: LearnedCompliance = field(
        default_factory=LearnedCompliance, metadata={"stored_as": "experience"}
    )
    provisioned: Provisioned = field(default_factory=Provisioned)
    tokens: TokenState = field(default_factory=TokenState)
    firmware: FirmwareProgress | None = None
    address: str | None = None
    denied: tuple[Claimant, ...] = ()
    learned_pausing: LearnedPausing = field(default_factory=LearnedPausing)
    learned_delay: LearnedDelay = field(default_factory=LearnedDelay)
    learned_keeping: LearnedKeeping = field(default_factory=LearnedKeeping)
    learned_least: LearnedLeast = field(default_factory=LearnedLeast)

    @property
    def learned(self) -> Learned:
        """The knowledge of the charger's behaviour."""
        return Learned(
            self.learned_pausing,
            self.learned_delay,
            self.learned_keeping,
            self.learned_least,
        )


def recall(identity: str, registration: Registration, memory: Memory) -> Snapshot:
    """Return what is known of a charger before it has connected."""
    evses = {
        evse_id: Evse(
            evse_id,
            ledger=evse.ledger,
            transaction=evse.transaction,
            ended_ids=evse.ended_ids,
            stopped_for_pause=evse.stopped_for_pause,
            paused_instead_of_stop=evse.paused_instead_of_stop,
            superseded=evse.superseded,
            remembered_connectors=evse.connector_ids,
            limit=None if evse.paused_instead_of_stop is None else Limit(0),
        )
        for evse_id, evse in memory.evses.items()
    }
    return Snapshot(
        identity,
        registration=registration,
        info=memory.info,
        evses=evses,
        tokens=memory.tokens,
        firmware=memory.firmware,
        lacks_safe_current=memory.learned_keeping.refuses is not None,
    )


def remember(
    snapshot: Snapshot,
    last_transaction_id: int,
    learned_compliance: LearnedCompliance,
    provisioned: Provisioned,
    address: str | None = None,
    denied: tuple[Claimant, ...] = (),
    learned: Learned | None = None,
) -> Memory:
    """Return what must be remembered of a charger."""
    learned = learned or Learned()
    evses = {
        evse.id: RememberedEvse(
            evse.ledger,
            evse.transaction,
            evse.ended_ids,
            evse.stopped_for_pause,
            evse.paused_instead_of_stop,
            evse.superseded,
            evse.connector_ids,
        )
        for evse in snapshot.evses.values()
    }
    return Memory(
        snapshot.info,
        evses,
        last_transaction_id,
        learned_compliance,
        provisioned,
        snapshot.tokens,
        snapshot.firmware,
        address,
        denied,
        learned.pausing,
        learned.delay,
        learned.keeping,
        learned.least,
    )
