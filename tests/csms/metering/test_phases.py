"""On how many phases a car draws is told by currents, or by what power they make."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.metering.meter import Measurand, Meter, Phases
from custom_components.ocpp.csms.metering.readings import read
from custom_components.ocpp.csms.metering.samples import Sample

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
LINES = ("L1", "L2", "L3")
POWER, CURRENT, VOLTAGE = "Power.Active.Import", "Current.Import", "Voltage"


def _each(measurand: str, *values: float | None) -> list[Sample]:
    return [
        Sample(measurand, str(value), phase=line)
        for line, value in zip(LINES, values, strict=False)
        if value is not None
    ]


def _meter(*samples: Sample, before: Meter | None = None, wired: int = 3) -> Meter:
    now = NOW if before is None or before.sampled_at is None else LATER
    return read(before or Meter(), samples, now, now, wired).meter


@pytest.mark.parametrize(
    ("currents", "phases"),
    [
        ((16, 16, 16), 3),
        ((16, 16, 0), 2),
        ((16, 0, 0), 1),
        ((0, 16, 0), 1),
        ((6.1, 6.0, 5.9), 3),
        ((1.2, 1.2, 1.2), 3),
        pytest.param((32, 1.5, 1.5), 1, id="noise beside a high current"),
        pytest.param((10, 0.4, 0.4), 1, id="standby"),
        ((0.2, 0.2, 0.2), 0),
        ((0, 0, 0), 0),
        ((16, 16, None), 2),
    ],
)
def test_currents_are_counted(currents: tuple[float | None, ...], phases: int) -> None:
    assert _meter(*_each(CURRENT, *currents)).phases_in_use == phases


def test_nothing_is_told_before_anything_is_known() -> None:
    assert Meter().phases_in_use is None
    assert _meter(*_each(VOLTAGE, 230, 230, 230)).phases_in_use is None
    assert _meter(Sample(POWER, "3680")).phases_in_use is None
    assert _meter(Sample(CURRENT, "16")).phases_in_use is None


def test_the_count_does_not_flap_where_a_current_is_in_between() -> None:
    meter = _meter(*_each(CURRENT, 1.2, 1.2, 1.2))
    for current_a in (0.9, 1.1, 0.6, 0.95, 0.7):
        meter = _meter(*_each(CURRENT, 1.2, 1.2, current_a), before=meter)
        assert meter.phases_in_use == 3
    meter = _meter(*_each(CURRENT, 1.2, 1.2, 0.3), before=meter)
    assert meter.phases_in_use == 2
    for current_a in (0.9, 0.6, 0.95, 0.7):
        meter = _meter(*_each(CURRENT, 1.2, 1.2, current_a), before=meter)
        assert meter.phases_in_use == 2
    assert _meter(*_each(CURRENT, 1.2, 1.2, 1.0), before=meter).phases_in_use == 3


@given(
    st.lists(st.floats(0, 40), min_size=3, max_size=3),
    st.sampled_from([None, 0, 1, 2, 3]),
)
def test_the_same_currents_again_change_nothing(
    currents: list[float], before: int | None
) -> None:
    meter = _meter(*_each(CURRENT, *currents), before=Meter(phases_in_use=before))
    again = _meter(*_each(CURRENT, *currents), before=meter)
    assert again.phases_in_use == meter.phases_in_use


@given(st.permutations([0.0, 7.0, 16.0]), st.floats(1, 32))
def test_which_phases_they_are_means_nothing(
    currents: list[float], current_a: float
) -> None:
    assert _meter(*_each(CURRENT, *currents)).phases_in_use == 2
    balanced = _meter(*_each(CURRENT, current_a, current_a, current_a))
    assert balanced.phases_in_use == 3


@pytest.mark.parametrize(
    ("power_w", "current_a", "phases"),
    [
        (3680, 16, 1),
        (3500, 16, 1),
        (7360, 16, 2),
        (11040, 16, 3),
        (10600, 16, 3),
        (800, 6, 1),
        pytest.param(5500, 16, None, id="one and a half phases"),
        pytest.param(11_040_000, 16, None, id="watts that are no kilowatts"),
        (0, 0, 0),
    ],
)
def test_a_total_current_is_held_against_the_power(
    power_w: float, current_a: float, phases: int | None
) -> None:
    samples = [
        Sample(POWER, str(power_w)),
        Sample(CURRENT, str(current_a)),
        Sample(VOLTAGE, "230"),
    ]
    assert _meter(*samples).phases_in_use == phases


def test_in_doubt_it_is_as_many_as_before() -> None:
    before = _meter(
        Sample(POWER, "11040"), Sample(CURRENT, "16"), Sample(VOLTAGE, "230")
    )
    doubtful = _meter(Sample(POWER, "5500"), Sample(CURRENT, "16"), before=before)
    assert doubtful.phases_in_use == 3
    # The voltage need not come with every message.
    single = _meter(Sample(POWER, "3680"), Sample(CURRENT, "16"), before=before)
    assert single.phases_in_use == 1


def test_powers_of_phases_are_counted_where_there_are_no_currents() -> None:
    assert (
        _meter(*_each(POWER, 2300, 2300, 0), Sample(VOLTAGE, "230")).phases_in_use == 2
    )


def test_a_charger_that_tells_the_current_of_one_phase_only() -> None:
    """As Enercab's does: all voltages, one current, and the power of all phases."""
    volts = _each(VOLTAGE, 230, 230, 230)
    three = _meter(*volts, *_each(CURRENT, 10), Sample(POWER, "6900"))
    assert three.phases_in_use == 3
    one = _meter(*volts, *_each(CURRENT, 10), Sample(POWER, "2300"), before=three)
    assert one.phases_in_use == 1
    # Without a power, what it says is all there is.
    assert _meter(*_each(CURRENT, 10), before=three).phases_in_use == 1


def test_autel_tells_a_third_of_the_current_of_its_only_phase() -> None:
    samples = [Sample(POWER, "2300"), Sample(CURRENT, "3.33"), Sample(VOLTAGE, "230")]
    wired = _meter(*samples, wired=1)
    assert wired.current_a == pytest.approx(10)
    assert wired.phases_in_use == 1
    dead = _meter(
        Sample(POWER, "2300"),
        *_each(CURRENT, 3.33, 3.33, 3.33),
        *_each(VOLTAGE, 230, 0, 0),
    )
    assert dead.current_a == pytest.approx(10)
    assert dead.phases_in_use == 1
    # What it says of the phases is shown as it says it.
    assert dead.phases(Measurand.CURRENT_IMPORT) == Phases(3.33, 3.33, 3.33)


@pytest.mark.parametrize(("told_v", "real_v"), [(120, 240), (120, 208), (100, 200)])
def test_the_voltage_to_the_middle_of_a_split_phase_is_no_lie_of_the_current(
    told_v: float, real_v: float
) -> None:
    samples = [
        Sample(POWER, str(16 * real_v)),
        Sample(CURRENT, "16"),
        Sample(VOLTAGE, str(told_v)),
    ]
    meter = _meter(*samples, wired=1)
    assert meter.current_a == 16
    assert meter.phases_in_use == 1
    assert meter.power_with_current_w == 16 * real_v
    later = _meter(Sample(CURRENT, "10"), before=meter, wired=1)
    assert later.power_with_current_w is None


@pytest.mark.parametrize("power_w", [0, 3, 2100, 2300, 2500, 3000, 2_300_000])
def test_an_honest_current_is_left_as_it_is(power_w: float) -> None:
    samples = [
        Sample(POWER, str(power_w)),
        Sample(CURRENT, "10"),
        Sample(VOLTAGE, "230"),
    ]
    assert _meter(*samples, wired=1).current_a == 10
    idle = [Sample(POWER, "3"), Sample(CURRENT, "0"), Sample(VOLTAGE, "230")]
    assert _meter(*idle, wired=1).current_a == 0


def test_placeholders_of_phases_that_are_not_wired_do_not_count() -> None:
    samples = [
        *_each(CURRENT, 16, 0, 0),
        *_each(VOLTAGE, 230, 0, 0),
        *_each(POWER, 3680, 0, 0),
    ]
    assert _meter(*samples).phases_in_use == 1


def test_no_more_phases_than_are_wired() -> None:
    assert _meter(*_each(CURRENT, 16, 16, 16), wired=1).phases_in_use == 1
    total = [Sample(POWER, "3680"), Sample(CURRENT, "16")]
    assert _meter(*total, wired=1).phases_in_use == 1


def test_a_direct_current_has_one() -> None:
    samples = [Sample(POWER, "40000"), Sample(CURRENT, "100"), Sample(VOLTAGE, "400")]
    assert _meter(*samples).phases_in_use == 1
