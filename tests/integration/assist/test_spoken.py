"""Percentages and times of day in spoken words."""

from datetime import datetime

import pytest

from custom_components.ocpp.assist.language import language, languages
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
        ("quarter to twelve pm", "10 23:45"),
        ("quarter to twelve in the morning", "11 11:45"),
        ("midnight", "11 00:00"),
        ("twelve tonight", "11 00:00"),
        ("half past nine tonight", "10 21:30"),
        ("11 pm tonight", "10 23:00"),
        ("2 am tonight", "11 02:00"),
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
        ("nb", "halv åtte i morgen tidlig", "11 07:30"),
        ("nb", "kvart på sju på kvelden", "11 18:45"),
        ("nb", "ti over halv sju", "11 06:40"),
        ("nl", "tien over half zeven", "11 06:40"),
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


@pytest.mark.parametrize(
    ("code", "text", "at"),
    [
        ("cs", "jedenácti v noci", "10 23:00"),
        ("cs", "dvou v noci", "11 02:00"),
        ("da", "elleve i nat", "10 23:00"),
        ("da", "halv tolv i nat", "10 23:30"),
        ("da", "to om natten", "11 02:00"),
        ("de", "elf Uhr nachts", "10 23:00"),
        ("de", "halb zwölf nachts", "10 23:30"),
        ("de", "zwei Uhr heute Nacht", "11 02:00"),
        ("en", "eleven tonight", "10 23:00"),
        ("en", "two at night", "11 02:00"),
        ("es", "las once de la noche", "10 23:00"),
        ("es", "las dos de la noche", "11 02:00"),
        ("fi", "yhteentoista yöllä", "10 23:00"),
        ("fi", "puoli kaksitoista yöllä", "10 23:30"),
        ("fi", "kahteen ensi yönä", "11 02:00"),
        ("fr", "onze heures cette nuit", "10 23:00"),
        ("fr", "deux heures de la nuit", "11 02:00"),
        ("it", "le undici di notte", "10 23:00"),
        ("it", "le due di notte", "11 02:00"),
        ("nb", "elleve i natt", "10 23:00"),
        ("nb", "halv tolv i natt", "10 23:30"),
        ("nb", "to om natten", "11 02:00"),
        ("nl", "elf uur vannacht", "10 23:00"),
        ("nl", "half twaalf vannacht", "10 23:30"),
        ("nl", "twee uur 's nachts", "11 02:00"),
        ("pl", "jedenastej w nocy", "10 23:00"),
        ("pl", "wpół do dwunastej w nocy", "10 23:30"),
        ("pl", "drugiej w nocy", "11 02:00"),
        ("pt", "onze da noite", "10 23:00"),
        ("pt", "duas da noite", "11 02:00"),
        ("sv", "elva i natt", "10 23:00"),
        ("sv", "halv tolv i natt", "10 23:30"),
        ("sv", "två i natt", "11 02:00"),
    ],
)
def test_a_night_begins_late_and_ends_early(code: str, text: str, at: str) -> None:
    found = next_time(text, language(code).words, NOW)
    assert (found and found.strftime("%d %H:%M")) == at


@pytest.mark.parametrize("code", languages())
def test_words_of_the_night_belong_to_no_other_half(code: str) -> None:
    words = language(code).words
    assert words.at_night
    assert not {*words.at_night} & {*words.before_noon, *words.after_noon}
