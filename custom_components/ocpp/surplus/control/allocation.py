"""From who charges to limits: each car's share of the sun, as a current that its charger can be told."""

from collections.abc import Iterable, Sequence

from ..cars.wake_up import Rouse
from ..model import Decision, Estimate, Sharing
from .admission import Admission
from .limiting import Dial
from .sharing import moves, shares

PRESET_INTERVAL_S = 10.0
"""How often the limit of a car is changed that does not draw yet."""


def limits(
    admissions: Sequence[Admission], sun_w: Estimate, sharing: Sharing
) -> dict[str, Decision]:
    """Return the limits that should change.

    A car that wakes up is given its share for when it draws; until then the others use it.

    Args:
        admissions: who charges, in the order in which they are served.
        sun_w: what all of them may draw.
        sharing: how they share it.
    """
    drawing = [each for each in admissions if each.draws]
    coming = [each for each in admissions if each.comes]
    result = {
        each.key: each.decision(0.0) for each in admissions if not each.verdict.runs
    }
    result |= {
        each.key: each.decision(_current_for_sleepers_a(each))
        for each in admissions
        if each.declines
    }
    result |= _for_those_that_draw(drawing, sun_w, sharing)
    if coming:
        served = [each for each in admissions if each.draws or each.comes]
        result |= _for_those_that_come(served, sun_w.likely, sharing)
    return result


def _for_those_that_draw(
    drawing: Sequence[Admission], sun_w: Estimate, sharing: Sharing
) -> Iterable[tuple[str, Decision]]:
    claims = [each.claim for each in drawing]
    total_w = sun_w + Estimate.exactly(_allowances_w(drawing))
    moved_w = moves(total_w, claims, sharing)
    for each in drawing:
        if each.key in moved_w:
            current_a = _dial(each).current_a(moved_w[each.key], each.verdict.phases)
            if _dial(each).differs(current_a):
                yield each.key, each.decision(current_a)


def _for_those_that_come(
    served: Sequence[Admission], sun_w: float, sharing: Sharing
) -> Iterable[tuple[str, Decision]]:
    claims = [each.claim for each in served]
    share_w = shares(sun_w + _allowances_w(served), claims, sharing)
    for each in served:
        if each.comes:
            current_a = _dial(each).current_a(share_w[each.key], each.verdict.phases)
            due = each.claim.idle_s >= PRESET_INTERVAL_S and _dial(each).differs(
                current_a
            )
            if due or each.turns:
                yield each.key, each.decision(current_a)


def _current_for_sleepers_a(admission: Admission) -> float:
    """Return what a car is offered that draws nothing: little, unless that is to wake it."""
    settings = admission.frame.settings
    match admission.follower.rouse:
        case Rouse.RAISE:
            return settings.max_current_a
        case Rouse.INTERRUPT:
            return 0.0
        case None:
            return settings.min_current_a


def _allowances_w(admissions: Iterable[Admission]) -> float:
    return sum(min(each.follower.allowance_w, each.claim.most_w) for each in admissions)


def _dial(admission: Admission) -> Dial:
    frame = admission.frame
    return Dial(frame.settings, frame.car, frame.policy.rounding)
