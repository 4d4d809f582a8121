"""Samples of the meters as the checks take them: what the sources tell, without anything that was made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
import math

from ..sensing.told import Told, ToldSite
from .flows import Flow, MeterForm, Meters


@dataclass(frozen=True, slots=True)
class MeterSample:
    """Everything that is known of the site at a sample of its meters.

    Attributes:
        flow: the power flows.
        meters: known properties of the meters.
        exports_w: powers of sensors that tell export alone, as they tell them.
        imports_w: powers of sensors that tell import alone.
        battery_percent: state of charge of the battery.
        sun_deg: elevation of the sun; None where it is unknown.
    """

    flow: Flow
    meters: Meters = field(default_factory=Meters)
    exports_w: Sequence[float] = ()
    imports_w: Sequence[float] = ()
    battery_percent: float | None = None
    sun_deg: float | None = None


def sample_of(
    told: ToldSite,
    cars_w: float | None,
    sun_deg: float | None,
    late_s: float = 0.0,
    *,
    is_limited: bool = False,
) -> MeterSample | None:
    """Return the sample that the sources tell; None while one of them is unavailable.

    Args:
        told: what the sources tell.
        cars_w: the measured draw of all cars; None while it is unknown.
        sun_deg: the elevation of the sun.
        late_s: how late the meters are known to be.
        is_limited: an inverter holds back sun.
    """
    form, meters = _form(told), (*told.grid, *told.imports, *told.exports)
    balanced = not meters
    battery_w, solar_w = _sum(told.batteries), _sum(told.solar)
    load_w = _sum(told.load) if balanced else 0.0
    grid_w, imports_w, exports_w = map(_sum, (told.grid, told.imports, told.exports))
    if None in (battery_w, load_w, grid_w, imports_w, exports_w):
        return None
    assert battery_w is not None
    assert load_w is not None
    assert grid_w is not None
    assert imports_w is not None
    assert exports_w is not None
    watts = grid_w + imports_w - exports_w
    if balanced:
        if solar_w is None or not told.solar or not told.load:
            return None
        meters = (*told.solar, *told.load)
        watts = load_w - solar_w - battery_w
        if form is MeterForm.BALANCE_WITHOUT_CARS:
            if cars_w is None:
                return None
            watts += cars_w
    soc = told.battery_soc_percent
    flow = Flow(
        max(each.reported_s for each in meters),
        watts,
        battery_w,
        min((each.reported_s for each in told.batteries), default=None),
        solar_w if told.solar and not balanced else None,
    )
    return MeterSample(
        flow,
        Meters(form, late_s, is_limited),
        _values(told.exports),
        _values(told.imports),
        None if soc is None else soc.value,
        sun_deg,
    )


def _form(told: ToldSite) -> MeterForm:
    """Return the form in which the power of the grid is told."""
    if told.grid or (told.imports and not told.exports):
        return MeterForm.NET
    if told.exports:
        return MeterForm.PAIR if told.imports else MeterForm.EXPORT_ONLY
    if told.load_includes_cars:
        return MeterForm.BALANCE
    return MeterForm.BALANCE_WITHOUT_CARS


def _values(sources: Sequence[Told]) -> tuple[float, ...]:
    return tuple(source.value for source in sources if source.value is not None)


def _sum(sources: Sequence[Told]) -> float | None:
    """Return the sum of sources; None while one is unavailable."""
    values = _values(sources)
    return math.fsum(values) if len(values) == len(sources) else None
