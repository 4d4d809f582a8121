"""Percentages and times of day in spoken words."""

from datetime import datetime

import pytest

from custom_components.ocpp.assist.language import language
from custom_components.ocpp.assist.spoken import next_time, percentage

WORDS = language("en").words
NOW = datetime(2026, 6, 10, 20, 15).astimezone()


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("80", 80),
        ("80 %", 80),
        ("80%", 80),
        ("eighty percent", 80),
        ("a hundred", 100),
        ("0", None),
        ("101", None),
        ("full", None),
    ],
)
def test_percentages(text: str, percent: int | None) -> None:
    assert percentage(text, WORDS) == percent


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("seven", "11 07:00"),
        ("7", "11 07:00"),
        ("7:30", "11 07:30"),
        ("22.05", "10 22:05"),
        ("Seven o'clock", "11 07:00"),
        ("half past seven", "11 07:30"),
        ("quarter to seven in the morning", "11 06:45"),
        ("7 tomorrow morning", "11 07:00"),
        ("9 pm", "10 21:00"),
        ("9pm", "10 21:00"),
        ("twelve am", "11 00:00"),
        ("midnight", "11 00:00"),
        ("20:15", "11 20:15"),
        ("25", None),
        ("7:75", None),
        ("Christmas", None),
    ],
)
def test_times(text: str, at: str | None) -> None:
    found = next_time(text, WORDS, NOW)
    assert (found and found.strftime("%d %H:%M")) == at


@pytest.mark.parametrize(
    ("code", "text", "at"),
    [
        ("de", "halb acht", "11 07:30"),
        ("de", "sieben Uhr abends", "11 19:00"),
        ("de", "7 Uhr morgen früh", "11 07:00"),
        ("es", "las siete y media", "11 07:30"),
        ("fi", "seitsemän", "11 07:00"),
        ("fr", "sept heures et demie", "11 07:30"),
        ("it", "le sette e mezza", "11 07:30"),
        ("nl", "half acht 's ochtends", "11 07:30"),
        ("nl", "morgenavond kwart voor zeven", "11 18:45"),
        ("pl", "wpół do ósmej wieczorem", "11 19:30"),
        ("pl", "godziny dwudziestej drugiej", "10 22:00"),
        ("pt", "sete e meia", "11 07:30"),
    ],
)
def test_times_in_other_languages(code: str, text: str, at: str) -> None:
    found = next_time(text, language(code).words, NOW)
    assert (found and found.strftime("%d %H:%M")) == at
