"""The configuration of a charger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigSubentry

from ..const import (
    CONF_CONNECTORS,
    CONF_DATA_VENDORS,
    CONF_LAST_RESORT,
    CONF_LOCAL_LIST,
    CONF_MAX_CURRENT,
    CONF_PHASES,
    CONF_SAFE_CURRENT,
    CONF_STARTS_CARS,
    CONF_TRAITS,
    DEFAULT_MAX_CURRENT_A,
    DEFAULT_PHASES,
    DEFAULT_SAFE_CURRENT_A,
)
from ..csms.devices.capabilities import Traits
from ..csms.devices.capability_types import owner_traits
from ..csms.model import LastResort
from ..csms.pki.security_profiles import Access
from ..csms.station_settings import StationSettings
from ..surplus.model import Connection
from .accepted import AcceptedFault, accepted_faults
from .circuits import connection_of
from .former import Former, former_of
from .phase_switch import PhaseSwitch, phase_switch_of
from .security import access_of


@dataclass(frozen=True, slots=True)
class ChargerConfig:
    """A charger as its owner has set it up: in its subentry, and in the options that all chargers share."""

    max_current_a: float
    phases: int
    safe_current_a: float
    connectors: int
    access: Access = field(default_factory=Access)
    data_vendors: frozenset[str] = frozenset()
    local_list: bool = False
    traits: Traits = field(default_factory=Traits)
    last_resort: LastResort = LastResort.NOTHING
    connection: Connection = field(default_factory=Connection)
    phase_switch: PhaseSwitch | None = None
    starts_cars: bool | None = None
    accepted: frozenset[AcceptedFault] = frozenset()
    former: Former | None = None

    @classmethod
    def of(cls, subentry: ConfigSubentry, options: Mapping[str, Any]) -> ChargerConfig:
        """Return the configuration in a subentry and the shared options."""
        data = subentry.data
        maximum_a = float(data.get(CONF_MAX_CURRENT, DEFAULT_MAX_CURRENT_A))
        safe_a = float(data.get(CONF_SAFE_CURRENT, DEFAULT_SAFE_CURRENT_A))
        return cls(
            max_current_a=maximum_a,
            phases=int(data.get(CONF_PHASES, DEFAULT_PHASES)),
            safe_current_a=safe_a,
            connectors=int(data.get(CONF_CONNECTORS, 1)),
            access=access_of(data),
            data_vendors=frozenset(options.get(CONF_DATA_VENDORS, ())),
            local_list=options.get(CONF_LOCAL_LIST, False),
            traits=owner_traits(data.get(CONF_TRAITS, {})),
            last_resort=LastResort(data.get(CONF_LAST_RESORT, LastResort.NOTHING)),
            connection=connection_of(data, min(safe_a, maximum_a)),
            phase_switch=phase_switch_of(data),
            starts_cars=data.get(CONF_STARTS_CARS),
            accepted=accepted_faults(data),
            former=former_of(data),
        )

    @property
    def station(self) -> StationSettings:
        """The part of it that the central system needs."""
        return StationSettings(
            self.phases,
            min(self.safe_current_a, self.max_current_a),
            self.access,
            self.data_vendors,
            self.local_list,
            self.traits,
            self.last_resort,
            self.max_current_a,
            self.starts_cars,
        )
