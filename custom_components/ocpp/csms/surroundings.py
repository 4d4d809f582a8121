"""The surroundings of a station: the central system, and its present websocket, as it needs them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from .connections.connection import Connection
from .devices.station_info import StationInfo
from .devices.vendors import KnownModel
from .evses.transaction import Transaction
from .numbering import UniqueNumbers
from .pki.contracts.verifier import ContractVerifier
from .pki.security_profiles import SecurityProfile
from .timeouts import Timeouts
from .tokens.authorization import Authorization, Place
from .tokens.token import Token


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The services of the central system that a station needs.

    `clock` tells the time; `authorize`, whether an id token that is shown at a place may charge there; `recognise`,
    what is known of a make of charger; `signs_certificates`, whether there is somebody who does. `transaction_numbers`
    are those that versions whose transaction ids are made here make them of. `cost_of` returns what a session at a charger
    has cost so far; None where that is unknown. `port_for` tells the port to connect to with a security profile;
    `contracts` returns who checks the contracts of vehicles, if anybody does.
    """

    clock: Callable[[], datetime]
    authorize: Callable[[Place, Token], Authorization]
    recognise: Callable[[StationInfo], KnownModel | None]
    transaction_numbers: UniqueNumbers
    timeouts: Timeouts = field(default_factory=Timeouts)
    signs_certificates: Callable[[], bool] = lambda: False
    cost_of: Callable[[str, Transaction], float | None] = lambda _, __: None
    port_for: Callable[[SecurityProfile], int | None] = lambda _: None
    contracts: Callable[[], ContractVerifier | None] = lambda: None


class Socket(Protocol):
    """The charger's present websocket, as its station needs it."""

    @property
    def connection(self) -> Connection:
        """The OCPP-J connection."""

    @property
    def own_host(self) -> str:
        """The address at which the charger has reached this system."""

    def drop(self) -> None:
        """Cut the socket at once."""
