"""Sampled values become a meter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.metering.meter import (
    NO_PHASES,
    Location,
    Measurand,
    Measurement,
    Meter,
    Phases,
)
from custom_components.ocpp.csms.metering.presence import MOVING, at_rest
from custom_components.ocpp.csms.metering.readings import Metered, read
from custom_components.ocpp.csms.metering.samples import Sample
from custom_components.ocpp.csms.metering.units import scale_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
POWER, CURRENT, VOLTAGE = "Power.Active.Import", "Current.Import", "Voltage"
ENERGY = "Energy.Active.Import.Register"
LINES = ("L1", "L2", "L3")


def _read(*samples: Sample, meter: Meter | None = None, **more: Any) -> Meter:
    """Read samples, ten seconds after those before."""
    now = NOW if meter is None or meter.sampled_at is None else LATER
    return read(meter or Meter(), samples, now, **more).meter


def _each(measurand: str, *values: float, unit: str | None = None) -> list[Sample]:
    return [
        Sample(measurand, str(value), unit, line)
        for line, value in zip(LINES, values, strict=False)
    ]


# Every measurand.


@pytest.mark.parametrize("measurand", list(Measurand))
def test_every_measurand_is_read(measurand: Measurand) -> None:
    metered = read(Meter(), [Sample(measurand.value, "0.5")], NOW)
    (measurement,) = metered.meter.measurements.values()
    expected = Measurement(0.5, NO_PHASES, Location.OUTLET, NOW)
    assert measurement._replace(instant=None) == expected
    assert metered.meter.value(measurand) == 0.5
    assert metered.dropped == 0
    assert metered.meter.sampled_at == NOW


@pytest.mark.parametrize("location", list(Location))
@pytest.mark.parametrize("measurand", list(Measurand))
def test_of_every_location(measurand: Measurand, location: Location) -> None:
    sample = Sample(measurand.value, "0.5", location=location.value)
    assert _read(sample).measurements[measurand].location is location


@pytest.mark.parametrize("phase", ["L1", "L1-N", "l1", " L1 "])
@pytest.mark.parametrize("measurand", list(Measurand))
def test_on_every_phase(measurand: Measurand, phase: str) -> None:
    for line in (1, 2, 3):
        sample = Sample(measurand.value, "0.5", phase=phase.replace("1", str(line)))
        phases = [0.5 if line == n else None for n in (1, 2, 3)]
        assert _read(sample).phases(measurand) == Phases(*phases)


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("Voltage.L1-N", "l1"),
        ("voltage.l2-n", "l2"),
        ("Voltage.L3", "l3"),
        ("Current.Import.L1", "l1"),
        ("current.import.L2", "l2"),
        ("Power.Factor.L3", "l3"),
        ("Energy.Active.Import.Register.L1", "l1"),
    ],
)
def test_a_phase_in_the_name_of_the_measurand(name: str, phase: str) -> None:
    measurements = _read(Sample(name, "0.5")).measurements
    (measurand,) = measurements
    assert name.casefold().startswith(measurand.casefold())
    assert getattr(measurements[measurand].phases, phase) == 0.5


@pytest.mark.parametrize(
    "name", ["current.import", "CURRENT.IMPORT", " Current.Import"]
)
def test_the_case_of_a_measurand_means_nothing(name: str) -> None:
    assert _read(Sample(name, "16")).current_a == 16


@pytest.mark.parametrize(
    "name", ["", ".", "L1", "Current", "Display.PresentSOC", "x.y"]
)
def test_a_measurand_that_nobody_knows_does_no_harm(name: str) -> None:
    assert read(Meter(), [Sample(name, "5"), Sample(name, "")], NOW) == Metered(
        Meter(), 0
    )


# Totals and phases.


def test_a_total_in_base_units() -> None:
    meter = _read(Sample(POWER, "3680.0", "W"), Sample(ENERGY, "1234", "Wh"))
    assert meter.power_w == 3680
    assert meter.energy_wh == 1234


def test_phases_add_up_where_there_is_no_total() -> None:
    meter = _read(*_each(POWER, 1000, 1001, 1002, unit="W"))
    assert meter.power_w == 3003
    assert meter.phases(Measurand.POWER_ACTIVE_IMPORT) == Phases(1000, 1001, 1002)


def test_a_total_wins_over_the_sum_of_its_phases() -> None:
    meter = _read(Sample(POWER, "3010", "W"), *_each(POWER, 1000, 1000, 1000))
    assert meter.power_w == 3010
    assert meter.phases(Measurand.POWER_ACTIVE_IMPORT) == Phases(1000, 1000, 1000)


def test_the_current_is_that_of_the_most_loaded_phase() -> None:
    meter = _read(*_each(CURRENT, 9.8, 10.1))
    assert meter.current_a == 10.1
    assert meter.phases(Measurand.CURRENT_IMPORT) == Phases(9.8, 10.1)


def test_a_current_filed_under_neutral_counts_where_there_is_no_other() -> None:
    assert _read(Sample(CURRENT, "7", "A", "N")).current_a == 7
    both = _read(Sample(CURRENT, "7", "A", "N"), Sample(CURRENT, "6.9", "A", "L1"))
    assert both.current_a == 6.9


def test_voltages_against_neutral() -> None:
    assert _read(Sample(VOLTAGE, "231", "V", "L1-N")).voltage_v == 231
    meter = _read(*_each(VOLTAGE, 230, 0))
    assert meter.voltage_v == 230
    assert meter.phases(Measurand.VOLTAGE) == Phases(230, 0)
    assert _read(Sample(VOLTAGE, "0")).voltage_v == 0


def test_voltages_between_phases() -> None:
    pairs = [Sample(VOLTAGE, "400", "V", pair) for pair in ("L1-L2", "L2-L3", "L3-L1")]
    volts = 400 / math.sqrt(3)
    meter = _read(*pairs)
    assert meter.voltage_v == pytest.approx(volts)
    assert meter.phases(Measurand.VOLTAGE).known == pytest.approx((volts,) * 3)
    both = _read(*pairs, *_each(VOLTAGE, 229, 230, 231))
    assert both.voltage_v == 230
    # Between two phases of a net with 208 or 240 V lies what the car gets.
    assert _read(Sample(VOLTAGE, "240", "V", "L1-L2")).voltage_v == 240


def test_a_power_factor_is_a_mean_of_phases() -> None:
    meter = _read(*_each("Power.Factor", 0.9, 1.0, 0.8))
    assert meter.value(Measurand.POWER_FACTOR) == pytest.approx(0.9)


def test_the_hottest_phase_is_the_temperature() -> None:
    meter = _read(*_each("Temperature", 31, 45, 33))
    assert meter.value(Measurand.TEMPERATURE) == 45


# Phases that come and go.


def test_a_phase_that_is_gone_leaves_no_trace() -> None:
    """The car has switched from three phases to one."""
    before = _read(
        *_each(CURRENT, 10, 10, 10),
        *_each(POWER, 2300, 2300, 2300),
        *_each(VOLTAGE, 230, 231, 232),
    )
    after = _read(*_each(CURRENT, 16), *_each(POWER, 3680), meter=before)
    assert after.phases(Measurand.CURRENT_IMPORT) == Phases(16)
    assert after.phases(Measurand.POWER_ACTIVE_IMPORT) == Phases(3680)
    assert (after.current_a, after.power_w) == (16, 3680)
    assert (before.phases_in_use, after.phases_in_use) == (3, 1)
    # What the message does not speak of is still known.
    assert after.phases(Measurand.VOLTAGE) == Phases(230, 231, 232)


def test_a_message_about_something_else_leaves_the_phases_alone() -> None:
    before = _read(*_each(CURRENT, 10, 10, 10))
    after = _read(Sample(ENERGY, "5"), meter=before)
    assert after.phases(Measurand.CURRENT_IMPORT) == Phases(10, 10, 10)
    assert after.phases_in_use == 3


def test_a_total_in_place_of_phases_clears_them() -> None:
    before = _read(*_each(POWER, 1000, 1000, 1000))
    after = _read(Sample(POWER, "1000"), meter=before)
    assert after.phases(Measurand.POWER_ACTIVE_IMPORT) == NO_PHASES


def test_a_register_that_is_told_of_one_phase_keeps_the_others() -> None:
    before = _read(*_each(ENERGY, 1, 2, 3, unit="kWh"))
    assert before.energy_wh == 6000
    after = _read(*_each(ENERGY, 1.5, unit="kWh"), meter=before)
    assert after.energy_wh == 6500
    assert after.phases(Measurand.ENERGY_ACTIVE_IMPORT_REGISTER) == Phases(
        1500, 2000, 3000
    )


# Where it is measured.


def _at(location: str | None, value: float, measurand: str = POWER) -> Sample:
    return Sample(measurand, str(value), location=location)


@pytest.mark.parametrize(
    ("better", "worse"),
    [(None, "Inlet"), ("Outlet", "Body"), ("Cable", "Inlet"), ("EV", "Inlet")],
)
def test_what_the_car_gets_counts(better: str | None, worse: str) -> None:
    for samples in (
        [_at(better, 3600), _at(worse, 3700)],
        [_at(worse, 3700), _at(better, 3600)],
    ):
        assert _read(*samples).power_w == 3600
    # Nor in the next message: its register would be another one.
    assert _read(_at(worse, 3700), meter=_read(_at(better, 3600))).power_w == 3600
    assert _read(_at(better, 3600), meter=_read(_at(worse, 3700))).power_w == 3600
    assert _read(_at(worse, 3700)).power_w == 3700


def test_the_car_itself_knows_its_battery_best() -> None:
    samples = [_at("EV", 81, "SoC"), _at("Outlet", 80, "SoC"), _at(None, 79, "SoC")]
    for order in (samples, samples[::-1]):
        assert _read(*order).value(Measurand.SOC) == 81


def test_the_temperature_is_the_charger_s() -> None:
    samples = [_at("EV", 20, "Temperature"), _at("Body", 40, "Temperature")]
    assert _read(*samples).value(Measurand.TEMPERATURE) == 40
    plug = _at("Outlet", 50, "Temperature")
    assert _read(*samples, plug).value(Measurand.TEMPERATURE) == 50


# When it is measured.


def _in(context: str | None, value: float, measurand: str = ENERGY) -> Sample:
    return Sample(measurand, str(value), context=context)


CONTEXTS = [
    "Transaction.Begin",
    "Interruption.Begin",
    "Interruption.End",
    "Sample.Clock",
    "Other",
    "Trigger",
    "Sample.Periodic",
    "Transaction.End",
]
"""From the one that tells least of now to the one that tells most."""


@given(st.permutations(list(enumerate(CONTEXTS))))
def test_the_latest_of_several_contexts_counts(
    contexts: list[tuple[int, str]],
) -> None:
    samples = [_in(context, rank * 100) for rank, context in contexts]
    assert _read(*samples).energy_wh == 700
    assert _read(*(item for item in samples if item.value != "700")).energy_wh == 600


@pytest.mark.parametrize("context", [None, "", "Sample.Periodic ", "Nonsense"])
def test_a_context_that_nobody_knows_is_the_usual_one(context: str | None) -> None:
    samples = [_in(context, 500), _in("Sample.Clock", 400)]
    assert _read(*samples).energy_wh == 500


def test_how_it_began_does_not_replace_how_it_is() -> None:
    before = _read(_in("Sample.Periodic", 5000))
    metered = read(before, [_in("Transaction.Begin", 1000)], LATER, NOW)
    assert metered.meter.energy_wh == 5000
    assert (metered.register_wh, metered.begin_wh) == (None, 1000)
    newer = read(before, [_in("Transaction.Begin", 6000)], LATER, LATER)
    assert newer.meter.energy_wh == 6000
    assert (newer.register_wh, newer.begin_wh) == (6000, 6000)


def test_a_total_of_the_past_and_phases_of_now() -> None:
    samples = [_in("Transaction.Begin", 1000), *_each(ENERGY, 500, 500, 500)]
    metered = read(Meter(), samples, NOW)
    assert (metered.register_wh, metered.begin_wh) == (1500, 1000)


def test_how_it_began_on_each_phase() -> None:
    samples = [
        item._replace(context="Transaction.Begin") for item in _each(ENERGY, 1, 2, 3)
    ]
    assert read(Meter(), samples, NOW).begin_wh == 6


# No value is invented.


@pytest.mark.parametrize("value", ["", " ", "abc", "NaN", "inf", "-Infinity", "1e999"])
@pytest.mark.parametrize("measurand", list(Measurand))
def test_no_value_is_invented(measurand: Measurand, value: str) -> None:
    before = _read(Sample(measurand.value, "0.5"))
    metered = read(before, [Sample(measurand.value, value)], LATER)
    assert metered == Metered(before, 1)
    assert read(Meter(), [Sample(measurand.value, value)], NOW) == Metered(Meter(), 1)


def test_one_blank_among_others_is_left_out() -> None:
    metered = read(
        Meter(), [*_each(CURRENT, 10, 11), Sample(CURRENT, "", phase="L3")], NOW
    )
    assert metered.meter.phases(Measurand.CURRENT_IMPORT) == Phases(10, 11)
    assert metered.dropped == 1


# At rest.


def test_nothing_flows_at_rest() -> None:
    meter = _read(
        Sample(POWER, "3000", "W"), *_each(CURRENT, 13, 0.5), Sample(ENERGY, "5")
    )
    assert meter.phases_in_use == 1
    resting = at_rest(meter, LATER)
    assert (resting.power_w, resting.current_a, resting.phases_in_use) == (0, 0, 0)
    assert resting.phases(Measurand.CURRENT_IMPORT) == Phases(0, 0)
    assert resting.current_sampled_at == LATER
    assert resting.energy_wh == 5
    assert at_rest(resting, LATER) is resting
    assert at_rest(Meter(), LATER) == Meter()


# Whatever comes.

NUMBERS = st.text(max_size=6) | st.floats().map(str) | st.floats(0, 1e5).map(str)
SAMPLES = st.builds(
    Sample,
    st.sampled_from([*Measurand, "Nonsense", "Voltage.L1-N", "Current.Import.L2", ""]),
    NUMBERS,
    st.sampled_from(
        [None, "W", "kW", "Wh", "kWh", "A", "V", "Percent", "K", "Nonsense"]
    ),
    st.sampled_from([None, "", "L1", "L2", "L3", "N", "L1-N", "L2-L3", "Nonsense"]),
    st.sampled_from([None, "", *CONTEXTS, "Nonsense"]),
    st.sampled_from([None, "", *Location, "Nonsense"]),
)


@given(st.lists(st.lists(SAMPLES, max_size=20), max_size=4), st.sampled_from([1, 3]))
def test_any_samples_make_a_meter_of_finite_numbers(
    messages: list[list[Sample]], wired: int
) -> None:
    meter, now = Meter(), NOW
    for samples in messages:
        now += timedelta(seconds=10)
        metered = read(meter, samples, now, now, wired)
        usable = [
            sample
            for sample in samples
            if _measurand(sample) is not None and _value(sample) is not None
        ]
        known = [sample for sample in samples if _measurand(sample) is not None]
        assert metered.dropped == len(known) - len(usable)
        told = {_measurand(sample) for sample in usable}
        shown = metered.meter.measurements.keys()
        assert shown <= meter.measurements.keys() | told
        # What flows at the end of a session does not flow any more, and no car is empty at once.
        assert shown >= meter.measurements.keys() | (told - MOVING - {Measurand.SOC})
        meter = metered.meter
        for measurement in meter.measurements.values():
            assert all(
                map(math.isfinite, (measurement.value, *measurement.phases.known))
            )
        assert meter.phases_in_use is None or 0 <= meter.phases_in_use <= wired
    rested = at_rest(meter, NOW)
    assert not rested.power_w
    assert not rested.current_a


def _measurand(sample: Sample) -> Measurand | None:
    names = {item.value: item for item in Measurand}
    names |= {
        "Voltage.L1-N": Measurand.VOLTAGE,
        "Current.Import.L2": Measurand.CURRENT_IMPORT,
    }
    return names.get(sample.measurand)


def _value(sample: Sample) -> float | None:
    measurand = _measurand(sample)
    assert measurand is not None
    scale = scale_of(measurand, sample.unit)
    return None if scale is None else scale.base_value(sample.value)


@given(st.lists(SAMPLES, max_size=12), st.randoms())
def test_the_order_of_samples_that_were_taken_at_once_means_nothing(
    samples: list[Sample], random: Any
) -> None:
    shuffled: Sequence[Sample] = random.sample(samples, len(samples))
    assert read(Meter(), shuffled, NOW) == read(Meter(), samples, NOW)


@given(
    kilo=st.floats(0, 1e6, allow_nan=False), phases=st.permutations(["L1", "L2", "L3"])
)
def test_the_unit_and_the_order_of_phases_make_no_difference(
    kilo: float, phases: list[str]
) -> None:
    in_kw = _read(*(Sample(POWER, kilo, "kW", phase) for phase in phases))
    in_w = _read(*(Sample(POWER, kilo * 1000, "W", phase) for phase in sorted(phases)))
    assert in_kw.power_w == pytest.approx(in_w.power_w)


@given(st.lists(SAMPLES, max_size=12))
def test_values_of_a_message_come_from_that_message(samples: list[Sample]) -> None:
    """A measurand that a message leaves out stays as it was."""
    before = _read(*(Sample(item.value, "0.25", phase="L2") for item in Measurand))
    after = read(before, samples, LATER).meter
    for measurand in Measurand:
        if after.measurements[measurand].at != LATER:
            assert after.measurements[measurand] == before.measurements[measurand]
        elif not measurand.endswith(".Register"):
            phases = after.measurements[measurand].phases
            assert phases.l2 is None or any(
                (item.phase or item.measurand).strip().upper()
                in ("L2", "L2-N", "L2-L3", "CURRENT.IMPORT.L2")
                for item in samples
                if _measurand(item) is measurand
            )
