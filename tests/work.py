"""Count of the work that a call takes, which is the same on any machine."""

from collections.abc import Callable
import sys


def work_of(call: Callable[[], object]) -> int:
    """Return how many functions, branches and loop turns a call takes."""
    events, tool, count = sys.monitoring.events, sys.monitoring.PROFILER_ID, 0

    def add(*_: object) -> None:
        nonlocal count
        count += 1

    counted = (
        events.PY_START,
        events.BRANCH_LEFT,
        events.BRANCH_RIGHT,
        events.JUMP,
    )
    sys.monitoring.use_tool_id(tool, "work")
    try:
        for event in counted:
            sys.monitoring.register_callback(tool, event, add)
        sys.monitoring.set_events(tool, sum(counted))
        call()
    finally:
        sys.monitoring.free_tool_id(tool)
    return count
