"""Values and texts that no charger should send, and that some do."""

from collections.abc import Callable
from typing import Any

MOMENTS = (
    *("2026-06-01T12:00:00Z", "2026-06-01T12:00:00.123+02:00", "2026-06-01T12:00:00"),
    *("1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2106-02-07T06:28:15Z"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("2026-02-30T25:61:61Z", "2026-06-01", "12:00", "yesterday", "", " ", "0"),
    *("2026-W23-1T12:00:00Z", "20260601T120000Z", "-2026-06-01T12:00:00Z"),
    *("2016-12-31T23:59:60Z", "2026-06-01T24:00:00Z", "2026-06-01T12:00:00+99:99"),
)
READINGS = (
    *("", " ", "-", "abc", "NaN", "nan", "Infinity", "-inf", "1e999", "-1e999"),
    *("0", "-0", "-1", "-99999999", "1e14", "9.9e14", "1e15", "1e308", "5e-324"),
    *("1_000", "1,5", "0x10", "+7", " 7 ", "\u0661\u0662", "12 kWh", "1" * 400),
    *("1 000", "1,000.5", "1.000,5", "1.000.000", "1'000", "5 apples", "1," * 30),
)
NUMBERS = (
    *(0, -1, 17, 255, 65_536, 2**31 - 1, 2**31, -(2**31), 2**53 + 1),
    *(2**63 - 1, -(2**63), 2**64 - 1, 2**64, 10**30, 10**300, -(10**300)),
    *(0.5, -0.0, 1.0, 1e300, -1e300, 1.7e308, 5e-324),
)
TEXTS = (
    *("", " ", "\0", "x" * 51, "x" * 501, "x" * 5000, "None", "null", "true", "1"),
    *("-1", "1.0", "1e300", "9" * 400, "\u202e", "\U0001f50c", "e\u0301" * 40),
    *("%s%n{0}", "../../etc/passwd", "'; DROP TABLE--", "\r\nERROR forged line"),
)
NO_JSON = (
    *("", " ", "\n", "\0", "no JSON", "[", "]", "[2", "[2,", '[2,"1"', "[,]", "[2,]"),
    *("'", '"', "{", "nul", "[2,'1','Heartbeat',{}]", '[2,"1","Heartbeat",{}'),
    *('[2,"1","Heartbeat",{}]]', '[2,"1","Heartbeat",{}]x', "\ufeff[]", "//", "<xml/>"),
    *('[2,"\\ud800","Heartbeat",{}]', '[2,"1","\\udfff",{}]', '[2,"\\x","Boot",{}]'),
    *("NaN", "[NaN]", '[2,"1","Heartbeat",{"x":1e400}]', "[" * 2000, '{"":' * 2000),
    *("[" * 1500 + "]" * 1500, "GET / HTTP/1.1\r\n\r\n", "1" * 10_000),
)
NO_LIST = (
    *("{}", '{"no":"list"}', "2", '"2"', "null", "true", "1.5", "[]", "[[]]", "[{}]"),
    *('["2","1","Heartbeat",{}]', '[null,"1","Heartbeat",{}]', "[null]"),
    *('["2"]', '["CALL","1","Heartbeat",{}]'),
    *("[2]", "[2,null]", "[3]", "[3,null]", '[2,null,"Heartbeat",{}]', "[2,{},[],{}]"),
    *('[2,1.5,"Heartbeat",{}]', '[2,["1"],"Heartbeat",{}]', '[[2,"1","Heartbeat",{}]]'),
    '[2,"1","Heartbeat",{}],[2,"1","Heartbeat",{}]',
)
NO_TEXT = (b"", b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8" * 100)
POISONS = (float("nan"), float("inf"), float("-inf"), "\ud800", "x\udfff")
"""Values whose JSON is none: tokens that JSON does not have, and halves of a surrogate pair."""

MISTAKES: tuple[Callable[[str], str | bytes], ...] = (
    *(
        lambda text, tail=tail: text + tail
        for tail in ("\0", "\0\0", ",", "]", "x", "\r\n\0")
    ),
    lambda text: f"\ufeff{text}",
    lambda text: f"[{text}]",
    lambda text: f"{text[:-1]},]",
    lambda text: text.replace("}", ",}", 1),
    lambda text: text.replace("{", '{"x":,', 1),
    lambda text: text.replace("{", '{"x":NaN,', 1),
    lambda text: text.replace("{", '{"x":-Infinity,', 1),
    lambda text: text.replace("{", '{"x":"\\q",', 1),
    lambda text: text.replace("{", '{"x":"a\tb",', 1),
    lambda text: text.replace("{", '{"\u00fc":"\u00df",', 1).encode("latin-1"),
    lambda text: text.replace("[2,", '["2",', 1),
)
"""The mistakes of firmware, each of which spoils a frame and leaves no doubt about what it means."""

NO_VALUES: tuple[Any, ...] = (
    *(None, True, False, [], {}, [[]], [None], [{}], {"": {}}),
    *([None] * 100, {"value": None}, [[[{"value": ["5"]}]]]),
)
