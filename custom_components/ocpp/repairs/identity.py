"""The repair of two devices that use one charger's identity, and the flow in which the owner decides about them."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.devices.claimants import Claimant, Decision
from ..issues import FixData, Issue

IDENTITY_DISPUTED = "identity_disputed"


def rival_issue(charger: Charger) -> Issue | None:
    """Return the issue of another device that uses a charger's identity; None while there is none."""
    rival = charger.station.snapshot.rival
    if rival is None:
        return None
    return Issue(
        IDENTITY_DISPUTED,
        {
            "charger": charger.name,
            "identity": charger.identity,
            "known": _described(charger.station.claims.known),
            "rival": _described(rival),
        },
        ir.IssueSeverity.ERROR,
        {"issue": IDENTITY_DISPUTED, "subentry": charger.subentry_id},
    )


def identity_flow(data: FixData) -> RepairsFlow:
    """Return the flow in which the owner decides."""
    return _IdentityFlow(str(data["subentry"]))


class _IdentityFlow(RepairsFlow):
    """Asks which of three things has happened, and tells the central system."""

    def __init__(self, subentry_id: str) -> None:
        """Initialize."""
        self._subentry_id = subentry_id

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show both devices and what can be done about them."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=[decision.value for decision in Decision],
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    async def async_step_replacement(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Have the other device be the charger from now on."""
        return self._decide(Decision.REPLACEMENT)

    async def async_step_intruder(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Turn the other device away."""
        return self._decide(Decision.INTRUDER)

    async def async_step_shared_name(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Turn the other device away until it has an identity of its own."""
        return self._decide(Decision.SHARED_NAME)

    def _decide(self, decision: Decision) -> RepairsFlowResult:
        for entry in self.hass.config_entries.async_loaded_entries(DOMAIN):
            subentry = entry.subentries.get(self._subentry_id)
            if subentry is not None and subentry.unique_id is not None:
                central_system = entry.runtime_data.central_system
                central_system.decide(subentry.unique_id, decision)
        return self.async_create_entry(data={})


def _described(device: Claimant) -> str:
    """Return a device in words: make, model, serial number and address, as far as they are known."""
    info = device.info
    told = [] if info is None else [f"{info.vendor} {info.model}"]
    if info is not None and info.serial_number:
        told.append(info.serial_number)
    return ", ".join([*told, device.address or "?"])
