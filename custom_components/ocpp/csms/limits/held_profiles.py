"""The charging profiles that a charger holds, whoever has set them."""

from dataclasses import dataclass

from ..devices.capabilities import Purpose
from ..ocppj.framing import Payload


@dataclass(frozen=True, slots=True)
class ProfileFilter:
    """The charging profiles to ask for: those that meet all that is given.

    EVSE 0 stands for the charger as a whole. `sources` are those who have set them, in OCPP's words. With `ids`, which
    leave no doubt, purpose and level do not count.
    """

    evse_id: int | None = None
    ids: tuple[int, ...] = ()
    purpose: Purpose | None = None
    stack_level: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldProfile:
    """A charging profile in the charger, as the version has it; EVSE 0 stands for the charger as a whole."""

    evse_id: int
    source: str
    profile: Payload
