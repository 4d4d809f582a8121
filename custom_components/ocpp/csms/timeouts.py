"""Timeouts and intervals in dealing with chargers; tests have shorter ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts and intervals of one central system.

    Connections: a connection must be encrypted within `handshake_s`, where it has to be, and within the same time again
    have named its charger. Without a message or pong for `silence_s` it is dead; chargers send a heartbeat each minute,
    and are sent a ping every `ping_s`. Housekeeping takes place every `housekeeping_s`.

    Greeting: a charger that has not announced itself within `boot_s` is asked to, and an unknown one has the same time
    to report on itself. A known one that has not announced itself within `reconnect_s` has merely reconnected.

    Takeovers: a websocket that is alive answers a ping within `pong_s`, and the charger behind it a call within `proof_s`.

    Commands: the report that a charger was asked for comes within `tell_s`. A charger has `transaction_grace_s` to take
    in the id of a new transaction before a profile refers to it, and `stop_s` to end a session. One that was told to renew
    its certificate has `certificate_s` to make a key and to take the certificate.
    """

    handshake_s: float = 10.0
    housekeeping_s: float = 10.0
    ping_s: float = 30.0
    silence_s: float = 150.0
    boot_s: float = 5.0
    reconnect_s: float = 2.0
    pong_s: float = 2.0
    proof_s: float = 3.0
    tell_s: float = 2.0
    transaction_grace_s: float = 0.5
    stop_s: float = 10.0
    certificate_s: float = 60.0
