"""Books of a connector: its ledger, to which a steady session is posted once a minute instead of at each report.

Energy is spread evenly over the interval between two postings. That is true only while the power stays the same, so
a report that tells of anything else is posted at once, after the one before it.
"""

from dataclasses import dataclass, field, replace

from .ledger import Ledger, Report, posted
from .origins import Timeline

POSTED_EVERY_S = 60.0
"""Time for which the reports of a steady session wait."""
_SAME_POWER = 0.05
"""Part of the power by which it may vary and still count as the same."""


@dataclass(frozen=True, slots=True)
class Books:
    """Ledger of a connector, the report that was posted last, and a later one that waits to be posted."""

    ledger: Ledger = field(default_factory=Ledger)
    posted: Report | None = None
    waiting: Report | None = None


def entered(books: Books, report: Report, timeline: Timeline) -> Books:
    """Return the books with a report that waits if it can, and is posted otherwise."""
    if books.posted is not None and _can_wait(books.posted, report):
        return replace(books, waiting=report)
    complete = balanced(books, timeline)
    return Books(posted(complete.ledger, report, timeline), report)


def balanced(books: Books, timeline: Timeline) -> Books:
    """Return the books with nothing waiting."""
    if books.waiting is None:
        return books
    return Books(posted(books.ledger, books.waiting, timeline), books.waiting)


def _can_wait(earlier: Report, report: Report) -> bool:
    """Return whether a report says what the last posted one said, but for the energy since."""
    return (
        0 <= report.at_s - earlier.at_s < POSTED_EVERY_S
        and _is_same_session(earlier, report)
        and report.idle == earlier.idle
        and report.connected_s == earlier.connected_s
        and not report.late
        and _is_same_power(earlier.drawn_w, report.drawn_w)
        and _is_plausible(earlier, report)
    )


def _is_same_session(earlier: Report, report: Report) -> bool:
    before, now = earlier.session, report.session
    return (
        before is not None
        and now is not None
        and before.running
        and now.running
        and before.id == now.id
    )


def _is_same_power(earlier_w: float | None, drawn_w: float | None) -> bool:
    if earlier_w is None or drawn_w is None:
        return earlier_w is drawn_w
    return abs(drawn_w - earlier_w) <= _SAME_POWER * earlier_w


def _is_plausible(earlier: Report, report: Report) -> bool:
    """Return whether the counter has grown by no more than a car can draw until the next posting."""
    if earlier.counted_wh is None or report.counted_wh is None:
        return earlier.counted_wh is report.counted_wh
    gained_wh = report.counted_wh - earlier.counted_wh
    return 0 <= gained_wh <= report.max_w * POSTED_EVERY_S / 3600
