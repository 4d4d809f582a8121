"""History of the cars' draw: its bounds while it is unknown at which instant within a time a meter was read."""

import pytest

from custom_components.ocpp.surplus.model import Estimate
from custom_components.ocpp.surplus.sensing.draws import Draw, DrawHistory


def _history(count: int, *watts: float) -> DrawHistory:
    return DrawHistory(
        tuple(
            Draw(10.0 * number, Estimate.exactly(each), Estimate.exactly(each), count)
            for number, each in enumerate(watts)
        )
    )


@pytest.mark.parametrize(("count", "above_w"), [(1, 8000.0), (4, 4000.0), (16, 2000.0)])
def test_the_more_cars_draw_the_more_their_moves_make_up_for_each_other(
    count: int, above_w: float
) -> None:
    draw = _history(count, 4000.0, 4000.0, 12_000.0).within(5.0, 25.0, 15.0)
    assert draw.all_w == Estimate(4000.0, 4000.0, 4000.0 + above_w)
    assert draw.solar_w == draw.all_w
