"""Lateness of a meter in a car park, whose clouds move more power than a home ever draws."""

from collections.abc import Callable
import random

import pytest

from custom_components.ocpp.surplus.model import Estimate
from custom_components.ocpp.surplus.sensing.draws import Draw, DrawHistory
from custom_components.ocpp.surplus.sensing.lateness import Lateness, held, learned
from custom_components.ocpp.surplus.sensing.samples import Sample, Samples

STEPS = 3600
EACH_S = 5


def _wandering(seed: int, step_w: float, least_w: float, most_w: float) -> list[float]:
    """Return a power for each second, which moves to another one now and then."""
    dice = random.Random(seed)
    watts, target_w = [(least_w + most_w) / 2], least_w
    for _ in range(STEPS):
        if dice.random() < 1 / 12:
            target_w = dice.uniform(least_w, most_w)
        change_w = max(-step_w, min(step_w, target_w - watts[-1]))
        watts.append(watts[-1] + change_w)
    return watts


def _of_car_park(
    late_s: int, sun_told_s: int, see: Callable[[Lateness], None]
) -> Lateness:
    """Return the lateness that is learned in a car park; the inverters tell the sun some time late."""
    drawn_w = _wandering(1, 4000.0, 20_000.0, 90_000.0)
    sun_w = _wandering(2, 8000.0, 10_000.0, 160_000.0)
    lateness, solar = Lateness(), Samples()
    draws: tuple[Draw, ...] = ()
    for now_s in range(STEPS):
        exactly = Estimate.exactly(drawn_w[now_s])
        draws = (*draws[-260:], Draw(now_s, exactly, exactly, 20))
        if now_s % EACH_S or now_s < 100:
            continue
        solar = solar.told(Sample(now_s, sun_w[now_s - sun_told_s]))
        then_s = now_s - late_s
        net = Sample(now_s, 5000.0 + drawn_w[then_s] - sun_w[then_s])
        lateness = learned(lateness, net, solar, DrawHistory(draws))
        if now_s > STEPS / 4:
            see(lateness)
    return lateness


@pytest.mark.parametrize("late_s", [2, 12])
def test_clouds_that_the_inverters_tell_do_not_hide_the_lateness(late_s: int) -> None:
    ranges: list[float] = []
    _of_car_park(
        late_s,
        late_s,
        lambda lateness: ranges.append(lateness.longest_s - lateness.shortest_s),
    )
    assert max(ranges) <= EACH_S + 3


def test_clouds_that_the_inverters_tell_at_another_time_do_not_mislead() -> None:
    seen: list[Lateness] = []
    _of_car_park(2, 30, seen.append)
    right = sum(each.shortest_s <= 2 <= each.longest_s for each in seen)
    assert right >= 0.9 * len(seen)


def test_a_change_right_after_a_silence_is_compared() -> None:
    """Meters that tell changes only would hardly ever show a step otherwise."""
    low_w, high_w = Estimate.exactly(3000.0), Estimate.exactly(5000.0)
    draws = DrawHistory((Draw(0.0, low_w, low_w), Draw(101.0, high_w, high_w)))
    silent = held(Lateness(), Sample(100.0, 3000.0), Samples(), draws)
    told = learned(silent, Sample(102.0, 5000.0), Samples(), draws)
    assert told.steps_w > 0
    assert min(told.unexplained_w) == told.unexplained_w[0] == 0
    # Of those that follow closely upon each other, not all are compared.
    assert learned(told, Sample(103.0, 5100.0), Samples(), draws) == told
