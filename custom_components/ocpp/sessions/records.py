"""Records of sessions, and their form in lists and tables."""

from collections.abc import Callable, Iterable, Sequence
import csv
from dataclasses import dataclass, field
from datetime import datetime
import io
import re

from homeassistant.util import dt as dt_util

from ..csms.metering.signed import SignedValue
from ..surplus.accounts.accounts import Account, total

type Row = dict[str, str | int | float | None]

_FORMULA = re.compile(r"(^|[,;|\"\t\r\n])(?=\s*[=+\-@＝＋－＠\t\r\n])")
"""The places at which spreadsheets begin a formula; tags may be written by anybody.

Where decimals have a comma, spreadsheets part columns at semicolons, and so begin another cell within a text.
"""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session, with the names of charger, tag and vehicle at its time.

    `vehicle_id` is that of a vehicle that is set up, or of any guest. `ended_at` is None while it runs. `reason` is the stop reason in the words of OCPP; None if the charger has not reported
    the end. `signed` are its signed meter values.
    """

    charger_id: str
    charger: str
    connector: int
    transaction_id: str
    started_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    id_tag: str | None = None
    tag: str | None = None
    vehicle: str | None = None
    currency: str = ""
    account: Account = field(default_factory=Account)
    vehicle_id: str | None = None
    signed: tuple[SignedValue, ...] = ()

    @property
    def row(self) -> Row:
        """The row of a table; times are local."""
        return {
            "charger": self.charger,
            "charger_id": self.charger_id,
            "connector": self.connector,
            "transaction_id": self.transaction_id,
            "started_at": _iso(self.started_at),
            "ended_at": _iso(self.ended_at),
            "duration_minutes": _minutes(self.started_at, self.ended_at),
            "reason": self.reason,
            "tag": self.tag,
            "id_tag": self.id_tag,
            "vehicle": self.vehicle,
            "vehicle_id": self.vehicle_id,
            **amounts(self.account),
            "currency": self.currency,
            "signed_values": len(self.signed),
        }


@dataclass(frozen=True, slots=True)
class SessionNames:
    """The names of the tag and the vehicle of a session, and the id of a vehicle that is set up, or of any guest."""

    tag: str | None = None
    vehicle: str | None = None
    vehicle_id: str | None = None


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """A filter of sessions; None matches all.

    `places` are chargers, each with one of its connectors or None for all. A `tag` is given by its name or its number.
    Sessions have begun at `since` or later, and before `until`.
    """

    places: frozenset[tuple[str, int | None]] | None = None
    tag: str | None = None
    vehicle: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, record: SessionRecord) -> bool:
        """Return whether a session matches."""
        here = {(record.charger_id, None), (record.charger_id, record.connector)}
        return (
            (self.places is None or bool(self.places & here))
            and (self.tag is None or _is_among(self.tag, record.tag, record.id_tag))
            and (
                self.vehicle is None
                or _is_among(self.vehicle, record.vehicle, record.vehicle_id)
            )
            and (self.since is None or record.started_at >= self.since)
            and (self.until is None or record.started_at < self.until)
        )


def amounts(account: Account) -> Row:
    """Return the amounts of an account as they are shown; energies in kWh with all digits.

    `priced_kwh` is the part of the energy that cost, savings and price refer to.
    """
    share_percent = account.solar_share_percent
    return {
        "energy_kwh": _kwh(account.energy_wh),
        "solar_kwh": _kwh(account.sun_wh),
        "battery_kwh": _kwh(account.battery_wh),
        "grid_kwh": _kwh(account.grid_wh),
        "unknown_kwh": _kwh(account.unknown_wh),
        "solar_share_percent": _rounded(share_percent, 1),
        "priced_kwh": _kwh(account.priced_wh),
        "cost": _rounded(account.known_cost, 4),
        "savings": _rounded(account.known_savings, 4),
        "price_per_kwh": _rounded(account.price_per_kwh, 4),
    }


def totals(records: Sequence[SessionRecord]) -> dict[str, Row | list[Row]]:
    """Return the totals of sessions: of all, and by charger, tag and vehicle."""
    return {
        "all": _summary(records),
        "chargers": _by(records, "charger", lambda each: each.charger),
        "tags": _by(records, "tag", lambda each: each.tag or each.id_tag),
        "vehicles": _by(records, "vehicle", lambda each: each.vehicle),
    }


def table(records: Iterable[SessionRecord]) -> str:
    """Return sessions as comma-separated values (RFC 4180), with the units in the header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(_HEAD.row))
    writer.writeheader()
    for record in records:
        row = record.row
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return text.getvalue()


_HEAD = SessionRecord("", "", 0, "", dt_util.utc_from_timestamp(0))


def _by(
    records: Sequence[SessionRecord],
    kind: str,
    key: Callable[[SessionRecord], str | None],
) -> list[Row]:
    groups: dict[str, list[SessionRecord]] = {}
    for record in records:
        if (name := key(record)) is not None:
            groups.setdefault(name, []).append(record)
    return [{kind: name, **_summary(groups[name])} for name in sorted(groups)]


def _summary(records: Sequence[SessionRecord]) -> Row:
    """Return the total of sessions; amounts in several currencies cannot be added."""
    row = amounts(total(record.account for record in records))
    currencies = {record.currency for record in records if record.account.priced_wh > 0}
    if len(currencies) > 1:
        row |= {"cost": None, "savings": None, "price_per_kwh": None}
    currency = currencies.pop() if len(currencies) == 1 else None
    return {"sessions": len(records), **row, "currency": currency}


def _harmless(value: str | float | None) -> str | float | None:
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value


def _is_among(wanted: str, *names: str | None) -> bool:
    return any(
        name is not None and name.casefold() == wanted.casefold() for name in names
    )


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return dt_util.as_local(moment).isoformat(timespec="seconds")


def _minutes(started_at: datetime, ended_at: datetime | None) -> int | None:
    if ended_at is None:
        return None
    return max(0, round((ended_at - started_at).total_seconds() / 60))


def _kwh(energy_wh: float) -> float:
    return round(energy_wh / 1000, 6)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
