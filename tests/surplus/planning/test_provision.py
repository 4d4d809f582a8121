"""Long-term limit of the circuits for plans."""

import math

import pytest

from custom_components.ocpp.surplus.circuits.circuits import (
    Circuit,
    Installation,
    Scope,
    SiteLimit,
)
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Connection,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.planning.provision import grid_limit_w

CIRCUITS = {
    "main": Circuit(fuse_a=35.0, margin_a=1.0),
    "garage": Circuit(fuse_a=20.0, parent="main"),
    "yard": Circuit(fuse_a=16.0, phases=1, parent="main"),
}
HOUSE_W = 1000.0


def _on(circuit: str | None) -> ChargerReading:
    settings = ChargerSettings(connection=Connection(circuit))
    return ChargerReading(settings, Mode.ECO_PLUS, ready=True, charging=False)


@pytest.mark.parametrize(
    ("places", "limit_w"),
    [
        ([None], math.inf),
        (["main"], 34 * 690 - HOUSE_W),
        (["garage"], 20 * 690),
        (["garage", "garage"], 20 * 690),
        # Only the main fuse carries both.
        (["garage", "yard"], 34 * 690 - HOUSE_W),
        (["garage", None], math.inf),
        (["yard"], 16 * 230),
    ],
)
def test_the_narrowest_circuit_that_all_share(
    places: list[str | None], limit_w: float
) -> None:
    chargers = [_on(circuit) for circuit in places]
    assert grid_limit_w(Installation(CIRCUITS), chargers, HOUSE_W) == limit_w
    assert grid_limit_w(Installation(), chargers, HOUSE_W) == math.inf


@pytest.mark.parametrize(
    ("limit", "limit_w"),
    [
        (SiteLimit(power_w=4200.0), 4200),
        (SiteLimit(power_w=4200.0, scope=Scope.EVERYTHING), 3200),
        (SiteLimit(power_w=500.0, scope=Scope.EVERYTHING), 0),
        (SiteLimit(current_a=10.0), 6900),
        (SiteLimit(power_w=4200.0, circuit="yard"), 20 * 690),
        # It expires by itself.
        (SiteLimit(power_w=4200.0, until_s=3600.0), 20 * 690),
    ],
)
def test_limits_from_outside(limit: SiteLimit, limit_w: float) -> None:
    installation = Installation(CIRCUITS, limits=(limit,))
    assert grid_limit_w(installation, [_on("garage")], HOUSE_W) == limit_w


def test_a_peak_that_must_not_be_exceeded() -> None:
    installation = Installation({"main": Circuit(fuse_a=63.0, peak_w=10_000.0)})
    assert grid_limit_w(installation, [_on("main")], HOUSE_W) == 9000
