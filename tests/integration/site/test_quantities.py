"""What entities show: read where its meaning is certain, and nothing else."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.numerals import numeral_of
from custom_components.ocpp.quantities import Quantity, Shown, Trouble, shown_by
from homeassistant.core import State

UNIT, NUMBER = Shown(trouble=Trouble.UNIT), Shown(trouble=Trouble.NUMBER)


def _shown(quantity: Quantity, text: str, unit: str | None) -> Shown:
    attributes = {} if unit is None else {"unit_of_measurement": unit}
    return shown_by(State("sensor.any", text, attributes), quantity)


@pytest.mark.parametrize(
    ("text", "unit", "watts"),
    [
        ("3200", "W", 3200),
        ("3.2", "kW", 3200),
        ("0.0032", "MW", 3200),
        *[("3.2", unit, 3200) for unit in ("Kw", "KW", "kw", " kW ", "kilowatts")],
        *[("3200", unit, 3200) for unit in ("w", "watt", "Watts")],
        ("-8,000.0", "W", -8000),
        ("-8.000,0", "W", -8000),
        ("1.234,5", "W", 1234.5),
        ("1 234,5", "W", 1234.5),
        ("1\N{NARROW NO-BREAK SPACE}234.5", "W", 1234.5),
        ("1’234.5", "W", 1234.5),
        ("12,34,567.5", "W", 1234567.5),
        ("1,5", "kW", 1500),
        ("0,750", "kW", 750),
        # As thousands, it would be more than a power station.
        ("8,250", "kW", 8250),
        ("\N{MINUS SIGN}3200", "W", -3200),
        ("\N{EN DASH} 3200", "W", -3200),
        ("3200-", "W", -3200),
        ("+3200", "W", 3200),
        ("3.2e3", "W", 3200),
        ("3.2 kW", None, 3200),
        ("3,2kW", "kW", 3200),
        ("-3200 W", "", -3200),
        # Without a unit, what no house has in kilowatts are watts, and so are whole numbers.
        ("-8000.5", None, -8000.5),
        ("12", None, 12),
        ("0.0", None, 0),
    ],
)
def test_a_power_is_read_where_it_is_certain(
    text: str, unit: str | None, watts: float
) -> None:
    shown = _shown(Quantity.POWER, text, unit)
    assert shown.trouble is None
    assert shown.value == pytest.approx(watts)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        *[
            ("3.2", unit, UNIT)
            for unit in ("kVA", "VA", "var", "kWh", "A", "%", "mw", "W/m²")
        ],
        ("3.2", None, UNIT),
        ("3.2", "", UNIT),
        ("3.2 kW", "W", UNIT),
        ("3.2 kWh", None, UNIT),
        ("8,000", "W", NUMBER),
        *[
            (text, "W", NUMBER)
            for text in ("", "-", "nan", "inf", "none", "1,2,3", "1.2.3", "2026-01-01")
        ],
        ("unavailable", "kVA", Shown()),
        ("unknown", None, Shown()),
    ],
)
def test_a_power_that_is_not_certain_is_not_guessed(
    text: str, unit: str | None, expected: Shown
) -> None:
    assert _shown(Quantity.POWER, text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "percent"),
    [
        ("85", "%", 85),
        ("85,5", "%", 85.5),
        ("85.5 %", None, 85.5),
        ("85,500", "%", 85.5),
        ("85.5", None, 85.5),
        ("0.85", "%", 0.85),
        ("0", None, 0),
    ],
)
def test_a_state_of_charge_is_read_where_it_is_certain(
    text: str, unit: str | None, percent: float
) -> None:
    assert _shown(Quantity.CHARGE, text, unit).value == pytest.approx(percent)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("0.85", None, UNIT),
        ("12.4", "kWh", UNIT),
        ("850", "%", NUMBER),
        ("-5", "%", NUMBER),
    ],
)
def test_a_state_of_charge_that_is_not_certain_is_not_guessed(
    text: str, unit: str | None, expected: Shown
) -> None:
    assert _shown(Quantity.CHARGE, text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "amps"),
    [
        ("16,5", "A", 16.5),
        ("16500", "mA", 16.5),
        ("16.5 Amps", None, 16.5),
        ("16.5", None, 16.5),
    ],
)
def test_a_current_is_read_where_it_is_certain(
    text: str, unit: str | None, amps: float
) -> None:
    assert _shown(Quantity.CURRENT, text, unit).value == pytest.approx(amps)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_all_ways_to_group_digits_are_read(number: object) -> None:
    english, value = f"{number:,.2f}", pytest.approx(float(str(number)))
    for marks in ((",", "."), (".", ","), (" ", ","), ("'", ".")):
        text = "".join({",": marks[0], ".": marks[1]}.get(c, c) for c in english)
        numeral = numeral_of(text)
        assert numeral is not None
        assert list(numeral.values) == [value]


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    for quantity in Quantity:
        _shown(quantity, text, text)
