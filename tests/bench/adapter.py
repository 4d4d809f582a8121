"""Adapter of the surplus controller for the benchmark of surplus controllers: JSON lines in, commands out.

    python scripts/headless.py tests.bench.adapter [--mode pv_priority] [--without-solar]

It runs the same `controller.step` and plans as in Home Assistant; only the readings come from elsewhere.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
import json
import sys
from typing import Any

from custom_components.ocpp.surplus.checks.caution import as_found, cautious
from custom_components.ocpp.surplus.checks.checks import Checks, checked
from custom_components.ocpp.surplus.checks.draw import total_draw
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.circuits.circuits import (
    NO_INSTALLATION,
    Circuit,
    CircuitReading,
    Installation,
)
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    BatteryOrder,
    BatterySettings,
    ChargerReading,
    ChargerSettings,
    Connection,
    Decision,
    Estimate,
    PhaseRotation,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.sensing.reading import site_reading
from custom_components.ocpp.surplus.sensing.told import ToldSite
from custom_components.ocpp.surplus.state import State, commands_s, late_s

from .planning import Planning
from .sources import Sources

type Message = Mapping[str, Any]
type Command = tuple[int, float, int | None]
"""Charger, limit, and number of phases if that matters."""

SWITCH_PAUSE_S = 75.0
"""Approximate pause of a charger that switches phases, since the benchmark does not state it."""
INTERVAL_S = 5
"""Interval of the benchmark's requests between new samples."""

DRAWING_A = 1.0
"""The current from which on a car is taken to charge, as in Home Assistant."""

BATTERY_WEIGHT = 0.3
"""What the benchmark's score takes off for a watt-hour out of the battery."""

MAIN = "main"
ROTATIONS = (PhaseRotation.RST, PhaseRotation.STR, PhaseRotation.TRS)
"""Rotations by the phase of the grid at the charger's first one."""


class Adapter:
    """Controller of one run of the benchmark."""

    def __init__(self, info: Message, mode: Mode, *, has_solar: bool = True) -> None:
        """Start a run.

        Args:
            info: the benchmark's static description of the site.
            mode: the mode for scenarios without prices.
            has_solar: the site has a sensor of the solar power.
        """
        given = info["mode"] == Mode.FAST or info["prices"] is not None
        self._mode = Mode(info["mode"]) if given else mode
        self._settings = [
            ChargerSettings(
                phases=charger["phases"],
                min_current_a=charger["i_min"],
                max_current_a=charger["i_max"],
                step_a=charger["res"],
                connection=Connection(MAIN, ROTATIONS[charger["rotation"]]),
                switches_phases=charger["can_switch"],
                switch_pause_s=SWITCH_PAUSE_S,
            )
            for charger in info["chargers"]
        ]
        self._departs_s = [charger["t_depart"] for charger in info["chargers"]]
        self._fuse_a: float | None = info["fuse_a"]
        self._site_settings = _site_settings(info["battery"])
        has_battery = info["battery"] is not None
        self._sources = Sources(has_battery=has_battery, has_solar=has_solar)
        self._planning = Planning(info)
        self._name: str = info["name"]
        self._checks = Checks()
        self._found: set[Fault] = set()
        self._state = State()
        self._surplus_w: Estimate | None = None
        self._sent: dict[int, Decision] = {}

    def step(self, now_s: float, measured: Message) -> list[Command]:
        """Return the commands that follow from a measurement."""
        told = self._sources.told_by(measured)
        site = site_reading(as_found(told, self._checks.findings), lambda _: 0.0)
        current = {
            str(charger["id"]): _reading(
                charger,
                self._settings[charger["id"]],
                self._mode,
                self._departs_s[charger["id"]],
            )
            for charger in measured["chargers"]
        }
        readings = self._planning.applied(
            current, measured, self._state, self._surplus_w, now_s
        )
        outcome = step(
            self._state,
            site,
            self._trusted(readings),
            now_s,
            self._site_settings,
            self._installation(measured),
        )
        self._state, self._surplus_w = outcome.state, outcome.surplus_w
        self._check(told, readings, now_s)
        return list(
            self._changed(
                {int(key): decision for key, decision in outcome.decisions.items()}
            )
        )

    def _trusted(
        self, readings: Mapping[str, ChargerReading]
    ) -> Mapping[str, ChargerReading]:
        """Return readings under which no charger follows a meter that cannot be trusted."""
        if self._checks.trusts_grid:
            return readings
        return {key: cautious(reading) for key, reading in readings.items()}

    def _check(
        self, told: ToldSite, readings: Mapping[str, ChargerReading], now_s: float
    ) -> None:
        """Check the meters, and tell each new finding on standard error."""
        draw = total_draw(readings, now_s)
        drawn_w = None if draw is None else draw.watts
        sample = sample_of(told, drawn_w, None, late_s(self._state))
        if sample is None:
            return
        self._checks = checked(self._checks, sample, draw, commands_s(self._state))
        for finding in self._checks.findings:
            if finding.fault not in self._found:
                self._found.add(finding.fault)
                print("finding", self._name, round(now_s), finding, file=sys.stderr)

    def _installation(self, measured: Message) -> Installation:
        if self._fuse_a is None:
            return NO_INSTALLATION
        circuits = {MAIN: Circuit(self._fuse_a, metered=True)}
        if measured["grid_ts"] is None or measured["grid_i"] is None:
            return Installation(circuits)
        reading = CircuitReading(measured["grid_ts"], tuple(measured["grid_i"]))
        return Installation(circuits, {MAIN: reading})

    def _changed(self, wanted: Mapping[int, Decision]) -> Iterator[Command]:
        for charger in [charger for charger in self._sent if charger not in wanted]:
            del self._sent[charger]
        for charger, decision in wanted.items():
            if self._sent.get(charger) != decision:
                self._sent[charger] = decision
                yield charger, decision.current_a, decision.phases


def _site_settings(battery: Message | None) -> SiteSettings:
    settings = BatterySettings(weight=BATTERY_WEIGHT)
    if first_until := battery and battery.get("first_until"):
        settings = replace(
            settings,
            order=BatteryOrder.BATTERY_FIRST,
            charged_percent=100 * first_until,
        )
    return SiteSettings(battery=settings)


def _reading(
    charger: Message, settings: ChargerSettings, mode: Mode, departs_s: float
) -> ChargerReading:
    currents: Sequence[float] | None = charger["i"]
    in_use = [current for current in currents or () if current > DRAWING_A]
    current_a = None if currents is None else max(currents)
    return ChargerReading(
        settings=settings,
        mode=mode,
        ready=charger["connected"],
        charging=charger["status"] == "Charging" or (current_a or 0.0) >= DRAWING_A,
        current_a=current_a,
        phases_in_use=len(in_use) or None,
        voltage_v=charger["v"],
        power_w=charger["p"],
        measured_at_s=None if currents is None else charger["ts"],
        departs_s=departs_s,
        charged_wh=charger["wh"],
    )


def main() -> None:
    """Serve the benchmark until it closes standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--mode", type=Mode, default=Mode.PV_PRIORITY, choices=list(Mode)
    )
    parser.add_argument("--without-solar", action="store_true")
    options = parser.parse_args()
    adapter: Adapter | None = None
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "reset":
            has_solar = not options.without_solar
            adapter = Adapter(message["info"], options.mode, has_solar=has_solar)
            answer: dict[str, Any] = {
                "name": "ocpp",
                "interval": INTERVAL_S,
                "on_event": True,
            }
        else:
            assert adapter is not None
            answer = {"commands": adapter.step(message["t"], message["meas"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
