"""Sampled values become a meter."""

from datetime import UTC, datetime
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.metering import Sample, at_rest, read
from custom_components.ocpp.csms.model import Meter, Phases

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POWER, CURRENT, VOLTAGE = "Power.Active.Import", "Current.Import", "Voltage"
ENERGY = "Energy.Active.Import.Register"


def _read(*samples: Sample, meter: Meter | None = None) -> Meter:
    return read(meter or Meter(), samples, NOW).meter


def test_a_total_in_base_units() -> None:
    meter = _read(Sample(POWER, "3680.0", "W"), Sample(ENERGY, "1234", "Wh"))
    assert meter.power_w == 3680
    assert meter.energy_wh == 1234
    assert meter.sampled_at == NOW


def test_kilo_units() -> None:
    meter = _read(Sample(POWER, "3.68", "kW"), Sample(ENERGY, "1.234", "kWh"))
    assert meter.power_w == pytest.approx(3680)
    assert meter.energy_wh == pytest.approx(1234)


def test_an_energy_without_unit_is_in_wh() -> None:
    assert _read(Sample(ENERGY, "1234")).energy_wh == 1234


def test_phases_add_up_where_there_is_no_total() -> None:
    meter = _read(*(Sample(POWER, "1000", "W", phase) for phase in ("L1", "L2", "L3")))
    assert meter.power_w == 3000
    assert meter.power_phase_w == Phases(1000, 1000, 1000)


def test_a_total_wins_over_the_sum_of_its_phases() -> None:
    meter = _read(Sample(POWER, "3010", "W"), Sample(POWER, "1000", "W", "L1"))
    assert meter.power_w == 3010


def test_the_current_is_that_of_the_most_loaded_phase() -> None:
    meter = _read(Sample(CURRENT, "9.8", "A", "L1"), Sample(CURRENT, "10.1", "A", "L2"))
    assert meter.current_a == 10.1
    assert meter.current_phase_a == Phases(9.8, 10.1)


def test_a_phase_that_is_gone_leaves_no_trace() -> None:
    before = _read(*(Sample(CURRENT, "10", "A", phase) for phase in ("L1", "L2", "L3")))
    after = _read(Sample(CURRENT, "12", "A", "L1"), meter=before)
    assert after.current_phase_a == Phases(12)


def test_a_current_filed_under_neutral_counts_where_there_is_no_other() -> None:
    assert _read(Sample(CURRENT, "7", "A", "N")).current_a == 7
    both = _read(Sample(CURRENT, "7", "A", "N"), Sample(CURRENT, "6.9", "A", "L1"))
    assert both.current_a == 6.9


def test_voltages_against_neutral_and_between_phases() -> None:
    assert _read(Sample(VOLTAGE, "231", "V", "L1-N")).voltage_v == 231
    between = _read(Sample(VOLTAGE, "400", "V", "L1-L2"))
    assert between.voltage_v == pytest.approx(400 / math.sqrt(3))
    dead_phase = _read(
        Sample(VOLTAGE, "230", "V", "L1"), Sample(VOLTAGE, "0", "V", "L2")
    )
    assert dead_phase.voltage_v == 230


@pytest.mark.parametrize("value", ["", " ", "abc", "NaN", "inf", "-Infinity", "1,5"])
def test_no_value_is_invented(value: str) -> None:
    before = _read(Sample(ENERGY, "1000"))
    metered = read(before, [Sample(ENERGY, value)], NOW)
    assert metered.meter.energy_wh == 1000
    assert metered.dropped == 1


def test_what_nobody_needs_is_passed_over() -> None:
    metered = read(Meter(), [Sample("RPM", "5")], NOW)
    assert metered.meter == Meter()
    assert metered.dropped == 0


def test_nothing_flows_at_rest() -> None:
    meter = _read(
        Sample(POWER, "3000", "W"),
        Sample(CURRENT, "13", "A", "L1"),
        Sample(ENERGY, "5"),
    )
    resting = at_rest(meter, NOW)
    assert resting.power_w == 0
    assert resting.current_a == 0
    assert resting.current_phase_a == Phases(0)
    assert resting.energy_wh == 5
    assert at_rest(resting, NOW) is resting
    assert at_rest(Meter(), NOW) == Meter()


SAMPLES = st.builds(
    Sample,
    st.sampled_from(
        [POWER, CURRENT, VOLTAGE, ENERGY, "SoC", "Current.Offered", "Nonsense"]
    ),
    st.text(max_size=6) | st.floats().map(str) | st.floats(),
    st.sampled_from([None, "W", "kW", "Wh", "kWh", "A", "V", "Percent", "Nonsense"]),
    st.sampled_from([None, "L1", "L2", "L3", "N", "L1-N", "L2-L3", "Nonsense"]),
)


@given(st.lists(SAMPLES, max_size=20))
def test_any_samples_make_a_meter_of_finite_numbers(samples: list[Sample]) -> None:
    meter = read(Meter(), samples, NOW).meter
    values = [
        *(meter.power_w, meter.energy_wh, meter.current_a, meter.voltage_v),
        *(meter.soc_percent, meter.offered_current_a, *meter.power_phase_w.known),
        *(*meter.current_phase_a.known, *meter.voltage_phase_v.known),
    ]
    assert all(value is None or math.isfinite(value) for value in values)


@given(
    kilo=st.floats(0, 1e6, allow_nan=False), phases=st.permutations(["L1", "L2", "L3"])
)
def test_the_unit_and_the_order_of_phases_make_no_difference(
    kilo: float, phases: list[str]
) -> None:
    in_kw = _read(*(Sample(POWER, kilo, "kW", phase) for phase in phases))
    in_w = _read(*(Sample(POWER, kilo * 1000, "W", phase) for phase in sorted(phases)))
    assert in_kw.power_w == pytest.approx(in_w.power_w)
