"""The fix for a charger with a wrong password: a new one, and never the one that it came with."""

from dataclasses import asdict

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from ...const import CONF_PASSWORD_DIGEST
from ...csms.pki.security_profiles import PasswordDigest, new_password
from ...issues import FixData
from .choice import ChoiceFlow, adopted_charger

WRONG_PASSWORD = "wrong_password"


def password_fix(identity: str) -> FixData:
    """Return the data of the flow for a charger."""
    return {"issue": WRONG_PASSWORD, "identity": identity}


def password_flow(data: FixData) -> RepairsFlow:
    """Return the flow that shows a new password."""
    return _PasswordFlow(str(data["identity"]))


class _PasswordFlow(ChoiceFlow):
    """Shows a new password for a charger of the owner's, and what to do about any other device."""

    ways = ("new_password", "not_mine")

    def __init__(self, identity: str) -> None:
        """Initialize."""
        self._identity = identity
        self._password = new_password()

    async def async_step_new_password(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the password, this once; the issue goes once the charger connects with it."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        entry, charger = found
        placeholders = {"charger": charger.name, "password": self._password}
        if charger.station.connected:
            # It has the right password: the one with the wrong one is another device.
            return self.async_abort(
                reason="connected", description_placeholders=placeholders
            )
        if user_input is None:
            return self.async_show_form(
                step_id="new_password",
                data_schema=probatio.Schema({}),
                description_placeholders={**placeholders, "identity": self._identity},
            )
        digest = asdict(PasswordDigest.of(self._password))
        entry.runtime_data.chargers.async_change(
            charger, {CONF_PASSWORD_DIGEST: digest}
        )
        return self.async_abort(
            reason="password_set", description_placeholders=placeholders
        )

    async def async_step_not_mine(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Leave everything as it is."""
        return self.async_abort(reason="not_mine", description_placeholders=self.told)
