"""Draws one day under each charging mode for docs/modes.md: see `scripts/bench modes`.

    python -m scripts.mode_pictures ADAPTER

ADAPTER is the command of the surplus controller's adapter; the mode is added to it.
"""

from dataclasses import dataclass, replace
from pathlib import Path
import sys

from evbench.controllers.base import External
from evbench.plant import Result, Scenario, simulate
from evbench.scenarios import build
import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
import matplotlib.pyplot as plt
import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
DAY, SEED = "tariff_day", 1
"""A day with broken sun, prices by the quarter of an hour, and a car that departs at 20:00 with 35 kWh more."""

AVERAGE_S = 300
QUARTER_S = 900
HOUR_S = 3600
SUN, HOUSE, CAR, PRICE = "#e6a817", "#8a8a8a", "#2f7fd1", "#b0413e"

type Handles = tuple[list[Artist], list[str]]
"""The entries of a legend, and their labels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A mode, and whether its picture has the prices."""

    mode: str
    has_prices: bool = False

    @property
    def path(self) -> Path:
        """The file of the picture."""
        return FOLDER / f"mode-{self.mode.replace('_', '-')}.svg"


PICTURES = (
    Picture("pv_only"),
    Picture("pv_priority"),
    Picture("eco_plus", has_prices=True),
    Picture("fast"),
)


def main() -> None:
    """Draw all pictures."""
    # The same run gives the same file.
    mpl.rcParams |= {"svg.hashsalt": "ocpp", "svg.fonttype": "none", "font.size": 9}
    for picture in PICTURES:
        scenario = _scenario(picture)
        result = simulate(
            scenario, External(f"{sys.argv[1]} --mode {picture.mode}"), "arrival"
        )
        _draw(picture, scenario, result)


def _scenario(picture: Picture) -> Scenario:
    scenario = replace(build(DAY, SEED), mode=picture.mode)
    if picture.has_prices:
        return scenario
    return replace(scenario, price_imp=None, price_exp=None)


def _draw(picture: Picture, scenario: Scenario, result: Result) -> None:
    figure, axes = plt.subplots(figsize=(8, 2.6 if not picture.has_prices else 3.2))
    hours = (scenario.t0 + np.arange(0, len(scenario.pv), AVERAGE_S)) / HOUR_S
    sun_w, house_w, car_w = (
        _averages(series)
        for series in (scenario.pv, scenario.home.sum(axis=0), result.ev.sum(axis=0))
    )
    axes.fill_between(hours, 0, sun_w / 1000, color=SUN, alpha=0.35, lw=0, label="Sun")
    axes.plot(hours, house_w / 1000, color=HOUSE, lw=0.9, label="House")
    axes.plot(hours, car_w / 1000, color=CAR, lw=1.4, label="Car")
    axes.set_ylabel("kW")
    handles = axes.get_legend_handles_labels()
    if picture.has_prices:
        _add_prices(axes, scenario)
        handles = _joined(handles, axes)
    axes.set_xlim(0, 20)
    axes.set_xticks(range(0, 21, 4), [f"{hour}:00" for hour in range(0, 21, 4)])
    axes.legend(
        *handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        frameon=False,
        ncols=len(handles[0]),
    )
    axes.spines[["top"]].set_visible(False)
    figure.patch.set_facecolor("white")
    figure.tight_layout()
    figure.savefig(picture.path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _add_prices(axes: Axes, scenario: Scenario) -> None:
    price = scenario.price_imp[::QUARTER_S]
    hours = (scenario.t0 + np.arange(len(price)) * QUARTER_S) / HOUR_S
    beside = axes.twinx()
    beside.step(hours, price, where="post", color=PRICE, lw=0.9, label="Price")
    beside.set_ylabel("EUR/kWh")
    beside.set_ylim(0, None)


def _joined(handles: Handles, axes: Axes) -> Handles:
    beside = axes.figure.axes[-1].get_legend_handles_labels()
    return [*handles[0], *beside[0]], [*handles[1], *beside[1]]


def _averages(series: np.ndarray) -> np.ndarray:
    """Return the averages of a series with a value for each second."""
    starts = range(0, len(series), AVERAGE_S)
    return np.array([series[start : start + AVERAGE_S].mean() for start in starts])


if __name__ == "__main__":
    main()
