"""The room in the log for defects of ours that the messages of a charger bring to light."""

import logging
import time
from traceback import format_tb

from ..ocppj.violations import Fault, Faults

_LOGGER = logging.getLogger(__name__)


def note_defect(
    faults: Faults, identity: str, what: str, err: Exception, level: int
) -> None:
    """Count a defect, and log it now and then; the words of the error may repeat what the charger has sent.

    Args:
        faults: what is counted for the charger.
        identity: the charger's identity.
        what: what could not be handled.
        err: the error.
        level: the level at which faults of the charger are logged.
    """
    defect = f"{what}: {type(err).__name__}"
    faults.note(Fault.DEFECT_HERE, defect)
    if faults.is_news_of_defect(defect, time.monotonic()):
        # Anybody may be an unknown charger, and under as many names as he likes.
        _LOGGER.log(
            logging.ERROR if level >= logging.WARNING else level,
            "Charger %s: %s could not be handled: %s\n%s",
            identity,
            what,
            type(err).__name__,
            "".join(format_tb(err.__traceback__)),
        )
