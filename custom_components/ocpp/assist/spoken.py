"""Percentages and times of day as they are spoken or written."""

from datetime import datetime, timedelta
import re

from .language import Words

_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?")


def percentage(text: str, words: Words) -> int | None:
    """Return a percentage from 1 to 100."""
    plain = _without(text.casefold().replace("%", " "), *words.filler)
    value = words.numbers.get(plain, int(plain) if plain.isdecimal() else None)
    return value if value is not None and 1 <= value <= 100 else None


def next_time(text: str, words: Words, now: datetime) -> datetime | None:
    """Return the next instant at which it will be a time of day; `now` is in local time."""
    is_am, is_pm = (_says(text, *w) for w in (words.before_noon, words.after_noon))
    # What is left of "tomorrow morning" without its "tomorrow" would say nothing.
    halves = sorted((*words.before_noon, *words.after_noon), key=len, reverse=True)
    plain, offset = _without(text.casefold(), *halves, *words.filler), 0
    for phrase, minutes in words.minutes.items():
        if _says(plain, phrase):
            plain, offset = _without(plain, phrase), minutes
    if (clock := _clock(plain, words)) is None:
        return None
    hour, minute = clock
    if is_am or is_pm:
        hour = hour % 12 + (12 if is_pm else 0)
    if hour > 24 or minute > 59:
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes_of_day = (hour * 60 + minute + offset) % (24 * 60)
    at = midnight.replace(hour=minutes_of_day // 60, minute=minutes_of_day % 60)
    return at if at > now else at + timedelta(days=1)


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
