"""A small storm: whatever happens, no session and no energy is lost."""

from pathlib import Path

import pytest

from .storm import Options, storm

SMALL = Options(
    chargers=3, rounds=1, period_s=0.2, hostile_s=2.0, frames=800, restart=False
)


@pytest.mark.timeout(300)
async def test_a_storm_loses_nothing(tmp_path: Path) -> None:
    report = await storm(SMALL, tmp_path)
    # Each connection was cut once, on purpose. On a slow machine, chargers knock before a reload is done.
    losses = dict(report.losses)
    losses.pop("reload: refused", None)
    losses.pop("reconnect: refused", None)
    assert losses == {"flap: cut": SMALL.chargers}
    assert all(phase.measures.memory_mb > 0 for phase in report.phases)
    heartbeats = {phase.name: len(phase.heartbeats_ms) for phase in report.phases}
    assert heartbeats["strangers"]
    assert heartbeats["fuzzers"]
    assert sum(report.outcomes.values())
    assert all(f"| {name} |" in report.table() for name in heartbeats)
