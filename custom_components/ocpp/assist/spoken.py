"""Percentages and times of day as they are spoken or written."""

from datetime import datetime, timedelta
import re

from .language import Words

_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?")
_HALF_A_DAY = 12 * 60
"""The minutes that the hand of a clock needs for a turn."""
_END_OF_NIGHT = 6 * 60
"""The minute of the day before which a time at night is one of the early morning."""


def percentage(text: str, words: Words) -> int | None:
    """Return a percentage from 1 to 100."""
    plain = _without(text.casefold().replace("%", " "), *words.filler)
    value = words.numbers.get(plain, int(plain) if plain.isdecimal() else None)
    return value if value is not None and 1 <= value <= 100 else None


def next_time(text: str, words: Words, now: datetime) -> datetime | None:
    """Return the next instant at which it will be a time of day; `now` is in local time."""
    halves = (*words.before_noon, *words.after_noon, *words.at_night)
    # What is left of "tomorrow morning" without its "tomorrow" would say nothing.
    longest_first = sorted(halves, key=len, reverse=True)
    plain, offset = _without(text.casefold(), *longest_first, *words.filler), 0
    for phrase, minutes in words.minutes.items():
        if _says(plain, phrase):
            plain, offset = _without(plain, phrase), minutes
    if (clock := _clock(plain, words)) is None:
        return None
    hour, minute = clock
    if hour > 24 or minute > 59:
        return None
    of_day = _in_its_half(hour * 60 + minute + offset, text, words) % (2 * _HALF_A_DAY)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight.replace(hour=of_day // 60, minute=of_day % 60)
    return at if at > now else at + timedelta(days=1)


def _in_its_half(minutes: int, text: str, words: Words) -> int:
    """Return minutes since midnight in the half of the day that the text speaks of."""
    on_the_clock = minutes % _HALF_A_DAY
    if _says(text, *words.before_noon):
        return on_the_clock
    if _says(text, *words.after_noon):
        return on_the_clock + _HALF_A_DAY
    if _says(text, *words.at_night):
        is_early = on_the_clock < _END_OF_NIGHT
        return on_the_clock if is_early else on_the_clock + _HALF_A_DAY
    return minutes


def _clock(plain: str, words: Words) -> tuple[int, int] | None:
    if (match := _CLOCK.fullmatch(plain)) is not None:
        return int(match[1]), int(match[2] or 0)
    hour = words.numbers.get(plain)
    return None if hour is None else (hour, 0)


def _says(text: str, *phrases: str) -> bool:
    return any(re.search(_pattern(phrase), text.casefold()) for phrase in phrases)


def _without(text: str, *phrases: str) -> str:
    for phrase in phrases:
        text = re.sub(_pattern(phrase), " ", text)
    return " ".join(text.split())


def _pattern(phrase: str) -> str:
    return rf"(?<![^\W\d]){re.escape(phrase)}(?!\w)"
