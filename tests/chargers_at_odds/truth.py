"""The truth about a connector, held against what is shown of it."""

import pytest

from .stage import Stage


def shown_and_true(at: Stage, evse_id: int = 1) -> None:
    """Check that power, current and offered current are those of the present, by the simulator's physics."""
    meter, car = at.evse(evse_id).meter, at.charger.connectors[evse_id].car
    power_w = 0.0 if car is None else car.power_w
    assert meter.power_w == pytest.approx(power_w, abs=1)
    assert meter.current_a == pytest.approx(at.drawn_a(evse_id), abs=0.1)
    offered_a = at.charger.offered_a(evse_id)
    assert meter.offered_current_a == pytest.approx(offered_a, abs=0.1)


def energy_is_exact(at: Stage, evse_id: int = 1) -> None:
    """Check that the energy of the session is what was really charged."""
    transaction = at.evse(evse_id).transaction
    assert transaction is not None
    charged_wh = at.charger.session_wh[evse_id]
    assert transaction.energy_wh == pytest.approx(charged_wh, abs=1)
