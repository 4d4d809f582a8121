"""How patient to be with chargers; tests are less so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How long things may take.

    A connection must be encrypted within `handshake_s`, where it has to be, and within as long again have said who wants
    in. One of which nothing was heard for `silence_s`, neither message nor pong, is dead; chargers send a
    heartbeat each minute. A charger that has not announced itself within `boot_s` is asked to, and a stranger has
    as long to tell what it is. One that is known and has not announced itself within `reconnect_s` has merely lost its
    connection for a while. What it was asked to tell comes within `tell_s`. A charger gets `transaction_grace_s` to take in the id of a new transaction before a
    profile refers to it, and `stop_s` to end a session that it was asked to end.
    """

    handshake_s: float = 10.0
    housekeeping_s: float = 10.0
    ping_s: float = 30.0
    silence_s: float = 150.0
    boot_s: float = 5.0
    reconnect_s: float = 2.0
    tell_s: float = 2.0
    transaction_grace_s: float = 0.5
    stop_s: float = 10.0
