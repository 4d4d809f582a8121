"""Writes docs/benchmark.md from two runs of the benchmark of surplus controllers: see `scripts/bench report`.

    python -m scripts.benchmark RESULTS PV_ONLY_RESULTS

Both are tables as the benchmark leaves them: one run per row, of one controller at one day.
"""

from collections.abc import Iterable, Iterator, Sequence
import csv
from itertools import chain
from pathlib import Path
from statistics import mean
import sys

FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmark.md"
OURS = "external"
CONTROLLERS = {
    "naive15": "YAML automation",
    "evcc30": "evcc-like, 30 s",
    "evcc10": "evcc-like, 10 s",
    "ff_event": "reference law",
    OURS: "**ocpp**",
}
"""The names of the controllers in the tables."""
CARS = {"workplace_20": 20, "two_cars": 2}
"""The number of cars in each scenario that has more than one."""

_NOTHING = (None, "", "nan")
"""The values of a column that does not apply to a row; a column that never applies is left out."""

type Row = dict[str, str]

HEAD = """\
# How well the sun is followed

Written by `scripts/bench report`; every figure here comes from there.

## Method

An independent simulator plays whole days second by second: measured irradiance (Payerne and Melpitz at one minute and one
second), measured household loads, meters that sample, lag and round, chargers that answer late, cars that ramp up, wake up
and fall asleep, a home battery with a regulator of its own. The surplus controller runs in it as it does in Home Assistant, with
the same `step`; only the readings come from elsewhere. Solar first is the mode unless something else is said.

The **score** is the sun in the cars, less the energy from the grid, less 0.3 of the energy from the home battery, divided
by what an oracle reaches that knows the whole day beforehand and obeys the least current, the wake-up and the pauses.
For several cars and for costs the bound is a relaxation that nobody can quite reach.

Most constants were tuned on days 10 to 20, but not all: what a stop and a change of phases cost, when a car is kept awake
and how much room is left under slow meters were settled with days 0 to 2 in view. What is shown here is days 0 to 2, so it
may flatter a little.

## What it does not tell

- "evcc-like" is an emulation of evcc's rules in this simulator, not evcc. The reference law is the simulator's own best try.
- Three days per scenario: differences below 0.02 in one scenario are chance.
- No lost connections, no chargers that refuse: those are tested over real sockets, not here.
- Whose score is best is also a matter of taste: with equal weights, charging at the least current pays from half its power
  on. The last table weighs energy from the grid three times.
"""


def page(rows: Sequence[Row], pv_only: Sequence[Row]) -> str:
    """Return the whole page."""
    tables = (_scores(rows), _manners(rows), _costs(rows), _fuses(rows))
    return "\n".join([HEAD, *chain(*tables, _careful(pv_only))])


def _of(rows: Iterable[Row], scenario: str, controller: str, column: str) -> float:
    """Return the mean of a column; a run in which it means nothing does not count."""
    values = [
        row[column]
        for row in rows
        if row["scenario"] == scenario and row["ctrl"] == controller
    ]
    told = [float(value) for value in values if value not in _NOTHING]
    return mean(told) if told else float("nan")


def _with(rows: Sequence[Row], column: str) -> list[str]:
    """Return the scenarios in which a column means something, in their order."""
    told = (row["scenario"] for row in rows if row.get(column) not in _NOTHING)
    return list(dict.fromkeys(told))


def _scored(rows: Sequence[Row]) -> list[str]:
    """Return the scenarios that have a score: neither a price nor a fuse is what matters there."""
    others = {*_with(rows, "cost"), *_with(rows, "fuse_score")}
    return [name for name in _with(rows, "score") if name not in others]


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(line)} |" for line in lines)
    yield ""


def _scores(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Score\n"
    names = _scored(rows)
    table = {
        name: [_of(rows, name, each, "score") for each in CONTROLLERS] for name in names
    }
    table["**mean**"] = [mean(column) for column in zip(*table.values(), strict=True)]
    yield from _table(
        ["scenario", *CONTROLLERS.values()],
        (
            [name, *(f"{value:.3f}" for value in values)]
            for name, values in table.items()
        ),
    )


def _manners(rows: Sequence[Row]) -> Iterator[str]:
    yield "## What it took\n"
    yield "Sun in the cars as a share of all that any controller could have caught; share of the grid; a car's day.\n"
    lines = {name: _manners_of(rows, name) for name in _scored(rows)}
    single = [values for name, values in lines.items() if name not in CARS]
    lines["**mean of single cars**"] = [
        mean(column) for column in zip(*single, strict=True)
    ]
    heads = [
        "sun",
        "grid",
        "starts",
        "phase changes",
        "limits",
        "limits, evcc-like 10 s",
    ]
    yield from _table(
        ["scenario", *heads],
        (
            [
                name,
                f"{sun:.3f}",
                f"{grid:.3f}",
                *(f"{value:.1f}" for value in (starts, changes)),
                *(f"{value:.0f}" for value in limits),
            ]
            for name, (sun, grid, starts, changes, *limits) in lines.items()
        ),
    )


def _manners_of(rows: Sequence[Row], name: str) -> list[float]:
    cars = CARS.get(name, 1)
    return [
        _of(rows, name, OURS, "solar_ratio"),
        _of(rows, name, OURS, "grid_share"),
        _of(rows, name, OURS, "starts") / cars,
        _of(rows, name, OURS, "switches") / cars,
        _of(rows, name, OURS, "cmds") / cars,
        _of(rows, name, "evcc10", "cmds") / cars,
    ]


def _costs(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Prices and departures\n"
    yield "Cost as a multiple of the least that was possible with perfect foresight; in brackets what was missing.\n"

    def cell(name: str, controller: str) -> str:
        runs = [
            row for row in rows if row["scenario"] == name and row["ctrl"] == controller
        ]
        ratio = mean(float(row["cost"]) / float(row["cost_opt"]) for row in runs)
        missing_kwh = mean(float(row["miss_kwh"]) for row in runs)
        return f"{ratio:.2f} ({missing_kwh:.1f} kWh)"

    yield from _table(
        ["scenario", *CONTROLLERS.values()],
        (
            [name, *(cell(name, each) for each in CONTROLLERS)]
            for name in _with(rows, "cost")
        ),
    )


def _fuses(rows: Sequence[Row]) -> Iterator[str]:
    yield "## A fuse of 25 A\n"
    yield "A 22 kW car charges as fast as it may while oven, dryer and kettle run. Meters that tell every 1, 5 and 10 s.\n"
    yield "Where the meter is slow, room is left for what it has not told of yet: that costs energy, and spares the fuse.\n"
    lines = []
    for name in _with(rows, "fuse_score"):
        for controller, called in CONTROLLERS.items():
            runs = sorted(
                (
                    row
                    for row in rows
                    if row["scenario"] == name and row["ctrl"] == controller
                ),
                key=lambda row: int(row["seed"]),
            )
            lines.append(
                [
                    called,
                    f"{mean(float(row['fuse_score']) for row in runs):.3f}",
                    ", ".join(f"{float(row['over_run']):.0f} s" for row in runs),
                    ", ".join(f"{float(row['over_s']):.0f} s" for row in runs),
                ]
            )
    yield from _table(
        [
            "controller",
            "energy of what the fuse allows",
            "longest above 25.5 A",
            "in all",
        ],
        lines,
    )


def _careful(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Solar only, with energy from the grid counted three times\n"
    names = _scored(rows)
    lines = {
        name: [_of(rows, name, OURS, column) for column in ("score", "grid_share")]
        for name in names
    }
    lines["**mean**"] = [mean(column) for column in zip(*lines.values(), strict=True)]
    yield from _table(
        ["scenario", "score", "grid"],
        (
            [name, *(f"{value:.3f}" for value in values)]
            for name, values in lines.items()
        ),
    )


def _read(path: str) -> list[Row]:
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the page."""
    FILE.write_text(page(_read(sys.argv[1]), _read(sys.argv[2])).rstrip() + "\n")


if __name__ == "__main__":
    main()
