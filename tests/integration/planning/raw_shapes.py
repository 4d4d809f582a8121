"""Shapes of interfaces that templates and REST sensors pass on as they are, with the same prices as in `tariff_shapes`."""

from collections.abc import Mapping
from datetime import UTC, timedelta

from .tariff_shapes import HALF, HOUR, MIDNIGHT, QUARTER, Shape


def _utc(seconds: float, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    at = MIDNIGHT + timedelta(seconds=seconds)
    return at.astimezone(UTC).strftime(form)


def _local(seconds: float, form: str = "%Y-%m-%dT%H:%M:%S%z") -> str:
    return (MIDNIGHT + timedelta(seconds=seconds)).strftime(form)


EUR, CENTS, MEGA = (
    {"unit_of_measurement": unit} for unit in ("EUR/kWh", "ct/kWh", "EUR/MWh")
)
NAIVE = "%Y-%m-%dT%H:%M:%S"
TWO = ((0, 0.125), (1, -0.03))

RAW_SHAPES: Mapping[str, Shape] = {
    "Nord Pool's data portal": Shape(
        {
            "currency": "EUR",
            "multiAreaEntries": [
                {
                    "deliveryStart": _utc(number * QUARTER),
                    "deliveryEnd": _utc((number + 1) * QUARTER),
                    "entryPerArea": {"FI": price * 1000},
                }
                for number, price in TWO
            ],
        },
        QUARTER,
    ),
    "Octopus' API, in pence": Shape(
        {
            "unit_of_measurement": "p/kWh",
            "results": [
                {
                    "value_exc_vat": price * 95,
                    "value_inc_vat": price * 100,
                    "valid_from": _utc(number * HALF),
                    "valid_to": _utc((number + 1) * HALF),
                    "payment_method": None,
                }
                for number, price in reversed(TWO)
            ],
        },
        HALF,
    ),
    "Agile Predict": Shape(
        {
            "unit_of_measurement": "p/kWh",
            "prices": [
                {
                    "date_time": _utc(number * HALF),
                    "agile_pred": price * 100,
                    "agile_low": price * 100 - 5,
                    "agile_high": price * 100 + 5,
                }
                for number, price in TWO
            ],
        },
        HALF,
    ),
    "Amber's API, in cents": Shape(
        {
            "unit_of_measurement": "c/kWh",
            "forecasts": [
                {
                    "type": "ForecastInterval",
                    "duration": 30,
                    # One second late, as it is there.
                    "startTime": _utc(number * HALF + 1),
                    "endTime": _utc((number + 1) * HALF),
                    "perKwh": price * 100,
                    "spotPerKwh": 5.0,
                    "renewables": 45.5,
                }
                for number, price in TWO
            ],
        },
        HALF,
    ),
    "Localvolts' API": Shape(
        {
            "intervals": [
                {
                    "intervalEnd": _utc((number + 1) * 300),
                    "costsFlexUp": price * 100,
                    "costsFlexUnits": "c/kWh",
                    "earningsFlexUp": 4.0,
                    "quality": "Fcst",
                }
                for number, price in TWO
            ],
        },
        300,
    ),
    "ComEd's API": Shape(
        {
            "unit_of_measurement": "¢/kWh",
            "data": [
                {
                    "millisUTC": str(int((MIDNIGHT.timestamp() + number * 300) * 1000)),
                    "price": str(price * 100),
                }
                for number, price in reversed(TWO)
            ],
        },
        300,
    ),
    "Energi Data Service's API": Shape(
        {
            "unit_of_measurement": "DKK/MWh",
            "records": [
                {
                    "HourUTC": _utc(number * HOUR, NAIVE),
                    "HourDK": _local(number * HOUR, NAIVE),
                    "PriceArea": "DK1",
                    "SpotPriceDKK": price * 1000,
                    "SpotPriceEUR": price * 134,
                }
                for number, price in reversed(TWO)
            ],
        },
        currency="DKK",
    ),
    "Energi Data Service's API (quarters)": Shape(
        {
            "unit_of_measurement": "DKK/MWh",
            "records": [
                {
                    "TimeUTC": _utc(number * QUARTER, NAIVE),
                    "TimeDK": _local(number * QUARTER, NAIVE),
                    "PriceArea": "DK1",
                    "DayAheadPriceEUR": price * 134,
                    "DayAheadPriceDKK": price * 1000,
                }
                for number, price in TWO
            ],
        },
        QUARTER,
        "DKK",
    ),
    "times in UTC alone": Shape(
        {
            **EUR,
            "prices": [
                {"time_utc": _utc(number * HOUR, NAIVE), "price": price}
                for number, price in TWO
            ],
        }
    ),
    "ESIOS (Spain)": Shape(
        {
            "unit_of_measurement": "€/MWh",
            "indicator": {
                "name": "PVPC",
                "values": [
                    {
                        "value": price * 1000,
                        "datetime": _local(number * HOUR),
                        "datetime_utc": _utc(number * HOUR),
                        "tz_time": _utc(number * HOUR),
                        "geo_id": 8741,
                    }
                    for number, price in TWO
                ],
            },
        }
    ),
    "preciodelaluz (Spain)": Shape(
        {
            f"{number:02}-{number + 1:02}": {
                "date": "10-06-2026",
                "hour": f"{number:02}-{number + 1:02}",
                "market": "PVPC",
                "price": price * 1000,
                "units": "€/MWh",
            }
            for number, price in TWO
        }
    ),
    "Tibber's GraphQL": Shape(
        {
            **EUR,
            "data": {
                "viewer": {
                    "homes": [
                        {
                            "currentSubscription": {
                                "priceInfo": {
                                    "today": [
                                        {
                                            "total": price,
                                            "energy": 0.1,
                                            "startsAt": _local(number * HOUR),
                                        }
                                        for number, price in TWO
                                    ],
                                    "tomorrow": [],
                                }
                            }
                        }
                    ]
                }
            },
        }
    ),
    "Tibber Prices, in cents": Shape(
        {
            **CENTS,
            "data": [
                {"start_time": _local(number * QUARTER), "price_per_kwh": price * 100}
                for number, price in TWO
            ],
        },
        QUARTER,
    ),
    "easyEnergy's API": Shape(
        {
            **EUR,
            "prices": [
                {
                    "Timestamp": _local(number * HOUR),
                    "SupplierId": 0,
                    "TariffUsage": price,
                    "TariffReturn": 0.05,
                }
                for number, price in TWO
            ],
        }
    ),
    "Rabot's API": Shape(
        {
            "records": [
                {
                    "timestamp": MIDNIGHT.timestamp() + number * HOUR,
                    "moment": _local(number * HOUR),
                    "priceInCentPerKwh": price * 100,
                }
                for number, price in TWO
            ]
        }
    ),
    "smartENERGY's API": Shape(
        {
            "tariff": "EPEXSPOTAT",
            "unit": "ct/kWh",
            "interval": 15,
            "data": [
                {"date": _local(number * QUARTER), "value": price * 100}
                for number, price in TWO
            ],
        },
        QUARTER,
    ),
    "Pstryk's API": Shape(
        {
            "unit_of_measurement": "PLN/kWh",
            "frames": [
                {
                    "start": _utc(number * HOUR),
                    "end": _utc((number + 1) * HOUR),
                    "price_net": 0.01,
                    "price_gross": price,
                    "is_cheap": False,
                }
                for number, price in TWO
            ],
        }
    ),
    "ElectriCast": Shape(
        {
            **EUR,
            "forecast_24h": [
                {"time": _utc(number * HOUR), "price_mwh": price * 1000}
                for number, price in TWO
            ],
        }
    ),
    "words with their unit": Shape(
        {
            "unit_of_measurement": "SEK/kWh",
            "prices": [
                {"start": _local(number * HOUR), "price_ore_kwh": price * 100}
                for number, price in TWO
            ],
        }
    ),
    "OTE (hours of the day as names)": Shape(
        {
            **MEGA,
            **dict.fromkeys(map(str, range(2, 24)), 100.0),
            **{str(number): price * 1000 for number, price in TWO},
            **{f"next_day_{hour}": 50.0 for hour in range(24)},
            "next_day_available": True,
        }
    ),
    "hours from 1 to 24": Shape(
        {
            **MEGA,
            "today": [
                {"hour": number + 1, "price": price * 1000}
                for number, price in (*TWO, *((each, 0.1) for each in range(2, 24)))
            ],
        }
    ),
    "OPCOM (periods from 1 to 96)": Shape(
        {
            "unit_of_measurement": "RON/MWh",
            "data": [
                {"date": "10.06.2026", "interval": number + 1, "price": price * 1000}
                for number, price in (*TWO, *((each, 0.1) for each in range(2, 96)))
            ],
        },
        QUARTER,
        "RON",
    ),
    "EPEX Spot, from its web page": Shape(
        {
            **MEGA,
            "data": [
                {
                    "start_time": _local(number * HOUR),
                    "end_time": _local((number + 1) * HOUR),
                    "buy_volume_mwh": 300.1,
                    "sell_volume_mwh": 200.2,
                    "volume_mwh": 400.3,
                    "price_eur_per_mwh": price * 1000,
                }
                for number, price in TWO
            ],
        }
    ),
    "GE-Spot, for charts": Shape(
        {
            "unit_of_measurement": "öre/kWh",
            "today_with_timestamps": {
                _local(number * QUARTER): price * 100 for number, price in TWO
            },
            "raw_tomorrow": None,
        },
        QUARTER,
    ),
}
"""The shapes by name."""
