"""Shapes of tariff integrations: the first two prices of a day, 0.125 and -0.03 per kWh, in each one's own words.

The data are made up in the shapes that the integrations or their interfaces have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 6, 10, tzinfo=BERLIN)
PRICES = (0.125, -0.03)
HOUR, HALF, QUARTER = 3600, 1800, 900


def _at(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


def _local(seconds: float) -> str:
    return _at(seconds).isoformat()


def _utc(seconds: float) -> str:
    return _at(seconds).astimezone(UTC).isoformat()


def _zulu(seconds: float, form: str = "%Y-%m-%dT%H:%M:%S.000Z") -> str:
    return _at(seconds).astimezone(UTC).strftime(form)


def _naive(seconds: float) -> str:
    return _at(seconds).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an integration: its state or answer, the time for which each price holds, and the house's currency."""

    told: Mapping[str, object]
    length_s: int = HOUR
    currency: str = ""


EUR = {"unit_of_measurement": "EUR/kWh"}
GAS = [{"start": _local(0), "price": 1.3}, {"start": _local(HOUR), "price": 1.4}]
SOLD = [{"start": _local(0), "price": 0.05}, {"start": _local(HOUR), "price": 0.06}]

SHAPES: Mapping[str, Shape] = {
    "Nord Pool (HACS)": Shape(
        {
            "unit_of_measurement": "öre/kWh",
            "price_in_cents": True,
            "average": 5.0,
            "today": [12.5, -3],
            "raw_today": [
                {"start": _at(0), "end": _at(QUARTER), "value": 12.5},
                {"start": _at(QUARTER), "end": _at(HALF), "value": -3},
            ],
            "raw_tomorrow": [],
        },
        QUARTER,
    ),
    "Nord Pool": Shape(
        {
            "unit": "EUR/MWh",
            "SE3": [
                {"start": _utc(0), "end": _utc(QUARTER), "price": 125.0},
                {"start": _utc(QUARTER), "end": _utc(HALF), "price": -30.0},
            ],
        },
        QUARTER,
    ),
    "Nordpool Predict FI": Shape(
        {
            "unit_of_measurement": "c/kWh",
            "forecast": [
                {"timestamp": _zulu(0), "value": 12.5},
                {"timestamp": _zulu(HOUR), "value": -3.0},
            ],
        }
    ),
    "Tibber": Shape(
        {
            "currency": "EUR",
            "prices": {
                "Home": [
                    {"start_time": _local(0), "price": 0.125, "level": "CHEAP"},
                    {"start_time": _local(QUARTER), "price": -0.03, "level": "CHEAP"},
                ]
            },
        },
        QUARTER,
    ),
    "Tibber's API (REST)": Shape(
        {
            **EUR,
            "today": [
                {"total": 0.125, "energy": 0.1, "tax": 0.025, "startsAt": _local(0)},
                {
                    "total": -0.03,
                    "energy": -0.05,
                    "tax": 0.02,
                    "startsAt": _local(HOUR),
                },
            ],
            "tomorrow": [],
        }
    ),
    "Tibber Custom": Shape({**EUR, "today": [0.125, -0.03, *[0.2] * 22]}),
    "ENTSO-e": Shape(
        {
            **EUR,
            "prices_today": [
                {"time": _local(0).replace("T", " "), "price": 0.125},
                {"time": _local(HOUR).replace("T", " "), "price": -0.03},
            ],
            "prices_tomorrow": [],
        }
    ),
    "EPEX Spot": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "data": [
                {
                    "start_time": _local(0),
                    "end_time": _local(HOUR),
                    "price_per_kwh": 0.125,
                },
                {
                    "start_time": _local(HOUR),
                    "end_time": _local(2 * HOUR),
                    "price_per_kwh": -0.03,
                },
            ],
        }
    ),
    "EPEX Spot (2.x)": Shape(
        {
            "unit_of_measurement": "EUR/MWh",
            "data": [
                {
                    "start_time": _local(0),
                    "end_time": _local(HOUR),
                    "price_eur_per_mwh": 125.0,
                    "price_ct_per_kwh": 12.5,
                },
                {
                    "start_time": _local(HOUR),
                    "end_time": _local(2 * HOUR),
                    "price_eur_per_mwh": -30.0,
                    "price_ct_per_kwh": -3.0,
                },
            ],
        }
    ),
    "Octopus Energy": Shape(
        {
            "event_type": "octopus_energy_electricity_current_day_rates",
            "rates": [
                {"start": _utc(0), "end": _utc(HALF), "value_inc_vat": 0.125},
                {"start": _utc(HALF), "end": _utc(HOUR), "value_inc_vat": -0.03},
            ],
        },
        HALF,
    ),
    "Octopus Germany": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "unit_rate_forecast": [
                {
                    "validFrom": _utc(start_s),
                    "validTo": _utc(start_s + QUARTER),
                    "unitRateInformation": {
                        "__typename": "TimeOfUseProductUnitRateInformation",
                        "rates": [
                            {
                                "netUnitRateCentsPerKwh": "7.1",
                                "latestGrossUnitRateCentsPerKwh": cents,
                            }
                        ],
                    },
                }
                for start_s, cents in ((0, "12.5"), (QUARTER, "-3.0"))
            ],
        },
        QUARTER,
    ),
    "Amber": Shape(
        {
            "forecasts": [
                {
                    "start_time": _utc(0),
                    "end_time": _utc(HALF),
                    "per_kwh": 0.125,
                    "spot_per_kwh": 0.05,
                },
                {
                    "start_time": _utc(HALF),
                    "end_time": _utc(HOUR),
                    "per_kwh": -0.03,
                    "spot_per_kwh": -0.1,
                },
            ]
        },
        HALF,
    ),
    "aWATTar's API (REST)": Shape(
        {
            "data": [
                {
                    "start_timestamp": int(_at(start_s).timestamp() * 1000),
                    "end_timestamp": int(_at(start_s + HOUR).timestamp() * 1000),
                    "marketprice": price,
                    "unit": "Eur/MWh",
                }
                for start_s, price in ((0, 125.0), (HOUR, -30.0))
            ]
        }
    ),
    "Zonneplan (quarters)": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "forecast": [
                {
                    "start_date": _utc(start_s),
                    "end_date": _utc(start_s + QUARTER),
                    "price_tax_excluded": {"amount": 100000},
                    "price_tax_included": {"amount": amount},
                    "sustainability_score": 700,
                }
                for start_s, amount in ((0, 1250000), (QUARTER, -300000))
            ],
        },
        QUARTER,
    ),
    "Zonneplan (hours)": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "forecast": [
                {
                    "datetime": _zulu(start_s, "%Y-%m-%dT%H:%M:%S.000000Z"),
                    "electricity_price": price,
                    "electricity_price_excl_tax": 0.01,
                    "tariff_group": "low",
                    "solar_percentage": 0,
                    "sustainability_score": 1593,
                }
                for start_s, price in ((0, 0.125), (HOUR, -0.03))
            ],
        }
    ),
    "Zonneplan (hours, before)": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "forecast": [
                {
                    "datetime": _utc(start_s),
                    "electricity_price": price,
                    "electricity_price_excl_tax": 191378,
                }
                for start_s, price in ((0, 1250000), (HOUR, -300000))
            ],
        }
    ),
    "Frank Energie": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "prices": [
                {"from": _local(0), "till": _local(HOUR), "price": 0.125},
                {"from": _local(HOUR), "till": _local(2 * HOUR), "price": -0.03},
            ],
        }
    ),
    "EnergyZero": Shape(
        {
            "unit": "EUR/kWh",
            "prices": [
                {"timestamp": _utc(0).replace("T", " "), "price": 0.125},
                {"timestamp": _utc(HOUR).replace("T", " "), "price": -0.03},
            ],
        }
    ),
    "easyEnergy": Shape(
        {
            "unit": "EUR/kWh",
            "prices": [
                {"timestamp": _utc(0).replace("T", " "), "price": 0.125},
                {"timestamp": _utc(HOUR).replace("T", " "), "price": -0.03},
            ],
        }
    ),
    "Essent": Shape(
        {
            "electricity": {
                "unit": "€/kWh",
                "tariffs": [
                    {
                        "startDateTime": _at(start_s).strftime("%Y-%m-%dT%H:%M:%S"),
                        "endDateTime": _at(start_s + HOUR).strftime(
                            "%Y-%m-%dT%H:%M:%S"
                        ),
                        "totalAmount": price,
                        "totalAmountEx": 0.01,
                    }
                    for start_s, price in ((0, 0.125), (HOUR, -0.03))
                ],
            },
            "gas": {"unit": "€/m³", "tariffs": GAS},
            "unit_of_measurement": "€/kWh",
        }
    ),
    "Spain electricity hourly pricing (PVPC)": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "price_position": 3,
            "price_00h": 0.125,
            "price_01h": -0.03,
            "price_02h": 0.1,
        }
    ),
    "OMIE": Shape(
        {
            "unit_of_measurement": "€/MWh",
            "today_hours": {_at(0): 125.0, _at(HOUR): -30.0},
            "tomorrow_hours": {_at(24 * HOUR): None},
        }
    ),
    "Ostrom": Shape(
        {
            "unit_of_measurement": "cent/kWh",
            "prices": [
                {
                    # The local time is said to be UTC.
                    "date": _at(start_s).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "dateUTC": _zulu(start_s),
                    "price": 1.0,
                    "mWhPriceInEuros": 10,
                    "hour": f"{start_s // HOUR:02}",
                    "taxesAndLevies": 15,
                    "priceWithTaxesAndLevies": price,
                }
                for start_s, price in ((0, 12.5), (HOUR, -3))
            ],
        }
    ),
    "Ostrom Advanced": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "today_slots": [
                {
                    "start": _local(start_s),
                    "end": _local(start_s + HOUR),
                    "net_price": 0.01,
                    "taxes_price": 0.1,
                    "total_price": price,
                }
                for start_s, price in ((0, 0.125), (HOUR, -0.03))
            ],
            "tomorrow_slots": [],
        }
    ),
    "Czech Energy Spot Prices": Shape(
        {
            _local(0): 0.125,
            _local(HOUR): -0.03,
            "unit_of_measurement": "Kč/kWh",
            "friendly_name": "Current Spot Electricity Price",
        }
    ),
    "spotovaelektrina.cz's API (REST)": Shape(
        {
            "unit_of_measurement": "CZK/MWh",
            "hoursToday": [
                {"hour": 0, "minute": 0, "priceEUR": 5, "priceCZK": 125},
                {"hour": 0, "minute": 15, "priceEUR": -1, "priceCZK": -30},
            ],
        },
        QUARTER,
        "CZK",
    ),
    "elprisetjustnu.se's API (REST)": Shape(
        {
            "data": [
                {
                    "SEK_per_kWh": price,
                    "EUR_per_kWh": price / 11,
                    "EXR": 11.0,
                    "time_start": _local(start_s),
                    "time_end": _local(start_s + QUARTER),
                }
                for start_s, price in ((0, 0.125), (QUARTER, -0.03))
            ],
        },
        QUARTER,
    ),
    "hvakosterstrommen.no's API (REST)": Shape(
        {
            "prices": [
                {
                    "NOK_per_kWh": price,
                    "EUR_per_kWh": price / 11,
                    "EXR": 11.0,
                    "time_start": _local(start_s),
                    "time_end": _local(start_s + HOUR),
                }
                for start_s, price in ((0, 0.125), (HOUR, -0.03))
            ],
        }
    ),
    "Energi Data Service": Shape(
        {
            "unit_of_measurement": "øre/kWh",
            "unit": "kWh",
            "currency": "DKK",
            "use_cent": True,
            "raw_today": [
                {"hour": _at(0), "price": 12.5},
                {"hour": _at(HOUR), "price": -3.0},
            ],
            "raw_tomorrow": None,
        }
    ),
    "Stromligning": Shape(
        {
            "unit_of_measurement": "kr/kWh",
            "prices": [
                {"price": 0.125, "start": _at(0), "end": _at(HOUR)},
                {"price": -0.03, "start": _at(HOUR), "end": _local(2 * HOUR)},
            ],
        }
    ),
    "RCE PSE": Shape(
        {
            "unit_of_measurement": "PLN/MWh",
            "prices": [
                {
                    # The time is that of the end.
                    "dtime": _naive(start_s + QUARTER),
                    "period": "00:00 - 00:15",
                    "rce_pln": price,
                    "dtime_utc": _naive(start_s - 2 * HOUR + QUARTER),
                    "business_date": "2026-06-10",
                }
                for start_s, price in ((0, 125.0), (QUARTER, -30.0))
            ],
        },
        QUARTER,
    ),
    "Rynkowa Cena Energii (RCE)": Shape(
        {
            "unit_of_measurement": "PLN/MWh",
            "today": [
                {"start": _naive(0), "tariff": 125.0},
                {"start": _naive(HOUR), "tariff": -30.0},
            ],
        }
    ),
    "Pstryk": Shape(
        {
            "unit_of_measurement": "PLN/kWh",
            "Next hour": 0.2,
            "Best prices": [{"start": _local(5 * HOUR), "price": -0.2}],
            "All prices": [
                {"start": _local(0), "price": 0.125},
                {"start": _local(HOUR), "price": -0.03},
            ],
        }
    ),
    "EMHASS": Shape(
        {
            "unit_of_measurement": "EUR/kWh",
            "unit_prod_price_forecasts": [
                {"date": _local(0), "unit_prod_price": "0.05"}
            ],
            "unit_load_cost_forecasts": [
                {"date": _local(0), "mpc_general_price": "0.1250"},
                {"date": _local(HALF), "mpc_general_price": "-0.0300"},
            ],
        },
        HALF,
    ),
    "EKZ's API (REST)": Shape(
        {
            "prices": [
                {
                    "start_timestamp": _local(start_s),
                    "end_timestamp": _local(start_s + QUARTER),
                    "electricity": [{"unit": "CHF_kWh", "value": 0.01}],
                    "grid": [{"unit": "CHF_kWh", "value": 0.02}],
                    "integrated": [{"unit": "CHF_kWh", "value": price}],
                    "feed_in": [{"unit": "CHF_kWh", "value": 0.08}],
                }
                for start_s, price in ((0, 0.125), (QUARTER, -0.03))
            ]
        },
        QUARTER,
    ),
    "Groupe E's API (REST)": Shape(
        {
            "prices": [
                {
                    "start_timestamp": _local(start_s),
                    "end_timestamp": _local(start_s + QUARTER),
                    "vario_grid": 7.76,
                    "vario_plus": price,
                    "dt_plus": 35.44,
                    "unit": "Rp./kWh",
                }
                for start_s, price in ((0, 12.5), (QUARTER, -3.0))
            ]
        },
        QUARTER,
    ),
    "GE-Spot": Shape(
        {
            "unit_of_measurement": "SEK/kWh",
            "current_price": 0.2,
            "raw_today": [
                {"time": _local(0), "price": 0.125},
                {"time": _local(QUARTER), "price": -0.03},
            ],
            "raw_tomorrow": None,
        },
        QUARTER,
    ),
    "SpotHinta's API (REST)": Shape(
        {
            "unit_of_measurement": "€/kWh",
            "data": [
                {
                    "Rank": 5,
                    "DateTime": _local(start_s),
                    "PriceNoTax": 0.01,
                    "PriceWithTax": price,
                }
                for start_s, price in ((0, 0.125), (HOUR, -0.03))
            ],
        }
    ),
    "Elering's API (REST)": Shape(
        {
            "unit_of_measurement": "EUR/MWh",
            "data": {
                "ee": [
                    {"timestamp": int(_at(0).timestamp()), "price": 125.0},
                    {"timestamp": int(_at(HOUR).timestamp()), "price": -30.0},
                ]
            },
        }
    ),
    "evcc's format": Shape(
        {
            **EUR,
            "rates": [
                {"start": _zulu(0), "end": _zulu(HOUR), "value": 0.125},
                {"start": _zulu(HOUR), "end": _zulu(2 * HOUR), "value": -0.03},
            ],
        }
    ),
    "Templates": Shape(
        {
            **EUR,
            "gas_prices": GAS,
            "return_prices": SOLD,
            "prices": [
                {"Start": _naive(0), "Value": "0,125"},
                {"Start": _naive(HOUR), "Value": "-0,03"},
            ],
        }
    ),
}
"""The shapes by the names of the integrations in `docs/tariffs.md`."""
