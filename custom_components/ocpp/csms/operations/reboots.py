"""Evidence that a step of commissioning makes a charger reboot, as opposed to a network that fails now and then.

A step is suspected when the charger has lost its connection twice before it had answered that step, announced itself
anew soon after, and has lost no other connection meanwhile. The step is then left out. If the next connection fails
soon as well, it was not the step; if it lasts, it was. It is tried again after a day, and after twice as long each
time that this is found anew.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging

from ..model import Snapshot
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

SUSPICIOUS = timedelta(minutes=1)
"""A charger that boots so soon after a step may have done so because of it."""

ENOUGH_REBOOTS = 2
"""The number of reboots after which the step is taken for the reason."""

LASTING = timedelta(minutes=2)
"""A connection that has lasted for so long without a step shows that the step was the reason."""

WITHIN = timedelta(minutes=30)
"""The time for which a lost connection counts."""


@dataclass(frozen=True, slots=True)
class _Loss:
    """A lost connection, and the step that may be the reason."""

    at: datetime
    step: str | None


class RebootEvidence:
    """The connections that one charger has lost, and the steps that it had not answered."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize without evidence, and follow the charger."""
        self._station = station
        self._connected_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._unanswered: tuple[str, datetime] | None = None
        self._losses: deque[_Loss] = deque(maxlen=20)
        self.has_booted = False
        """True if the charger has announced itself on its present connection before it was set up."""
        station.subscribe(self._on_change)

    def is_left_out(self, step: str) -> bool:
        """Return whether a step is left out for now."""
        return step in self._station.provisioned.left_out(self._station.now)

    def note_sent(self, step: str) -> None:
        """Take note that a step is about to be taken."""
        if self._unanswered is None:
            self._unanswered = (step, self._station.now)

    def note_answered(self, step: str) -> None:
        """Take note that the charger has answered, and is alive."""
        self._unanswered = None
        self._station.provisioned = self._station.provisioned.acquitting(step)

    def note_connection(self, *, booted: bool) -> None:
        """Take note that the charger is about to be set up, on a new connection or not."""
        connected_at, station = self._station.snapshot.connected_at, self._station
        if connected_at == self._connected_at:
            return
        if self._connected_at is not None and not self._was_told_to(self._connected_at):
            ended_at = self._ended_at or station.now
            self._judge_trial(ended_at - self._connected_at)
            self._judge(_Loss(ended_at, self._suspect(booted=booted)))
        self._connected_at, self._ended_at = connected_at, None
        self.has_booted = booted
        self._unanswered = None

    def _was_told_to(self, connected_at: datetime) -> bool:
        """Return whether the charger was told to reboot over the connection that was made at a time."""
        reset_at = self._station.commands.reset_at
        return reset_at is not None and reset_at >= connected_at

    def _on_change(self, snapshot: Snapshot) -> None:
        if not snapshot.connected and self._ended_at is None:
            self._ended_at = self._station.now

    def _suspect(self, *, booted: bool) -> str | None:
        """Return the step that the charger had not answered when its last connection ended."""
        if self._unanswered is None or not booted:
            return None
        step, sent_at = self._unanswered
        soon = timedelta() <= self._station.now - sent_at <= SUSPICIOUS
        return step if soon else None

    def _judge_trial(self, lasted: timedelta) -> None:
        """Judge the steps that were left out by how long a connection has lasted without them."""
        station = self._station
        for step in station.provisioned.left_out(station.now):
            known = station.provisioned
            if lasted >= LASTING:
                station.provisioned = known.convicting(step)
            elif not known.reboots[step].confirmed:
                station.provisioned = known.acquitting(step)

    def _judge(self, loss: _Loss) -> None:
        station, now, step = self._station, self._station.now, loss.step
        self._losses.append(loss)
        recent = [
            each for each in self._losses if timedelta() <= now - each.at <= WITHIN
        ]
        if step is None or any(each.step != step for each in recent):
            return
        if len(recent) >= ENOUGH_REBOOTS:
            station.provisioned = station.provisioned.suspecting(step, now)
            _LOGGER.warning(
                "Charger %s reboots when it is told to %s: this is left out for now",
                station.identity,
                step,
            )
