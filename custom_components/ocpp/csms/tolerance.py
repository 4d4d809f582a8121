"""How patient to be with chargers; tests are less so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How long things may take, and how many strangers may wait.

    A connection of which nothing was heard for `silence_s`, neither message nor pong, is dead; chargers send a
    heartbeat each minute. A charger that has not announced itself within `boot_s` is asked to, and a stranger has
    as long to tell what it is. More than `strangers` that wait to be adopted are somebody who knocks at an open
    port. A charger gets `transaction_grace_s` to take in the id of a new transaction before a profile refers to it.
    """

    housekeeping_s: float = 10.0
    ping_s: float = 30.0
    silence_s: float = 150.0
    boot_s: float = 5.0
    strangers: int = 100
    transaction_grace_s: float = 0.5
