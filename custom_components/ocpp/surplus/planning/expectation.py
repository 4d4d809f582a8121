"""What to expect of the sun and the house, learned from how they turned out so far.

A forecast that is wrong in the morning is wrong in the same direction for the rest of the day, as a rule. So it is
corrected by the ratio of what was measured to what was forecast; for tomorrow it counts again as it is. What the house
will need is taken from what it needed at that time on other days, else from what it needs now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .outlook import DAY_S, HOUR_S, Outlook, Series, Span

MIN_RATIO, MAX_RATIO = 0.3, 2.0
MIN_FORECAST_W = 300.0
"""A forecast below this tells nothing: a wall's shadow at dawn is no cloud."""
RATIO_S = 6000.0
RATIO_DECAY_S = DAY_S
HOUSE_S = 3000.0
HOUSE_SLEW_W_PER_S = 1.0
"""How fast the expectation of the house's load may move: a car that wakes up is taken for the house for a moment."""
MAX_HOUSE_W = 20_000.0
PROFILE_S = 5 * HOUR_S
"""How much time of an hour of the day is remembered: that of five days."""
MIN_PROFILE_S = 1800.0
PRIOR_HOUSE_W = 400.0
FULL_CORRECTION_S, NO_CORRECTION_S = 12 * HOUR_S, DAY_S
"""Until when today's ratio counts in full, and from when on not at all."""
MAX_STEP_S = 300.0


@dataclass(frozen=True, slots=True)
class HourlyLoad:
    """What the house needed in one hour of the day, on average over the time in which that was seen."""

    mean_w: float = 0.0
    seen_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was learned: the ratio of measured to forecast sun, the house's load lately and by the hour of the day."""

    sun_ratio: float = 1.0
    house_w: float | None = None
    profile: tuple[HourlyLoad, ...] = (HourlyLoad(),) * 24
    learned_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What was measured just now, as far as it is known: the sun's power, and what it leaves beyond the house's load.

    `hour` is that of the day, by the clock on the wall.
    """

    at_s: float
    hour: int
    sun_w: float | None
    surplus_w: float | None


def learned(
    expectation: Expectation, observation: Observation, forecast_w: float | None
) -> Expectation:
    """Return what is expected after an observation; `forecast_w` is what the sun was expected to give."""
    last_s = expectation.learned_at_s
    seconds = (
        0.0 if last_s is None else max(0.0, min(MAX_STEP_S, observation.at_s - last_s))
    )
    expectation = replace(expectation, learned_at_s=observation.at_s)
    if observation.sun_w is not None and forecast_w is not None:
        ratio = _ratio(expectation.sun_ratio, observation.sun_w, forecast_w, seconds)
        expectation = replace(expectation, sun_ratio=ratio)
    if (house_w := _house_w(observation, forecast_w)) is not None:
        expectation = _with_house(expectation, house_w, observation.hour, seconds)
    return expectation


def _ratio(ratio: float, sun_w: float, forecast_w: float, seconds: float) -> float:
    if forecast_w < MIN_FORECAST_W:
        return ratio + (1.0 - ratio) * seconds / RATIO_DECAY_S
    measured = min(MAX_RATIO, max(MIN_RATIO, sun_w / forecast_w))
    return ratio + (measured - ratio) * seconds / RATIO_S


def _house_w(observation: Observation, forecast_w: float | None) -> float | None:
    """Return what the house draws; without a meter at the panels that is known only in the dark."""
    if observation.surplus_w is None:
        return None
    if observation.sun_w is not None:
        house_w = observation.sun_w - observation.surplus_w
    elif forecast_w is not None and forecast_w < 1.0:
        house_w = -observation.surplus_w
    else:
        return None
    return min(MAX_HOUSE_W, max(0.0, house_w))


def _with_house(
    expectation: Expectation, house_w: float, hour: int, seconds: float
) -> Expectation:
    recent_w = expectation.house_w
    if recent_w is None:
        return replace(expectation, house_w=house_w)
    slew_w = HOUSE_SLEW_W_PER_S * seconds
    change_w = (house_w - recent_w) * seconds / HOUSE_S
    recent_w += max(-slew_w, min(slew_w, change_w))
    profile = list(expectation.profile)
    profile[hour] = _averaged(profile[hour], house_w, seconds)
    return replace(expectation, house_w=recent_w, profile=tuple(profile))


def _averaged(load: HourlyLoad, house_w: float, seconds: float) -> HourlyLoad:
    seen_s = min(PROFILE_S, load.seen_s + seconds)
    if seen_s == 0:
        return load
    return HourlyLoad(load.mean_w + (house_w - load.mean_w) * seconds / seen_s, seen_s)


def expected(
    expectation: Expectation,
    forecast: Outlook,
    now_s: float,
    until_s: float,
    utc_offset_s: float = 0.0,
) -> Outlook:
    """Return the outlook in which the sun is corrected, and the house's load as it was learned.

    Args:
        expectation: what was learned.
        forecast: what others tell: prices, and the sun's power without any house.
        now_s: the present instant.
        until_s: how far to look ahead.
        utc_offset_s: by how much the clock on the wall is ahead of UTC.
    """
    return replace(
        forecast,
        sun_w=Series(_corrected(expectation.sun_ratio, forecast.sun_w.spans, now_s)),
        house_w=Series(_house(expectation, now_s, until_s, utc_offset_s)),
    )


def _corrected(ratio: float, spans: Sequence[Span], now_s: float) -> Iterator[Span]:
    for span in spans:
        if span.end_s > now_s:
            ahead_s = max(0.0, span.start_s - now_s)
            doubt = (ahead_s - FULL_CORRECTION_S) / (
                NO_CORRECTION_S - FULL_CORRECTION_S
            )
            certainty = 1.0 - min(1.0, max(0.0, doubt))
            yield replace(span, value=span.value * (1 + (ratio - 1) * certainty))


def _house(
    expectation: Expectation, now_s: float, until_s: float, utc_offset_s: float
) -> Iterator[Span]:
    start_s = now_s
    while start_s < until_s:
        end_s = (start_s // HOUR_S + 1) * HOUR_S
        hour = int((start_s + utc_offset_s) % DAY_S // HOUR_S)
        yield Span(start_s, end_s, _expected_house_w(expectation, hour))
        start_s = end_s


def _expected_house_w(expectation: Expectation, hour: int) -> float:
    load = expectation.profile[hour]
    if load.seen_s >= MIN_PROFILE_S:
        return load.mean_w
    return PRIOR_HOUSE_W if expectation.house_w is None else expectation.house_w
