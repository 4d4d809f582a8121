"""Limits that a charger has accepted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model import Limit
from .profile_variants import PROFILE_LIFETIME, ProfileVariant

RENEWED_BEFORE_END = PROFILE_LIFETIME / 2
"""The time that is left to renew a limit before it ends."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit that the charger has accepted."""

    limit: Limit
    variant: ProfileVariant
    transaction_id: str | None
    accepted_at: datetime

    def renewal_due(self, now: datetime) -> bool:
        """Return whether it is time to renew it."""
        lifetime = self.variant.lifetime
        if lifetime is None:
            return False
        # By a clock that was set back, it was accepted in the future.
        return not timedelta() <= now - self.accepted_at < lifetime - RENEWED_BEFORE_END
