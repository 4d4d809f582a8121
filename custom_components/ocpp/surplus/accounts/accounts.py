"""Accounts of charged energy: amount, origin, cost and savings.

Energy is kept in whole thousandths of a watt-hour, so that the parts add up to the meter's total exactly and never
shrink by a rounding error.

Energy from the grid costs its price at that time. Solar energy costs the feed-in revenue that it would have earned; so does
energy from the battery, which was charged by the sun and would have been fed in later. Savings are the additional cost of
charging everything from the grid at the same time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from .origins import Portion, Tariff


def rounded_wh(energy_wh: float) -> float:
    """Return an energy in whole thousandths of a watt-hour."""
    return round(energy_wh, 3)


@dataclass(frozen=True, slots=True)
class Account:
    """Sums of energy and money.

    Attributes:
        energy_wh: all energy; what is neither from the sun nor from the battery is from the grid.
        sun_wh: energy from the sun.
        battery_wh: energy from the home battery.
        unknown_wh: energy of unknown origin, which counts as the grid's.
        priced_wh: energy that `cost` and `savings` refer to; there may be times without a known price.
        cost: cost of the priced energy.
        savings: savings on the priced energy.
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
        """Energy from the grid."""
        return rounded_wh(self.energy_wh - self.sun_wh - self.battery_wh)

    @property
    def solar_share_percent(self) -> float | None:
        """Share of the energy that came from the sun; None before there is any energy."""
        return 100 * self.sun_wh / self.energy_wh if self.energy_wh > 0 else None

    @property
    def price_per_kwh(self) -> float | None:
        """Mean cost of a kWh; None without a known price."""
        return 1000 * self.cost / self.priced_wh if self.priced_wh > 0 else None

    @property
    def known_cost(self) -> float | None:
        """Cost; None without a known price."""
        return self.cost if self.priced_wh > 0 else None

    @property
    def known_savings(self) -> float | None:
        """Savings due to the sun; None without a known price."""
        return self.savings if self.priced_wh > 0 else None

    def __add__(self, other: Account) -> Account:
        """Return the sum of two accounts."""
        return Account(
            rounded_wh(self.energy_wh + other.energy_wh),
            rounded_wh(self.sun_wh + other.sun_wh),
            rounded_wh(self.battery_wh + other.battery_wh),
            rounded_wh(self.unknown_wh + other.unknown_wh),
            rounded_wh(self.priced_wh + other.priced_wh),
            self.cost + other.cost,
            self.savings + other.savings,
        )

    def __sub__(self, other: Account) -> Account:
        """Return the change of an account since it was `other`."""
        return Account(
            rounded_wh(self.energy_wh - other.energy_wh),
            rounded_wh(self.sun_wh - other.sun_wh),
            rounded_wh(self.battery_wh - other.battery_wh),
            rounded_wh(self.unknown_wh - other.unknown_wh),
            rounded_wh(self.priced_wh - other.priced_wh),
            self.cost - other.cost,
            self.savings - other.savings,
        )


def total(accounts: Iterable[Account]) -> Account:
    """Return the sum of accounts."""
    return reduce(Account.__add__, accounts, Account())


def account_for(energy_wh: float, portions: Iterable[Portion]) -> Account:
    """Return the account of an energy whose portions are known; they add up to it apart from rounding errors."""
    portions = tuple(portions)
    energy_wh = rounded_wh(energy_wh)
    sun_wh = min(rounded_wh(sum(part.sun_wh for part in portions)), energy_wh)
    battery_wh = min(
        rounded_wh(sum(part.battery_wh for part in portions)),
        rounded_wh(energy_wh - sun_wh),
    )
    unknown_wh = rounded_wh(
        sum(part.energy_wh for part in portions if part.unknown_origin)
    )
    priced_wh = rounded_wh(sum(part.energy_wh for part in portions if part.tariff))
    return Account(
        energy_wh,
        sun_wh,
        battery_wh,
        min(unknown_wh, rounded_wh(energy_wh - sun_wh - battery_wh)),
        min(priced_wh, energy_wh),
        sum(_cost(part, part.tariff) for part in portions if part.tariff),
        sum(_savings(part, part.tariff) for part in portions if part.tariff),
    )


def unknown_origin(energy_wh: float, tariff: Tariff | None) -> Account:
    """Return the account of an energy of unknown origin at the present tariff."""
    return account_for(
        energy_wh, [Portion(energy_wh, tariff=tariff, unknown_origin=True)]
    )


def corrected_to(account: Account, energy_wh: float, tariff: Tariff | None) -> Account:
    """Return an account adjusted to the energy that the charger reports in the end.

    Additional energy is of unknown origin; a reduction applies to all parts in proportion.
    """
    energy_wh = rounded_wh(energy_wh)
    more_wh = rounded_wh(energy_wh - account.energy_wh)
    if more_wh >= 0:
        return account + unknown_origin(more_wh, tariff) if more_wh else account
    factor = energy_wh / account.energy_wh
    sun_wh = rounded_wh(account.sun_wh * factor)
    battery_wh = min(
        rounded_wh(account.battery_wh * factor), rounded_wh(energy_wh - sun_wh)
    )
    unknown_wh = rounded_wh(account.unknown_wh * factor)
    return Account(
        energy_wh,
        sun_wh,
        battery_wh,
        min(unknown_wh, rounded_wh(energy_wh - sun_wh - battery_wh)),
        rounded_wh(account.priced_wh * factor),
        account.cost * factor,
        account.savings * factor,
    )


def _free_wh(part: Portion) -> float:
    """Return the energy that costs lost feed-in revenue instead of a price."""
    return part.sun_wh + part.battery_wh


def _cost(part: Portion, tariff: Tariff) -> float:
    grid_wh = part.energy_wh - _free_wh(part)
    paid = grid_wh * tariff.price_per_kwh
    return (paid + _free_wh(part) * tariff.feed_in_per_kwh) / 1000


def _savings(part: Portion, tariff: Tariff) -> float:
    gap_per_kwh = tariff.price_per_kwh - tariff.feed_in_per_kwh
    return _free_wh(part) * gap_per_kwh / 1000
