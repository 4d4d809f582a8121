"""Balance of the powers: grid, battery and sun together feed cars and house, and the house does not follow the sun.

Averages over minutes make late meters harmless. The changes of the grid from one average to a later one are compared with those that
sun, battery and cars call for, under each way in which the meters may be set up. The right way leaves what the house does by itself.
Cars and batteries answer the house, and may so conceal what it does; what such an answer could pretend is looked for only while
the cars draw the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from .findings import KEPT_S, Basis, Fault, Finding
from .flows import Flow, FlowLog, MeterForm

MEAN_S = 120.0
"""Time of an average."""
MIN_SAMPLES = 2
"""Number of samples in an average."""
MIN_BATTERY_REPORTS = 6
"""Number of a battery's reports in an average; one that tells less often has moved in between, unseen."""
COMPARED_S = 5400.0
"""Time within which averages are compared."""
LAGS = {1: 10, 4: 16}
"""Numbers of averages from one to the other that it is compared with, and the least number of such pairs.

Clouds change soon, a clear sky late; pairs that overlap say less.
"""
KEPT_SHARE = 0.85
"""Share of the pairs that count: in the others, the house changed the most."""
HELD_W = 150.0
"""Power within which a battery holds the grid."""
HELD_SHARE = 0.7
"""Share of the averages in which it must have held it, if it does."""
GIVEN_W = 150.0
"""Power from the house that late meters do not explain."""
GIVEN_SHARE = 0.1
"""Share of the averages in which a late meter may pretend it all the same."""
STEADY_W = 80.0
"""Change of the cars' draw that is none."""
MIN_CHANGE_W = 120.0
"""Least typical change that must be left unexplained by right meters."""
SURE_RATIO = 8.0
"""Ratio of the variances from which on the meters are not right."""
PRETENDED_RATIO = 24.0
"""The same for what a house may pretend by chance, which stops all cars."""
DISTINCT_RATIO = 2.0
"""The same against any other fault."""
CONTRARY_RATIO = 3.0
"""Ratio of the variances from which on a fault that was found is there no longer."""
NOISE_W = 30.0
"""Typical change that is noise."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Averages of the powers over some minutes, up to an instant."""

    at_s: float
    grid_w: float
    battery_w: float
    solar_w: float
    cars_w: float

    @property
    def missing_w(self) -> float:
        """Power that the cars draw beyond the sun, and that grid and battery are called for."""
        return self.cars_w - self.solar_w

    @property
    def total_w(self) -> float:
        """Power that grid and battery give."""
        return self.grid_w + self.battery_w


@dataclass(frozen=True, slots=True)
class Wiring:
    """Way in which the meters may be set up.

    Attributes:
        faults: the faults in it; none in the right one.
        grid: what the grid meter tells of a watt.
        battery: the factor by which the battery's meter has to be multiplied to be right.
        solar: the factor of the solar power.
        pretended: cars that answer the house may look like it.
    """

    faults: frozenset[Fault]
    grid: float = 1.0
    battery: float = 1.0
    solar: float = 1.0
    pretended: bool = False

    def unexplained_w(self, mean: Mean) -> float:
        """Return the part of the grid's power that sun, battery and cars do not explain."""
        sources_w = self.solar * mean.solar_w + self.battery * mean.battery_w
        return mean.grid_w - self.grid * (mean.cars_w - sources_w)

    def fits_house(self, means: Sequence[Mean]) -> bool:
        """Return True unless the house would often have given power, which no house does."""
        if not self.grid:
            return True
        given = sum(self.unexplained_w(mean) / self.grid < -GIVEN_W for mean in means)
        return given <= GIVEN_SHARE * len(means)


RIGHT = Wiring(frozenset())
SILENT = Wiring(frozenset({Fault.NOT_THE_GRID}), grid=0.0, pretended=True)
UNSEEN = replace(SILENT, faults=frozenset({Fault.BATTERY_UNSEEN}))
"""The grid does not answer, since a battery without a sensor does."""
_GRID = (
    Wiring(frozenset({Fault.GRID_INVERTED}), grid=-1.0, pretended=True),
    Wiring(frozenset({Fault.UNIT}), grid=0.001, pretended=True),
    Wiring(frozenset({Fault.UNIT}), grid=1000.0),
    Wiring(frozenset({Fault.PHASES}), grid=1 / 3, pretended=True),
    Wiring(frozenset({Fault.PHASES}), grid=3.0),
    Wiring(frozenset({Fault.GRID_DOUBLED}), grid=2.0),
)
_BATTERY = (
    *(
        Wiring(frozenset({Fault.BATTERY_UNSEEN}), battery=factor)
        for factor in (4 / 3, 1.5, 2.0, 3.0, 5.0)
    ),
    Wiring(frozenset({Fault.BATTERY_INVERTED}), battery=-1.0, pretended=True),
    Wiring(
        frozenset({Fault.GRID_INVERTED, Fault.BATTERY_INVERTED}),
        grid=-1.0,
        battery=-1.0,
        pretended=True,
    ),
)
_SOLAR = tuple(
    Wiring(frozenset({Fault.SOLAR_INCOMPLETE}), solar=factor)
    for factor in (1.5, 2.0, 3.0)
)


@dataclass(frozen=True, slots=True)
class Balance:
    """Averages of the last hours, and what they have shown.

    Attributes:
        began_s: the begin of the present average.
        samples: samples in it.
        battery_reports: instants at which the battery told its power in it; empty without one.
        means: the averages, oldest first.
        findings: faults that are certain; they stay until the powers contradict them, or nothing confirms them for long.
        found_s: instant at which they were last confirmed.
    """

    began_s: float | None = None
    samples: tuple[Mean, ...] = ()
    battery_reports: frozenset[float] = frozenset()
    means: tuple[Mean, ...] = ()
    findings: tuple[Finding, ...] = ()
    found_s: float = 0.0


def with_balanced_flow(
    balance: Balance, flow: Flow, cars_w: float | None, log: FlowLog, form: MeterForm
) -> Balance:
    """Return the balance with a flow and the draw of the cars; None while that is not measured."""
    two_ways = form in (MeterForm.NET, MeterForm.PAIR)
    solar_w = flow.solar_w
    if not two_ways or solar_w is None or solar_w < 0 or cars_w is None:
        return _begun(balance, flow)
    if balance.began_s is None:
        balance = replace(balance, began_s=flow.at_s)
    elif flow.at_s >= balance.began_s + MEAN_S:
        balance = _closed(balance, flow, log)
    sample = Mean(flow.at_s, flow.grid_w, flow.battery_w, solar_w, cars_w)
    reports = balance.battery_reports
    if flow.battery_at_s is not None:
        reports |= {flow.battery_at_s}
    return replace(balance, samples=(*balance.samples, sample), battery_reports=reports)


def _begun(balance: Balance, flow: Flow) -> Balance:
    """Return the balance at the begin of an average."""
    return replace(balance, began_s=flow.at_s, samples=(), battery_reports=frozenset())


def _closed(balance: Balance, flow: Flow, log: FlowLog) -> Balance:
    """Return the balance with the present average, unless the meters told too little in it."""
    samples = balance.samples
    begun = _begun(balance, flow)
    if not _is_telling(balance):
        return begun
    mean = Mean(
        samples[-1].at_s,
        fmean(each.grid_w for each in samples),
        fmean(each.battery_w for each in samples),
        fmean(each.solar_w for each in samples),
        fmean(each.cars_w for each in samples),
    )
    recent = [each for each in balance.means if each.at_s > flow.at_s - COMPARED_S]
    means = (*recent, mean)
    has_battery = flow.battery_at_s is not None
    known = balance.findings if flow.at_s < balance.found_s + KEPT_S else ()
    findings = _found(means, log, known, has_battery=has_battery)
    found_s = balance.found_s if findings is known else flow.at_s
    return replace(begun, means=means, findings=findings, found_s=found_s)


def _is_telling(balance: Balance) -> bool:
    """Return True if the grid meter told more than one number, and a battery kept up with it."""
    samples, reports = balance.samples, balance.battery_reports
    if len(samples) < MIN_SAMPLES or len({each.grid_w for each in samples}) == 1:
        return False
    return not reports or len(reports) >= MIN_BATTERY_REPORTS


def _found(
    means: Sequence[Mean],
    log: FlowLog,
    known: tuple[Finding, ...],
    *,
    has_battery: bool,
) -> tuple[Finding, ...]:
    """Return what the averages show; what is known stays while they do not contradict it."""
    candidates = _possible(means, log, has_battery=has_battery)
    wirings = [each for each in candidates if each is RIGHT or each.fits_house(means)]
    for lag, least in LAGS.items():
        pairs = list(zip(means, means[lag:], strict=False))
        steady = [
            (means[at], means[at + lag])
            for at in range(len(means) - lag)
            if _is_steady(means[at : at + lag + 1])
        ]
        open_to_all = [each for each in wirings if not each.pretended]
        for compared, possible in ((steady, wirings), (pairs, open_to_all)):
            if len(compared) < least:
                continue
            variances = {each: _variance(each, compared) for each in possible}
            if best := _best(variances):
                return tuple(_findings(best, compared))
            if _contradicts(variances, known):
                known = ()
    return known


def _is_steady(means: Sequence[Mean]) -> bool:
    """Return True if the cars drew the same in all averages."""
    return all(
        abs(later.cars_w - earlier.cars_w) < STEADY_W
        for earlier, later in pairwise(means)
    )


def _possible(
    means: Sequence[Mean], log: FlowLog, *, has_battery: bool
) -> Iterable[Wiring]:
    """Yield the ways in which the meters may be set up; a grid that is held at zero tells nothing of its meter."""
    held = sum(abs(mean.grid_w) < HELD_W for mean in means) >= HELD_SHARE * len(means)
    yield RIGHT
    candidates = (*_GRID, *_SOLAR, *(_BATTERY if has_battery else ()))
    is_open = not held or not log.stirs
    yield from (each for each in candidates if is_open or each.grid == 1)
    if not has_battery:
        # A battery never holds the grid so well that nothing is exported; a consumer alone exports nothing.
        yield UNSEEN if log.dips else SILENT
    elif is_open and _is_battery_idle(means):
        yield SILENT


def _is_battery_idle(means: Sequence[Mean]) -> bool:
    """Return True if a battery did nothing: one that works may hold the grid, at zero or at some export."""
    powers_w = [mean.battery_w for mean in means]
    return max(powers_w) - min(powers_w) < STEADY_W


def _variance(wiring: Wiring, pairs: Iterable[tuple[Mean, Mean]]) -> float:
    """Return the mean square of the unexplained changes, without the greatest ones."""
    squares = sorted(
        (wiring.unexplained_w(later) - wiring.unexplained_w(earlier)) ** 2
        for earlier, later in pairs
    )
    noise_w = NOISE_W * min(1.0, abs(wiring.grid)) or 1.0
    return max(noise_w**2, fmean(squares[: int(KEPT_SHARE * len(squares))]))


def _best(variances: dict[Wiring, float]) -> Wiring | None:
    """Return the wiring that certainly explains the changes; None while it is the right one, or not certain."""
    best = min(variances, key=lambda each: variances[each])
    right = variances[RIGHT]
    others = (
        variance
        for wiring, variance in variances.items()
        if wiring.faults != best.faults
    )
    least = variances[best]
    sure_ratio = PRETENDED_RATIO if best.pretended else SURE_RATIO
    if right < max(MIN_CHANGE_W**2, sure_ratio * least):
        return None
    return best if min(others) >= DISTINCT_RATIO * least else None


def _contradicts(variances: dict[Wiring, float], known: tuple[Finding, ...]) -> bool:
    """Return True if right meters explain what each known fault would leave unexplained."""
    faults = {finding.fault for finding in known}
    least = min(
        (value for wiring, value in variances.items() if wiring.faults == faults),
        default=None,
    )
    if least is None:
        return False
    return least >= max(MIN_CHANGE_W**2, CONTRARY_RATIO * variances[RIGHT])


def _findings(wiring: Wiring, pairs: Sequence[tuple[Mean, Mean]]) -> Iterable[Finding]:
    """Yield the findings of a wiring, with the largest change that sun and cars called for."""
    earlier, later = max(
        pairs, key=lambda pair: abs(pair[1].missing_w - pair[0].missing_w)
    )
    expected_w = later.missing_w - earlier.missing_w
    told_w = later.total_w - earlier.total_w
    for fault in sorted(wiring.faults):
        yield Finding(fault, Basis.SUN, expected_w, told_w, len(pairs))
