"""Odd shapes of the prices of two hours, 0.125 and -0.03 per kWh, as templates and small integrations write them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
import json

from .tariff_shapes import MIDNIGHT

EUR = {"unit_of_measurement": "EUR/kWh"}
TIMES = (MIDNIGHT, MIDNIGHT + timedelta(hours=1))
START, NEXT = (time.isoformat() for time in TIMES)
SECOND, NEXT_SECOND = (int(time.timestamp()) for time in TIMES)


def _rows(
    start: str, price: str = "price", form: str | None = None
) -> list[dict[str, object]]:
    """Return a row for each hour under some names, with its time in a form."""
    return [
        {
            start: time.isoformat() if form is None else time.strftime(form),
            price: value,
        }
        for time, value in zip(TIMES, (0.125, -0.03), strict=True)
    ]


def _listed(rows: Iterable[Mapping[str, object]]) -> Mapping[str, object]:
    return {**EUR, "prices": list(rows)}


SOLD = [{"start": START, "price": 0.01}]
ODD_SHAPES: Mapping[str, Mapping[str, object]] = {
    "capitals": {**EUR, "PRICES": _rows("START_TIME", "VALUE")},
    "camels": {**EUR, "Data": _rows("StartTime", "Price")},
    "far within": {
        **EUR,
        "result": {
            "data": {"power": {"prices": {"today": _rows("startsAt", "total")}}}
        },
    },
    "lists in a list": {**EUR, "data": [{"zone": "DE", "prices": _rows("start")}]},
    "JSON": {**EUR, "prices": json.dumps(_rows("start"))},
    "times of the day at the top": {**EUR, "00:00": 0.125, "01:00": -0.03},
    "times of the day": {
        **EUR,
        "today": {"00:00": 0.125, "01:00": -0.03},
        "tomorrow": {"00:00": 0.2},
    },
    "times with seconds": {**EUR, "today": {"00:00:00": 0.125, "01:00:00": -0.03}},
    "times from to": {**EUR, "today": {"00:00 - 01:00": 0.125, "01:00 - 02:00": -0.03}},
    "hours": {**EUR, "prices_today": {"0": 0.125, "1": -0.03}},
    "seconds": {**EUR, "prices": {f"{SECOND}": 0.125, f"{NEXT_SECOND}": -0.03}},
    "milliseconds": {
        **EUR,
        "prices": {f"{SECOND}000": 0.125, f"{NEXT_SECOND}000": -0.03},
    },
    "pairs": {**EUR, "prices": [[START, 0.125], [NEXT, -0.03]]},
    "pairs of milliseconds": {
        **EUR,
        "data": [[1000 * SECOND, 0.125], [1000 * NEXT_SECOND, -0.03]],
    },
    "Energy-Charts": {
        "unit": "EUR / MWh",
        "unix_seconds": [SECOND, NEXT_SECOND],
        "price": [125.0, -30.0],
        "license_info": "CC BY 4.0",
    },
    "units in the texts": {"today": ["0.125 €/kWh", "-3 ct/kWh", *["0,1 €/kWh"] * 22]},
    "units of the rows": {
        "prices": [
            {"start": START, "price": 125, "unit": "EUR/MWh"},
            {"start": NEXT, "price": -3, "unit": "€ct/kWh"},
        ]
    },
    "currency and energy": {
        "currency": "EUR",
        "unit": "MWh",
        "prices": [{"start": START, "price": 125}, {"start": NEXT, "price": -30}],
    },
    "days first": _listed(_rows("time", form="%d.%m.%Y %H:%M")),
    "slashes": _listed(_rows("time", form="%Y/%m/%d %H:%M")),
    "no seconds": _listed(_rows("time", form="%Y-%m-%d %H:%M")),
    "zone without a colon": _listed(_rows("time", form="%Y-%m-%d %H:%M:%S%z")),
    "fractions of seconds": _listed(
        {"ts": time.timestamp(), "price": value}
        for time, value in zip(TIMES, (0.125, -0.03), strict=True)
    ),
    "seconds as texts": _listed(
        {"timestamp": f"{time.timestamp():.0f}", "price": value}
        for time, value in zip(TIMES, (0.125, -0.03), strict=True)
    ),
    "unknown names of times": _listed(
        {
            "interval_start_utc": time.astimezone(UTC).isoformat(),
            "interval_end_utc": (time + timedelta(hours=1)).isoformat(),
            "updated_at": MIDNIGHT.isoformat(),
            "price": value,
        }
        for time, value in zip(TIMES, (0.125, -0.03), strict=True)
    ),
    "times within": _listed(
        {"period": {"start": start, "end": end}, "price": value}
        for start, end, value in (
            (START, NEXT, 0.125),
            (NEXT, "2026-06-10T02:00:00+02:00", -0.03),
        )
    ),
    "net and gross": _listed(
        {"start": start, "net": 0.01, "gross": value}
        for start, value in ((START, 0.125), (NEXT, -0.03))
    ),
    "import and export": _listed(
        {"start": start, "export": 0.01, "import": value}
        for start, value in ((START, 0.125), (NEXT, -0.03))
    ),
    "prices of consumption": {
        **EUR,
        "production_prices": SOLD,
        "consumption_prices": _rows("start"),
    },
    "gas first": {
        **EUR,
        "gas": {"today": [{"from": START, "price": 1.3}]},
        "electricity": {"today": _rows("from")},
    },
    "Dutch": {
        **EUR,
        "teruglevering": [{"start": START, "prijs": 0.01}],
        "levering": _rows("start", "prijs"),
    },
}
"""The shapes by what is odd about them."""
