"""Repeated refusals, and the reports of them to the owner."""

from custom_components.ocpp.csms.server.refusals import (
    MAX_ADDRESSES,
    MAX_TOLD,
    RefusalReason,
    RefusedConnection,
    RefusedConnections,
)

PATIENCE, QUIET_S = 3, 60.0


class Owner:
    """Hears what there is to tell."""

    def __init__(self) -> None:
        """Initialize."""
        self.refused = RefusedConnections(PATIENCE, QUIET_S)
        self.told: dict[str, RefusedConnection] = {}
        self.refused.subscribe(self._hear)

    def _hear(self, address: str, refused: RefusedConnection | None) -> None:
        if refused is None:
            del self.told[address]
        else:
            assert address not in self.told
            self.told[address] = refused

    def add(
        self,
        address: str = "10.0.0.1",
        reason: RefusalReason = RefusalReason.PASSWORD,
        identity: str | None = "CP1",
        at: float = 0.0,
        times: int = 1,
    ) -> None:
        """Have an address make reason."""
        for _ in range(times):
            self.refused.add(RefusedConnection(address, reason, "why", identity, at))


def test_a_slip_is_not_told() -> None:
    owner = Owner()
    owner.add(times=PATIENCE - 1)
    assert not owner.told
    owner.add()
    assert owner.told["10.0.0.1"].reason is RefusalReason.PASSWORD
    owner.add(times=100)
    assert len(owner.told) == 1


def test_what_has_stopped_is_taken_back() -> None:
    owner = Owner()
    owner.add(times=PATIENCE)
    owner.add("10.0.0.2", at=QUIET_S, times=PATIENCE)
    owner.refused.tidy(QUIET_S)
    assert owner.told.keys() == {"10.0.0.1", "10.0.0.2"}
    owner.refused.tidy(QUIET_S + 1)
    assert owner.told.keys() == {"10.0.0.2"}


def test_after_a_pause_it_counts_anew() -> None:
    owner = Owner()
    owner.add(times=PATIENCE - 1)
    owner.add(at=QUIET_S + 1, times=PATIENCE - 1)
    assert not owner.told


def test_a_charger_that_comes_in_properly_is_forgiven() -> None:
    owner = Owner()
    owner.add(times=PATIENCE)
    owner.refused.settle("10.0.0.1", "CP2")
    assert owner.told
    owner.refused.settle("10.0.0.1", "CP1")
    assert not owner.told


def test_the_first_trouble_is_told_until_it_stops() -> None:
    owner = Owner()
    owner.add(times=PATIENCE)
    owner.add(reason=RefusalReason.TLS, identity=None, at=1, times=PATIENCE)
    assert [item.reason for item in owner.told.values()] == [RefusalReason.PASSWORD]
    owner.refused.tidy(QUIET_S + 1)
    owner.add(reason=RefusalReason.TLS, identity=None, at=QUIET_S + 1, times=PATIENCE)
    assert [item.reason for item in owner.told.values()] == [RefusalReason.TLS]


def test_no_attack_makes_it_grow_without_end() -> None:
    owner = Owner()
    for number in range(MAX_ADDRESSES * 2):
        owner.add(f"2001:db8::{number:x}", times=PATIENCE)
        assert len(owner.told) <= MAX_TOLD
    assert owner.told
    owner.refused.tidy(QUIET_S + 1)
    assert not owner.told
