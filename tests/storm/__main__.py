"""Plays a storm and prints its table: see `scripts/storm`."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from .storm import Options, storm


def main() -> None:
    """Read the options, play, and print."""
    parser = argparse.ArgumentParser("scripts/storm", description=__doc__)
    defaults = Options()
    add = parser.add_argument
    add("chargers", type=int, nargs="?", default=defaults.chargers)
    add("--rounds", type=int, default=defaults.rounds, help="meter values of each")
    add(
        "--hostile", type=float, default=defaults.hostile_s, help="seconds of strangers"
    )
    add("--frames", type=int, default=defaults.frames, help="frames of the fuzzers")
    add("--seed", type=int, default=defaults.seed)
    given = parser.parse_args()
    options = Options(
        chargers=given.chargers,
        rounds=given.rounds,
        hostile_s=given.hostile,
        frames=given.frames,
        seed=given.seed,
    )
    with TemporaryDirectory() as folder:
        report = asyncio.run(storm(options, Path(folder)))
    print(report.table())


if __name__ == "__main__":
    main()
