"""Steps that were answered in the end speak against no meter."""

import pytest

from custom_components.ocpp.surplus.checks.evidence import Evidence, judged
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.flows import Flow, FlowLog, Meters
from custom_components.ocpp.surplus.checks.trials import Answer, Trial

STEP_W = 1700.0
TRIALS = 14
LOG = FlowLog((Flow(4200.0, 0.0, 0.0, None, 4200.0),), 99, 99, 99)


def _inverted(number: int, calm_s: float, *later: Answer) -> Trial:
    """Return a step that the grid answers the other way, as it does if it still answers the step before."""
    step_w = STEP_W if number % 2 else -STEP_W
    answer = Answer(-step_w, 0.0, -step_w)
    missing = (None,) * (3 - len(later))
    return Trial(
        at_s=300.0 * number,
        step_w=step_w,
        calm_s=calm_s,
        restless_w=60.0,
        resolution_w=1.0,
        before_w=0.0,
        answers=(answer, *later, *missing),
        is_frozen=False,
        phases_measured=True,
    )


def _trial(number: int, last_battery_w: float) -> Trial:
    """Return a step that nothing answers within a minute, and then the battery."""
    sign = 1 if number % 2 else -1
    return Trial(
        at_s=300.0 * number,
        step_w=sign * STEP_W,
        calm_s=60.0,
        restless_w=60.0,
        resolution_w=1.0,
        before_w=0.0,
        answers=(
            *(Answer(0.0, 0.0, 0.0),) * 3,
            Answer(0.0, sign * last_battery_w, 0.0),
        ),
        is_frozen=False,
        phases_measured=True,
    )


def _found(last_battery_w: list[float]) -> bool:
    """Return True if trials with these answers lead to a finding."""
    evidence = Evidence()
    for number, watts in enumerate(last_battery_w):
        evidence = evidence.with_trial(_trial(number, watts))
    return bool(judged(evidence, LOG, Meters(), 4200.0).findings)


def test_a_battery_that_answers_late_makes_no_meter_wrong() -> None:
    assert _found([0.0] * TRIALS)
    assert not _found([STEP_W] * TRIALS)
    # Clouds and kettles have hidden some of its answers.
    assert not _found([-STEP_W if n % 4 == 1 else STEP_W for n in range(TRIALS)])


@pytest.mark.parametrize(("calm_s", "found"), [(28.0, False), (40.0, True)])
def test_a_late_meter_may_answer_the_step_before(calm_s: float, found: bool) -> None:
    evidence = Evidence()
    for number in range(TRIALS):
        evidence = evidence.with_trial(_inverted(number, calm_s))
    findings = judged(evidence, LOG, Meters(late_s=20.0), 4200.0).findings
    assert (Fault.GRID_INVERTED in {each.fault for each in findings}) is found


def test_an_answer_to_the_step_before_goes_by() -> None:
    """A car that was raised and cut again within the meter's lateness ends where it began."""
    evidence = Evidence()
    for number in range(TRIALS):
        trial = _inverted(number, 80.0, Answer(0.0, 0.0, 0.0), Answer(0.0, 0.0, 0.0))
        evidence = evidence.with_trial(trial)
    findings = judged(evidence, LOG, Meters(late_s=20.0), 4200.0).findings
    assert Fault.GRID_INVERTED not in {each.fault for each in findings}
