"""Averages of the available power, whatever the interval of the meter."""

import pytest

from custom_components.ocpp.surplus.power.trend import updated


@pytest.mark.parametrize("interval_s", [1.0, 5.0, 60.0, 300.0])
def test_no_sample_alone_is_an_average(interval_s: float) -> None:
    """A slow meter's last value tells no more of the next minutes than that of a quick one."""
    trend = updated(None, 1000.0, 0.0, 0.0)
    trend = updated(trend, 5000.0, interval_s, interval_s)
    assert trend.average_w <= 3000
    for number in range(2, 400):
        trend = updated(trend, 5000.0, interval_s, number * interval_s)
    assert trend.average_w == pytest.approx(5000, abs=1)
