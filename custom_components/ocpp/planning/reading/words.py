"""Words that tell what the fields of tariff integrations mean."""

from collections.abc import Mapping
from dataclasses import dataclass
import re

_WORD = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])\d*|[A-ZÀ-Þ]?[a-zß-ÿ]+\d*|\d+")

START_KEYS = (
    "start",
    "starttime",
    "startsat",
    "starttimestamp",
    "startdatetime",
    "from",
    "validfrom",
    "timestart",
    "periodstart",
    "slotstart",
    "begin",
    "startdate",
    "timestamp",
    "datetime",
    "dateutc",
    "hour",
    "time",
    "date",
    "millisutc",
    "deliverystart",
    "ts",
)
"""Fields with the start of a price, the most certain one first."""
END_KEYS = (
    "end",
    "endtime",
    "endsat",
    "endtimestamp",
    "enddatetime",
    "till",
    "to",
    "validto",
    "timeend",
    "periodend",
    "slotend",
    "enddate",
    "dtime",
    "intervalend",
    "deliveryend",
)
"""Fields with the end of a price."""
CLOCK_KEYS = ("hour", "time", "start", "from", "period", "date")
"""Fields that may have a time of day."""
PRICE_KEYS: Mapping[str, float | None] = {
    "valueincvat": None,
    "pricetaxincluded": 1e-7,
    "priceperkwh": None,
    "perkwh": None,
    "entryperarea": 0.001,
    "marketprice": None,
    "total": None,
    "totalprice": None,
    "totalamount": None,
    "pricewithtaxesandlevies": None,
    "pricewithtax": None,
    "pricewithvat": None,
    "priceinclvat": None,
    "electricityprice": None,
    "price": None,
    "value": None,
    "tariff": None,
    "rate": None,
    "unitprice": None,
    "integrated": None,
    "varioplus": None,
    "dtplus": None,
    "amount": None,
    "unitrateinformation": None,
    "rates": None,
    "agilepred": None,
}
"""Fields with a price, including taxes where there are several; with the factor to currency/kWh if it is always the same."""
PRICE_STEMS = (
    "price",
    "rate",
    "tariff",
    "cost",
    "prijs",
    "preis",
    "cena",
    "ceny",
    "pris",
    "prix",
    "precio",
    "prezzo",
    "preço",
    "hinta",
)
"""Beginnings of words in the names of other fields with prices."""
GROSS_STEMS = ("gross", "brutto", "bruto", "lordo", "incl")
"""Beginnings of words in the names of fields with all that is to be paid."""

_SELLING = (
    "return",
    "feed",
    "export",
    "sell",
    "sold",
    "sale",
    "inject",
    "produ",
    "prod",
    "invoed",
    "terug",
    "vergoed",
    "einspeis",
    "rückspeis",
    "rueckspeis",
    "vergüt",
    "verguet",
    "vend",
    "venta",
    "vente",
    "inyec",
    "sprzed",
    "prodej",
    "výkup",
    "vykup",
    "sälj",
    "selg",
    "salg",
    "earn",
)
_BUYING = ("buy", "import", "purchase", "kauf", "koop", "koup", "kup")
_OTHER = (
    "gas",
    "co2",
    "carbon",
    "emission",
    "renewable",
    "solar",
    "pv",
    "wind",
    "temperature",
    "best",
    "worst",
    "cheapest",
    "expensive",
    "average",
    "yesterday",
)
_QUANTITIES = ("consumption", "usage", "volume", "demand")
"""Amounts of energy, unless they are said to have prices."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """The use of prices, as beginnings of words in the names of lists and fields.

    Attributes:
        avoided: what is never meant.
        preferred: what is meant rather than anything else.
    """

    avoided: tuple[str, ...]
    preferred: tuple[str, ...]

    def avoids(self, name: str) -> bool:
        """Return whether something of this name has other prices, or none."""
        return has_stem(name, self.avoided) or (
            has_stem(name, _QUANTITIES) and not has_stem(name, PRICE_STEMS)
        )

    def prefers(self, name: str) -> bool:
        """Return whether something of this name has the prices that are wanted."""
        return has_stem(name, self.preferred) and not self.avoids(name)


BUYING = Purpose(_SELLING + _OTHER, _BUYING)
EMISSIONS = Purpose(
    (*PRICE_STEMS, "fossil", "renewable", "temperature", "best", "worst", "average"),
    ("co2", "carbon", "intensity", "emission", "forecast"),
)
SELLING = Purpose((*_BUYING, *_OTHER, "general"), _SELLING)


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in snake case, camel case or plain language."""
    return tuple(word.casefold() for word in _WORD.findall(name))


def plain(name: str) -> str:
    """Return a name regardless of case and separators."""
    return "".join(char for char in name.casefold() if char.isalnum())


def has_stem(name: str, stems: tuple[str, ...]) -> bool:
    """Return whether any word of a name begins with any of these."""
    return any(word.startswith(stems) for word in words(name))
