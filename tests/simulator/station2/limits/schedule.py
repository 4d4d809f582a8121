"""One charging profile: the period of it that is in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.simulator.station2.wire.schemas import Payload

_RECURRENCE = {"Daily": timedelta(days=1), "Weekly": timedelta(weeks=1)}


@dataclass(slots=True)
class Installed:
    """A charging profile in a station."""

    evse_id: int
    profile: Payload
    source: str = "CSO"
    dynamic_at: datetime | None = None
    """The time of the last update of a dynamic schedule."""

    @property
    def id(self) -> int:
        """Its id."""
        return int(self.profile["id"])

    @property
    def purpose(self) -> str:
        """Its purpose."""
        return str(self.profile["chargingProfilePurpose"])

    @property
    def stack_level(self) -> int:
        """Its level; higher ones overrule lower ones."""
        return int(self.profile["stackLevel"])

    @property
    def schedule(self) -> Payload:
        """The schedule that is followed."""
        schedule: Payload = self.profile["chargingSchedule"][0]
        return schedule

    @property
    def periods(self) -> list[Payload]:
        """The periods of its schedule."""
        return list(self.schedule["chargingSchedulePeriod"])

    def validity(self) -> tuple[datetime, datetime]:
        """Return from when until when it is valid."""
        return (
            moment(self.profile.get("validFrom"), _EARLIEST),
            moment(self.profile.get("validTo"), _LATEST),
        )

    def period(self, now: datetime, relative_to: datetime) -> Payload | None:
        """Return the period in force, if one is."""
        since, until = self.validity()
        if not since <= now < until:
            return None
        begun_at = self._begun_at(now, relative_to)
        elapsed_s = (now - begun_at).total_seconds()
        duration_s = self.schedule.get("duration")
        if elapsed_s < 0 or (duration_s is not None and elapsed_s >= duration_s):
            return None
        started = [each for each in self.periods if each["startPeriod"] <= elapsed_s]
        return started[-1] if started else None

    def changes(
        self, now: datetime, until: datetime, relative_to: datetime
    ) -> Iterator[datetime]:
        """Return the moments in a time at which something of it changes."""
        yield from self.validity()
        starts = [self._begun_at(now, relative_to)]
        cycle = self._cycle()
        while cycle is not None and starts[-1] + cycle < until:
            starts.append(starts[-1] + cycle)
        for start in starts:
            for period in self.periods:
                yield start + timedelta(seconds=period["startPeriod"])
            if (duration_s := self.schedule.get("duration")) is not None:
                yield start + timedelta(seconds=duration_s)

    def _cycle(self) -> timedelta | None:
        return _RECURRENCE.get(self.profile.get("recurrencyKind", ""))

    def _begun_at(self, now: datetime, relative_to: datetime) -> datetime:
        start = self.schedule.get("startSchedule")
        if start is None:
            return relative_to
        begun_at = datetime.fromisoformat(start)
        cycle = self._cycle()
        if cycle is not None and now >= begun_at:
            begun_at += (now - begun_at) // cycle * cycle
        return begun_at


_EARLIEST = datetime.fromisoformat("1970-01-01T00:00:00Z")
_LATEST = datetime.fromisoformat("9000-01-01T00:00:00Z")


def moment(text: str | None, otherwise: datetime) -> datetime:
    """Return a moment that a message names, or another one if it names none."""
    return otherwise if text is None else datetime.fromisoformat(text)
