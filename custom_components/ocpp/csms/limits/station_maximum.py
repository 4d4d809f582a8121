"""The one maximum of a charger that limits its EVSEs only together.

Such a charger takes a ChargePointMaxProfile and nothing else, and lets each EVSE have as much. So the maximum is the
lowest limit of all EVSEs at which a car may charge:

- An EVSE without a session does not count; its limit does as soon as a session starts.
- An EVSE without a limit of its own counts with the safe current: nobody is in control of it.
- A pause counts like any limit, so it pauses the cars at all EVSEs. Where the owner prefers that the others go on,
  the charger can be set to pause by stopping the session.
- An EVSE with an external profile does not count: our limits keep out of its way.
"""

from collections.abc import Iterable

from ..devices.capabilities import Capabilities, PauseBy
from ..evses.status import CHARGING
from ..model import Evse, Limit
from .charging_profile import feasible


def lowest_limit(
    limit: Limit,
    others: Iterable[Evse],
    capabilities: Capabilities,
    safe_current_a: float,
) -> Limit:
    """Return the highest limit that is no higher than this one, nor than those of the other EVSEs."""
    safe = Limit(safe_current_a)
    limits = [limit, *(evse.limit or safe for evse in others if _counts(evse))]
    feasible_limits = [feasible(each, capabilities) for each in limits]
    # A charger that cannot pause must not be told to.
    can_pause = capabilities.pause_by is PauseBy.ZERO_CURRENT
    least_a = 0.0 if can_pause else capabilities.minimum_current_a
    phases = [each.phases for each in feasible_limits if each.phases is not None]
    lowest_a = min(each.current_a for each in feasible_limits)
    return Limit(max(least_a, lowest_a), min(phases, default=None))


def _counts(evse: Evse) -> bool:
    if evse.external_profile:
        return False
    return evse.running_transaction is not None or evse.status in CHARGING
