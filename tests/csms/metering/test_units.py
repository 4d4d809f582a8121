"""A number and a unit, however they are spelled, become a number in the base unit."""

import math

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ocpp.csms.metering.meter import Measurand
from custom_components.ocpp.csms.metering.units import scale_of

POWER, ENERGY = Measurand.POWER_ACTIVE_IMPORT, Measurand.ENERGY_ACTIVE_IMPORT_REGISTER
CURRENT, VOLTAGE = Measurand.CURRENT_IMPORT, Measurand.VOLTAGE
REACTIVE = Measurand.POWER_REACTIVE_IMPORT
REACTIVE_ENERGY = Measurand.ENERGY_REACTIVE_IMPORT_REGISTER


def base_value(
    measurand: Measurand, number: str | float, unit: str | None
) -> float | None:
    """Return a value in the base unit of its measurand."""
    scale = scale_of(measurand, unit)
    return None if scale is None else scale.base_value(number)


@pytest.mark.parametrize(
    ("measurand", "number", "unit", "value"),
    [
        (ENERGY, "1.5", "kWh", 1500),
        (ENERGY, "1.5", "KWH", 1500),
        (ENERGY, "1.5", " kwh ", 1500),
        (ENERGY, "1500", "Wh", 1500),
        (ENERGY, "1500", None, 1500),
        (ENERGY, "1500", "", 1500),
        (ENERGY, "1.5", "MWh", 1_500_000),
        (ENERGY, "1500", "mWh", 1.5),
        (ENERGY, "1.5", "kW", 1500),
        (POWER, "3.68", "kW", 3680),
        (POWER, "3680", "W", 3680),
        (POWER, "3680", None, 3680),
        (POWER, "3680", "Wh", 3680),
        (POWER, "3.68", "kVA", 3680),
        (POWER, "3680", "VA", 3680),
        (POWER, "3680000", "mW", 3680),
        (POWER, "0.00368", "MW", 3680),
        (REACTIVE, "0.5", "kvar", 500),
        (REACTIVE, "0.5", "kVAr", 500),
        (REACTIVE_ENERGY, "0.5", "kvarh", 500),
        (CURRENT, "16000", "mA", 16),
        (CURRENT, "16", "Amp", 16),
        (CURRENT, "16", "a", 16),
        (CURRENT, "16", "Wh", 16),
        (VOLTAGE, "230000", "mV", 230),
        (VOLTAGE, "0.4", "kV", 400),
        (VOLTAGE, "230", "Volt", 230),
        (Measurand.FREQUENCY, "50", "Hz", 50),
        (Measurand.FREQUENCY, "50", "W", None),
        (Measurand.FREQUENCY, "50000", "mHz", 50),
        (Measurand.FREQUENCY, "50", "cycles", 50),
        (Measurand.TEMPERATURE, "25", "Celsius", 25),
        (Measurand.TEMPERATURE, "25", "Celcius", 25),
        (Measurand.TEMPERATURE, "25", "°C", 25),
        (Measurand.TEMPERATURE, "25", "C", 25),
        (Measurand.TEMPERATURE, "25", None, 25),
        (Measurand.TEMPERATURE, "77", "Fahrenheit", 25),
        (Measurand.TEMPERATURE, "77", "°F", 25),
        (Measurand.TEMPERATURE, "298.15", "K", 25),
        (Measurand.TEMPERATURE, "-127", "Celsius", None),
        (Measurand.SOC, "80", "Percent", 80),
        (Measurand.SOC, "80", "%", 80),
        (Measurand.SOC, "80", None, 80),
        (Measurand.SOC, "255", "Percent", None),
        (Measurand.SOC, "-1", "Percent", None),
        (Measurand.POWER_FACTOR, "0.98", None, 0.98),
        (Measurand.POWER_FACTOR, "-0.98", None, -0.98),
        (Measurand.POWER_FACTOR, "98", "Percent", 0.98),
        (Measurand.POWER_FACTOR, "98", None, None),
        (Measurand.RPM, "1200", "RPM", 1200),
        (Measurand.RPM, "1200", None, 1200),
        pytest.param(CURRENT, "3680", "W", None, id="a current in watts"),
        pytest.param(POWER, "16", "A", None, id="a power in amperes"),
        pytest.param(VOLTAGE, "16", "kW", None, id="a voltage in kilowatts"),
    ],
)
def test_units_in_the_wild(
    measurand: Measurand, number: str, unit: str | None, value: float | None
) -> None:
    found = base_value(measurand, number, unit)
    assert found == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("16", 16),
        ("16.00", 16),
        ("16,5", 16.5),
        (" 16.5 ", 16.5),
        ("\t16,5\r\n", 16.5),
        ("+16.5", 16.5),
        ("-16.5", -16.5),
        ("1.65e1", 16.5),
        (".5", 0.5),
        ("0", 0),
        ("", None),
        (" ", None),
        (",", None),
        ("16,", None),
        ("1,234,567", None),
        ("1.234,5", None),
        ("1,234.5", None),
        ("NaN", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e999", None),
        ("0x10", None),
        ("None", None),
        ("null", None),
        ("16 A", None),
        ("--", None),
    ],
)
def test_numbers_in_the_wild(number: str, value: float | None) -> None:
    assert base_value(CURRENT, number, "A") == value


@given(
    st.sampled_from(Measurand),
    st.text(max_size=8) | st.floats().map(str) | st.floats(),
    st.none() | st.text(max_size=6) | st.sampled_from(["W", "kWh", "K", "%", "mA"]),
)
@example(ENERGY, "1_0", None)
def test_whatever_is_said_a_value_is_finite_and_never_out_of_nothing(
    measurand: Measurand, number: str | float, unit: str | None
) -> None:
    value = base_value(measurand, number, unit)
    if value is None:
        return
    assert math.isfinite(value)
    assert any(character.isdigit() for character in str(number))


@given(
    st.sampled_from([POWER, ENERGY, REACTIVE, REACTIVE_ENERGY, CURRENT, VOLTAGE]),
    st.floats(-1e6, 1e6),
)
def test_a_kilo_is_a_thousand_and_a_milli_a_thousandth(
    measurand: Measurand, number: float
) -> None:
    unit = {CURRENT: "A", VOLTAGE: "V"}.get(measurand, "W")
    if measurand in (CURRENT, VOLTAGE):
        # There is no kiloampere.
        number /= 1e7
    base = base_value(measurand, number, unit)
    assert base == number
    assert base_value(measurand, number, f"k{unit}") == pytest.approx(number * 1000)
    assert base_value(measurand, number, f"m{unit}") == pytest.approx(number / 1000)
    with_comma = f"{number:f}".replace(".", ",")
    assert base_value(measurand, with_comma, unit) == pytest.approx(number, abs=1e-6)
