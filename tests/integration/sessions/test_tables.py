"""Tables of sessions: spreadsheets find nothing to carry out in them."""

import csv
import io

import pytest

from custom_components.ocpp.sessions.records import SessionRecord, table
from homeassistant.util import dt as dt_util


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=CMD()", "'=CMD()"),
        ("A; =CMD()", "A;' =CMD()"),
        ('A";=CMD()', "A\";'=CMD()"),
        ("A\t+1", "A\t'+1"),
        ("＝CMD()", "'＝CMD()"),
        ("  @SUM(1)", "'  @SUM(1)"),
        ("Smith & Sons - 1=1", "Smith & Sons - 1=1"),
    ],
)
def test_no_text_is_a_formula_in_a_table(name: str, shown: str) -> None:
    record = SessionRecord(name, name, 1, "1", dt_util.utcnow(), tag=name)
    (row,) = csv.DictReader(io.StringIO(table([record]), newline=""))
    assert row["tag"] == row["charger"] == shown
