"""The checks of the meters: what they find becomes repairs, and the owner can ask for a test charge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from astral.sun import elevation

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.sun import get_astral_observer
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..csms.observers import Listeners
from ..repairs.meters import MeterRepairs
from ..storage.stored_value import StoredValue
from ..surplus.checks.caution import as_found, cautious
from ..surplus.checks.checks import Checks, checked, outlasting
from ..surplus.checks.draw import total_draw
from ..surplus.checks.evidence import Verdict
from ..surplus.checks.findings import Finding
from ..surplus.checks.samples import sample_of
from ..surplus.checks.trial_charge import (
    NoTrial,
    TrialCharge,
    advanced,
    begun,
    under_test,
)
from ..surplus.explain.reasons import Reason
from ..surplus.model import ChargerReading, ExportLimit
from ..surplus.modes import PAUSE_MODE
from ..surplus.sensing.told import ToldSite
from ..surplus.state import State, commands_s, late_s
from .meters import Sources

SUN_EACH_S = 60.0
"""The time for which an elevation of the sun is good enough."""
SAVE_DELAY_S = 1.0


@dataclass(frozen=True, slots=True)
class StoredChecks:
    """Stored form of the findings, with the sources that they are about."""

    sources: Sources = field(default_factory=Sources)
    checks: Checks = field(default_factory=Checks)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of the last test charge, with its time."""

    at: datetime
    outcome: NoTrial | Verdict


def stored_checks(hass: HomeAssistant, entry_id: str) -> StoredValue[StoredChecks]:
    """Return the file of what was found about the meters."""
    return StoredValue(hass, entry_id, "meter_checks", StoredChecks)


class MeterChecks:
    """Checks the meters by what the cars, the sun and the night make of them."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize; `async_start` begins to check."""
        self._repairs = MeterRepairs(hass, entry)
        self._observer = get_astral_observer(hass)
        self._sun: tuple[float, float] | None = None
        self._stored = stored_checks(hass, entry.entry_id)
        self._sources = Sources()
        self._checks = Checks()
        self._readings: Mapping[str, ChargerReading] = {}
        self._listeners = Listeners[()]()
        self.trial: TrialCharge | None = None
        """The test charge that is under way."""
        self.result: CheckResult | None = None
        """The result of the last one."""

    async def async_load(self) -> None:
        """Restore what was found before the restart."""
        stored = await self._stored.async_load() or StoredChecks()
        self._sources, self._checks = stored.sources, stored.checks

    async def async_save(self) -> None:
        """Save at once."""
        await self._stored.async_save(self._kept())

    @callback
    def async_start(self, sources: Sources) -> None:
        """Check the meters; all that was found of others is forgotten."""
        if sources != self._sources:
            self._sources, self._checks = sources, Checks()
            self._async_save()
        self._repairs.async_show(self._checks)
        self._async_set_trial(None)

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._repairs.async_clear()
        self._async_set_trial(None)

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever a test charge begins or ends."""
        return self._listeners.add(listener)

    @callback
    def async_begin_test(self) -> None:
        """Begin a test charge, unless one is under way already.

        Raises:
            ServiceValidationError: there can be none now.
        """
        if self.trial is not None:
            return
        now_s = dt_util.utcnow().timestamp()
        begin = begun(self._checks, self._readings, now_s)
        if begin is NoTrial.NO_METER:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="check_no_meter"
            )
        if isinstance(begin, NoTrial):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="check_no_car"
            )
        self._async_set_trial(begin)

    def as_found(self, told: ToldSite) -> ToldSite:
        """Return what the sources tell, with a meter of one direction as such."""
        return as_found(told, self._checks.findings)

    def applied(
        self, readings: Mapping[str, ChargerReading]
    ) -> Mapping[str, ChargerReading]:
        """Return readings under which no charger follows a meter that cannot be trusted, and a test goes on."""
        self._readings = readings
        if not self._checks.trusts_grid:
            readings = {key: cautious(reading) for key, reading in readings.items()}
        if self.trial is None or self.trial.key not in readings:
            return readings
        return under_test(self.trial, self._readings)

    def reasons(self, applied: Mapping[str, ChargerReading]) -> Mapping[str, Reason]:
        """Return the reasons of chargers that do not follow the sun because of the meters."""
        if self.trial is not None and self.trial.key in applied:
            return {
                key: Reason.METERS_CHECKED
                for key, reading in applied.items()
                if reading != self._readings[key]
            }
        return {
            key: Reason.METERS_DOUBTED
            for key, reading in applied.items()
            if reading.mode is PAUSE_MODE and self._readings[key].mode is not PAUSE_MODE
        }

    @callback
    def async_observe(
        self,
        told: ToldSite | None,
        state: State,
        export_limit: ExportLimit | None,
        now: datetime,
    ) -> None:
        """Check what the meters tell against the draw of the cars and their latest limits."""
        now_s = now.timestamp()
        draw = total_draw(self._readings, now_s)
        drawn_w = None if draw is None else draw.watts
        sample = told and sample_of(
            told,
            drawn_w,
            self._sun_deg(now),
            late_s(state),
            is_limited=export_limit is not None,
        )
        if sample:
            before = self._checks
            self._checks = checked(before, sample, draw, commands_s(state))
            if self._checks is not before:
                self._repairs.async_show(self._checks)
            if self._checks.findings != before.findings:
                self._async_save()
        if self.trial is not None and told is not None:
            self._async_advance(self.trial, now)

    @callback
    def _async_advance(self, trial: TrialCharge, now: datetime) -> None:
        progress, self._checks = advanced(
            trial, self._checks, self._readings, now.timestamp()
        )
        if isinstance(progress, TrialCharge):
            self.trial = progress
            return
        self.result = CheckResult(now, progress)
        self._repairs.async_show(self._checks)
        self._async_save()
        self._async_set_trial(None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of the checks."""
        return self._checks.findings

    def _kept(self) -> StoredChecks:
        return StoredChecks(self._sources, outlasting(self._checks))

    @callback
    def _async_save(self) -> None:
        self._stored.async_save_later(self._kept, SAVE_DELAY_S)

    @callback
    def _async_set_trial(self, trial: TrialCharge | None) -> None:
        self.trial = trial
        self._listeners.tell()

    def _sun_deg(self, now: datetime) -> float:
        """Return the elevation of the sun."""
        now_s = now.timestamp()
        if self._sun is None or not 0 <= now_s - self._sun[0] < SUN_EACH_S:
            self._sun = now_s, elevation(self._observer, now)
        return self._sun[1]
