"""Allocation: limits that give each admitted car its share of the sun."""

from collections.abc import Iterable, Sequence

from ..cars.wake_up import WakeUp
from ..model import Decision, Estimate, Sharing
from ..power.phases_apart import bounded
from .admission import Admission
from .setpoint import SetpointConverter
from .sharing import moves, shares

PRESET_INTERVAL_S = 10.0
"""Interval at which the limit of a car is updated that does not draw yet."""


def limits(
    admissions: Sequence[Admission], sun_w: Estimate, sharing: Sharing
) -> dict[str, Decision]:
    """Return the limits that change.

    A waking car gets the limit of its share in advance; until it draws, the others use that share.

    Args:
        admissions: the admissions in their order.
        sun_w: power for all cars.
        sharing: sharing of the power.
    """
    drawing = [each for each in admissions if each.is_drawing]
    pending = [each for each in admissions if each.is_pending]
    result = {
        each.key: each.decision(0.0) for each in admissions if not each.verdict.runs
    }
    result |= {
        each.key: each.decision(_declining_current_a(each))
        for each in admissions
        if each.is_declining
    }
    result |= _drawing_limits(drawing, sun_w, sharing)
    if pending:
        served = [each for each in admissions if each.is_drawing or each.is_pending]
        result |= _pending_limits(served, sun_w.likely, sharing)
    return result


def _drawing_limits(
    drawing: Sequence[Admission], sun_w: Estimate, sharing: Sharing
) -> Iterable[tuple[str, Decision]]:
    total_w = sun_w + Estimate.exactly(_allowances_w(drawing))
    moved_w = _moves(drawing, total_w, sharing)
    for each in drawing:
        if each.key in moved_w:
            current_a = _converter(each).changed_a(
                moved_w[each.key], each.verdict.phases
            )
            if current_a is not None:
                yield each.key, each.decision(current_a)


def _moves(
    drawing: Sequence[Admission], total_w: Estimate, sharing: Sharing
) -> dict[str, float]:
    """Return the power of each car whose limit should change; where phases are apart, each by what its own phases leave."""
    requests = [each.request for each in drawing]
    reaches = [each.charger.reach_w(each.verdict.phases) for each in drawing]
    moved_w: dict[str, float] = {}
    for request, reach_w in zip(requests, reaches, strict=True):
        if reach_w is None:
            return moves(total_w, requests, sharing)
        others_w = sum(each.present_w for each in requests if each is not request)
        own_w = bounded(total_w - others_w, reach_w)
        moved_w |= moves(own_w, [request], sharing)
    return moved_w


def _pending_limits(
    served: Sequence[Admission], sun_w: float, sharing: Sharing
) -> Iterable[tuple[str, Decision]]:
    requests = [each.request for each in served]
    share_w = shares(sun_w + _allowances_w(served), requests, sharing)
    for each in served:
        if each.is_pending:
            converter, phases = _converter(each), each.verdict.phases
            changed_a = converter.changed_a(share_w[each.key], phases)
            due = each.request.idle_s >= PRESET_INTERVAL_S and changed_a is not None
            if due or each.starts_or_switches:
                current_a = converter.current_a(share_w[each.key], phases)
                yield each.key, each.decision(current_a)


def _declining_current_a(admission: Admission) -> float:
    """Return the limit of a car that draws nothing: the minimum, or that of a wake-up."""
    settings = admission.context.settings
    match admission.charger.wake_up:
        case WakeUp.RAISE:
            return settings.max_current_a
        case WakeUp.INTERRUPT:
            return 0.0
        case None:
            return settings.min_current_a


def _allowances_w(admissions: Iterable[Admission]) -> float:
    return sum(min(each.charger.allowance_w, each.request.max_w) for each in admissions)


def _converter(admission: Admission) -> SetpointConverter:
    context = admission.context
    return SetpointConverter(context.settings, context.car, context.policy.rounding)
