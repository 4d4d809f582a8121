"""The fixes for a certificate of the owner's that expires or cannot be used."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState

from ...const import CONF_CERTIFICATE, CONF_PRIVATE_KEY
from ...issues import FixData
from .choice import ChoiceFlow

CERTIFICATE = "certificate"


def certificate_fix(entry_id: str) -> FixData:
    """Return the data of the flow for a central system."""
    return {"issue": CERTIFICATE, "entry": entry_id}


def certificate_flow(data: FixData) -> RepairsFlow:
    """Return the flow that loads a new certificate, or returns to Home Assistant's own."""
    return _CertificateFlow(str(data["entry"]))


class _CertificateFlow(ChoiceFlow):
    """Loads what the owner has put in place, or does without it."""

    ways = ("replaced", "own_certificate")

    def __init__(self, entry_id: str) -> None:
        """Initialize."""
        self._entry_id = entry_id

    async def async_step_replaced(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Load the files; the issue goes if they are good."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_gone")
        await entry.runtime_data.ports.async_check()
        if (told := self.told) is not None:
            return self.async_abort(
                reason="not_replaced", description_placeholders=told
            )
        return self.async_create_entry(data={})

    async def async_step_own_certificate(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Have Home Assistant issue and renew the certificate from now on."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        files = (CONF_CERTIFICATE, CONF_PRIVATE_KEY)
        data = {key: value for key, value in entry.data.items() if key not in files}
        self.hass.config_entries.async_update_entry(entry, data=data)
        return self.async_create_entry(data={})
