"""Accounts: what was charged, where it came from, what it cost, and what the sun has saved.

Energy is kept in whole thousandths of a watt-hour, so that the parts add up to what the meter says exactly, and never
shrink by a rounding error.

What is drawn from the grid costs its price at that time. The sun's energy costs what the grid would have paid for it;
so does the battery's, which the sun has filled: had it stayed there, it would have been fed in some day. Savings are what
it would have cost more to charge all of it from the grid at the same time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from .origins import Portion, Tariff


def exact(energy_wh: float) -> float:
    """Return an energy in whole thousandths of a watt-hour."""
    return round(energy_wh, 3)


@dataclass(frozen=True, slots=True)
class Account:
    """Sums of energy and money.

    What is neither the sun's nor the battery's is the grid's; `unknown_wh` is how much of the latter is so only because
    its origin is unknown. `priced_wh` is how much of the energy `cost` and `savings` are about: there may be
    times for which no price is known.
    """

    energy_wh: float = 0.0
    sun_wh: float = 0.0
    battery_wh: float = 0.0
    unknown_wh: float = 0.0
    priced_wh: float = 0.0
    cost: float = 0.0
    savings: float = 0.0

    @property
    def grid_wh(self) -> float:
        """What came from the grid."""
        return exact(self.energy_wh - self.sun_wh - self.battery_wh)

    @property
    def solar_share_percent(self) -> float | None:
        """How much of it came from the sun; None before there is anything."""
        return 100 * self.sun_wh / self.energy_wh if self.energy_wh > 0 else None

    @property
    def price_per_kwh(self) -> float | None:
        """What a kWh cost in the mean; None where no price was known."""
        return 1000 * self.cost / self.priced_wh if self.priced_wh > 0 else None

    @property
    def known_cost(self) -> float | None:
        """What it cost; None where no price was known."""
        return self.cost if self.priced_wh > 0 else None

    @property
    def known_savings(self) -> float | None:
        """What the sun has saved; None where no price was known."""
        return self.savings if self.priced_wh > 0 else None

    def __add__(self, other: Account) -> Account:
        """Return both together."""
        return Account(
            exact(self.energy_wh + other.energy_wh),
            exact(self.sun_wh + other.sun_wh),
            exact(self.battery_wh + other.battery_wh),
            exact(self.unknown_wh + other.unknown_wh),
            exact(self.priced_wh + other.priced_wh),
            self.cost + other.cost,
            self.savings + other.savings,
        )

    def __sub__(self, other: Account) -> Account:
        """Return what has come to an account since it was `other`."""
        return Account(
            exact(self.energy_wh - other.energy_wh),
            exact(self.sun_wh - other.sun_wh),
            exact(self.battery_wh - other.battery_wh),
            exact(self.unknown_wh - other.unknown_wh),
            exact(self.priced_wh - other.priced_wh),
            self.cost - other.cost,
            self.savings - other.savings,
        )


def total(accounts: Iterable[Account]) -> Account:
    """Return all of them together."""
    return reduce(Account.__add__, accounts, Account())


def entered(energy_wh: float, portions: Iterable[Portion]) -> Account:
    """Return the account of an energy whose parts are known; they amount to it but for rounding errors."""
    portions = tuple(portions)
    energy_wh = exact(energy_wh)
    sun_wh = min(exact(sum(part.sun_wh for part in portions)), energy_wh)
    battery_wh = min(
        exact(sum(part.battery_wh for part in portions)), exact(energy_wh - sun_wh)
    )
    unknown_wh = exact(sum(part.energy_wh for part in portions if part.unknown))
    priced_wh = exact(sum(part.energy_wh for part in portions if part.tariff))
    return Account(
        energy_wh,
        sun_wh,
        battery_wh,
        min(unknown_wh, exact(energy_wh - sun_wh - battery_wh)),
        min(priced_wh, energy_wh),
        sum(_cost(part, part.tariff) for part in portions if part.tariff),
        sum(_savings(part, part.tariff) for part in portions if part.tariff),
    )


def unknown(energy_wh: float, tariff: Tariff | None) -> Account:
    """Return the account of an energy of which nothing else is known; `tariff` is that of now."""
    return entered(energy_wh, [Portion(energy_wh, tariff=tariff, unknown=True)])


def fitted(account: Account, energy_wh: float, tariff: Tariff | None) -> Account:
    """Return the account as it is for another energy, which the charger says that it was in the end.

    What comes on top is of unknown origin; what is too much is taken off from all parts alike.
    """
    energy_wh = exact(energy_wh)
    more_wh = exact(energy_wh - account.energy_wh)
    if more_wh >= 0:
        return account + unknown(more_wh, tariff) if more_wh else account
    factor = energy_wh / account.energy_wh
    sun_wh = exact(account.sun_wh * factor)
    battery_wh = min(exact(account.battery_wh * factor), exact(energy_wh - sun_wh))
    unknown_wh = exact(account.unknown_wh * factor)
    return Account(
        energy_wh,
        sun_wh,
        battery_wh,
        min(unknown_wh, exact(energy_wh - sun_wh - battery_wh)),
        exact(account.priced_wh * factor),
        account.cost * factor,
        account.savings * factor,
    )


def _free_wh(part: Portion) -> float:
    """Return the energy for which nothing is paid, but less is earned."""
    return part.sun_wh + part.battery_wh


def _cost(part: Portion, tariff: Tariff) -> float:
    grid_wh = part.energy_wh - _free_wh(part)
    paid = grid_wh * tariff.price_per_kwh
    return (paid + _free_wh(part) * tariff.feed_in_per_kwh) / 1000


def _savings(part: Portion, tariff: Tariff) -> float:
    gap_per_kwh = tariff.price_per_kwh - tariff.feed_in_per_kwh
    return _free_wh(part) * gap_per_kwh / 1000
