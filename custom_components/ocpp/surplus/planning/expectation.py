"""Learned expectation of the sun and of the house's load.

A forecast that is wrong in the morning is usually wrong in the same direction for the rest of the day. It is therefore
corrected by the ratio of measured to forecast sun; tomorrow's forecast counts uncorrected. The expected load of the house is
its load at that hour on other days, else its recent load.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
import math

from .outlook import DAY_S, HOUR_S, Outlook, Series, Span

MIN_RATIO, MAX_RATIO = 0.3, 2.0
MIN_FORECAST_W = 300.0
"""Least forecast from which the ratio is learned: at dawn a wall's shadow looks like a cloud."""
RATIO_S = 6000.0
RATIO_DECAY_S = DAY_S
HOUSE_S = 3 * HOUR_S
"""Averaging time of the recent load, over which it tells most of the hours to come: a meal cooked just now does not go on."""
HOUSE_SLEW_W_PER_S = 1.0
"""Slew rate limit of the house's expected load: for a moment, a car that wakes up counts as the house."""
MAX_HOUSE_W = 20_000.0
PROFILE_S = 5 * HOUR_S
"""Averaging time of an hour of the day: five days."""
MIN_PROFILE_S = 1800.0
PRIOR_HOUSE_W = 400.0
FULL_CORRECTION_S, NO_CORRECTION_S = 12 * HOUR_S, DAY_S
"""Time ahead until which today's ratio applies in full, and from which it no longer applies."""
MAX_STEP_S = 300.0


@dataclass(frozen=True, slots=True)
class HourlyLoad:
    """Mean load of the house in one hour of the day, and the time over which it was observed."""

    mean_w: float = 0.0
    seen_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """Learned state: ratio of measured to forecast sun, recent load of the house, and its load by hour of the day."""

    sun_ratio: float = 1.0
    house_w: float | None = None
    profile: tuple[HourlyLoad, ...] = (HourlyLoad(),) * 24
    learned_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """Measurement of an instant, as far as known.

    Attributes:
        at_s: the instant.
        hour: the hour of the day in local time.
        sun_w: the sun's power.
        surplus_w: what the sun leaves beyond the house's load.
    """

    at_s: float
    hour: int
    sun_w: float | None
    surplus_w: float | None


def learned(
    expectation: Expectation, observation: Observation, forecast_w: float | None
) -> Expectation:
    """Return the expectation after an observation; `forecast_w` is the sun's forecast for that instant."""
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
    """Return the load of the house; without a solar meter it is known only in the dark."""
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
    seen_s = min(
        HOUSE_S, seconds + math.fsum(load.seen_s for load in expectation.profile)
    )
    slew_w = HOUSE_SLEW_W_PER_S * seconds
    change_w = (house_w - recent_w) * seconds / max(1.0, seen_s)
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
    """Return the outlook with the sun's forecast corrected and the learned load of the house.

    Args:
        expectation: the learned state.
        forecast: prices, and the forecast of the sun without the house.
        now_s: the present instant.
        until_s: the end of the outlook.
        utc_offset_s: offset of local time from UTC.
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
