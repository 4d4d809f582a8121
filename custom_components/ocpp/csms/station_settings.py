"""The owner's decisions about a charger."""

from dataclasses import dataclass, field

from .devices.capabilities import Traits
from .limits.charging_profile import MAX_CURRENT_A
from .model import LastResort
from .pki.security_profiles import Access


@dataclass(frozen=True, slots=True)
class StationSettings:
    """The owner's decisions about a charger.

    `phases` is how many it is wired with; `safe_current_a` what it falls back to when nobody is in control;
    `max_current_a` the most that it may carry; `access` what it takes to connect in its name. Data of the vendors in
    `data_vendors` is taken with thanks, that of others noted. With `local_list` it is sent the id tokens, to go by them
    alone; with `starts_cars` every car is started, with None only where the charger needs that. `traits` are what the
    owner knows better than anybody else; `last_resort` is what may be done to stop a session.
    """

    phases: int = 3
    safe_current_a: float = 6.0
    access: Access = field(default_factory=Access)
    data_vendors: frozenset[str] = frozenset()
    local_list: bool = False
    traits: Traits = field(default_factory=Traits)
    last_resort: LastResort = LastResort.NOTHING
    max_current_a: float = MAX_CURRENT_A
    starts_cars: bool | None = None
