"""Checks of the meters: all that they have told, trials and findings."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
import math

from .balance import Balance, with_balanced_flow
from .blind import BlindTime, with_blind_flow
from .charge import ChargeComparison, with_charge
from .directions import OneWay, with_powers
from .draw import DrawTracker, TotalDraw, open_step, tracked
from .evidence import Evidence, judged
from .findings import UNTRUSTED, Fault, Finding
from .flows import FlowLog, Meters
from .night import Night, with_night_flow
from .samples import MeterSample
from .shortfall import Shortfall, with_supply
from .trials import trial_of

EACH_S = 2.5
"""Time between samples of which none is missed."""
JUDGED_EACH_S = 300.0
"""Time after which the evidence is judged anew without a trial, since it fades."""


@dataclass(frozen=True, slots=True)
class Checks:
    """State of the checks.

    Attributes:
        meters: known properties of the meters.
        log: recent flows.
        draws: levels of the cars' draw.
        evidence: trials by the cars' steps, and what follows from them.
        night: what was told in the dark.
        balance: balance with the solar power.
        charge: comparison with the battery's state of charge.
        exports: signs of the export.
        imports: signs of the import.
        blind: time in which the import could not be seen.
        shortfall: power that came from nowhere.
    """

    meters: Meters = field(default_factory=Meters)
    log: FlowLog = field(default_factory=FlowLog)
    draws: DrawTracker = field(default_factory=DrawTracker)
    evidence: Evidence = field(default_factory=Evidence)
    night: Night = field(default_factory=Night)
    balance: Balance = field(default_factory=Balance)
    charge: ChargeComparison = field(default_factory=ChargeComparison)
    exports: OneWay = field(default_factory=OneWay)
    imports: OneWay = field(default_factory=OneWay)
    blind: BlindTime = field(default_factory=BlindTime)
    shortfall: Shortfall = field(default_factory=Shortfall)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Certain faults, one finding for each."""
        # A negative flow is the cause of all that does not add up with it.
        found = [
            self.exports.finding(Fault.EXPORT_NEGATIVE),
            self.imports.finding(Fault.IMPORT_NEGATIVE),
        ]
        if not any(found):
            found += [
                *self.evidence.findings,
                self.night.finding,
                *self.balance.findings,
                self.charge.finding,
                self.blind.finding,
                self.shortfall.finding,
            ]
        by_fault: dict[Fault, Finding] = {}
        for finding in found:
            if finding is not None:
                by_fault.setdefault(finding.fault, finding)
        return tuple(by_fault.values())

    @property
    def trusts_grid(self) -> bool:
        """True unless no number of the grid meter can be counted on."""
        return not any(finding.fault in UNTRUSTED for finding in self.findings)


def checked(
    checks: Checks,
    sample: MeterSample,
    draw: TotalDraw | None,
    commands_s: Iterable[float],
) -> Checks:
    """Return the checks after a sample of the meters.

    Args:
        checks: the checks so far.
        sample: the sample.
        draw: the draw of all cars; None while one charges without a measurement.
        commands_s: the instants of recent limits.
    """
    flow, latest = sample.flow, checks.log.latest
    commands_s = tuple(commands_s)
    # The sample that called for a limit shows its cause, which is no answer to it.
    calls = max(commands_s, default=-math.inf) >= flow.at_s
    if latest is not None and not calls and flow.at_s < latest.at_s + EACH_S:
        return checks
    checks = _with_passive(checks, sample, draw)
    evidence = checks.evidence
    if latest is not None and flow.grid_w != latest.grid_w:
        evidence = evidence.without_frozen()
    checks = replace(checks, meters=sample.meters, log=checks.log.with_flow(flow))
    if draw is None:
        return replace(checks, draws=DrawTracker(), evidence=evidence)
    draws, step = tracked(checks.draws, draw, commands_s, flow.at_s)
    trial = None if step is None else trial_of(step, checks.log)
    if trial is not None:
        evidence = evidence.with_trial(trial)
    if evidence is not checks.evidence or flow.at_s > evidence.judged_s + JUDGED_EACH_S:
        evidence = judged(evidence, checks.log, sample.meters, flow.at_s)
    return replace(checks, draws=draws, evidence=evidence)


def outlasting(checks: Checks) -> Checks:
    """Return what of the checks outlasts a restart: what was found, and all that it follows from."""
    log, night, charge = checks.log, checks.night, checks.charge
    return Checks(
        log=replace(log, flows=()),
        evidence=replace(checks.evidence, judged_s=0.0),
        night=replace(night, sampled_s=max(0.0, night.sampled_s)),
        balance=Balance(
            findings=checks.balance.findings, found_s=checks.balance.found_s
        ),
        charge=replace(charge, at_s=0.0, from_percent=None, discharged_wh=0.0),
        exports=replace(checks.exports, sampled_s=0.0),
        imports=replace(checks.imports, sampled_s=0.0),
        blind=replace(checks.blind, at_s=max(0.0, checks.blind.at_s)),
        shortfall=Shortfall(
            finding=checks.shortfall.finding, found_s=checks.shortfall.found_s
        ),
    )


def acquitted(checks: Checks) -> Checks:
    """Return the checks after a test that all meters have passed, whatever was found before."""
    evidence = replace(checks.evidence, findings=())
    return Checks(checks.meters, checks.log, checks.draws, evidence)


def completed(checks: Checks, now_s: float) -> Checks:
    """Return the checks with the last step as a trial, although its level holds on."""
    draws, step = open_step(checks.draws, now_s)
    trial = None if step is None else trial_of(step, checks.log)
    checks = replace(checks, draws=draws)
    if trial is None:
        return checks
    evidence = checks.evidence.with_trial(trial)
    return replace(checks, evidence=judged(evidence, checks.log, checks.meters, now_s))


def _with_passive(
    checks: Checks, sample: MeterSample, draw: TotalDraw | None
) -> Checks:
    """Return the checks with all that a sample says without a step of the cars."""
    flow, log = sample.flow, checks.log
    cars_w = None if draw is None else draw.watts
    return replace(
        checks,
        night=with_night_flow(checks.night, flow, sample.sun_deg),
        balance=with_balanced_flow(
            checks.balance, flow, cars_w, log, sample.meters.form
        ),
        charge=with_charge(checks.charge, flow, sample.battery_percent),
        exports=with_powers(checks.exports, sample.exports_w, flow.at_s),
        imports=with_powers(checks.imports, sample.imports_w, flow.at_s),
        blind=with_blind_flow(checks.blind, flow, sample.meters.form, cars_w),
        shortfall=with_supply(checks.shortfall, sample, draw, log),
    )
