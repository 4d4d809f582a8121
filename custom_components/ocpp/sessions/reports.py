"""The reports of connectors that their ledgers are kept by."""

from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..csms.evses.status import ConnectorStatus
from ..csms.limits.charging_profile import NOMINAL_VOLTAGE_V
from ..csms.model import Evse
from ..csms.transactions.lifecycle import LATE_AFTER
from ..surplus.accounts.ledger import Report, Session


def report_of(charger: Charger, before: Evse, evse: Evse) -> Report:
    """Return the report of a connector that was in another state before."""
    config, connected_at = charger.config, charger.station.snapshot.connected_at
    transaction, power_w = evse.transaction, evse.meter.power_w
    return Report(
        dt_util.utcnow().timestamp(),
        evse.ledger.total_wh,
        # The configured maximum may be wrong.
        max_w=max(
            config.max_current_a * config.phases * NOMINAL_VOLTAGE_V, power_w or 0
        ),
        drawn_w=power_w,
        idle=_is_idle(evse),
        connected_s=0.0 if connected_at is None else connected_at.timestamp(),
        late=_is_late(charger, before, evse),
        session=None
        if transaction is None
        else Session(
            transaction.id,
            transaction.energy_wh or 0.0,
            transaction.charger_transaction_id,
            transaction.running,
        ),
    )


def _is_idle(evse: Evse) -> bool:
    """Return whether a car is known to draw nothing."""
    meter = evse.meter
    drawn = meter.current_a if meter.power_w is None else meter.power_w
    return drawn == 0 or evse.status not in (None, ConnectorStatus.CHARGING)


def _is_late(charger: Charger, before: Evse, evse: Evse) -> bool:
    """Return whether a session, or its end, was before the charger connected."""
    if before.unsettled_since is not None or before.superseded != evse.superseded:
        return True
    connected_at = charger.station.snapshot.connected_at
    ended = evse.transaction
    if connected_at is None or ended is None or ended is before.transaction:
        return False
    return ended.ended_at is not None and ended.ended_at < connected_at - LATE_AFTER
