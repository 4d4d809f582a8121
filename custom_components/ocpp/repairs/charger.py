"""Repairs: what the owner must know of, because nothing here can mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.files.firmware import FirmwareStatus
from ..csms.model import Evse, Snapshot
from ..surplus.power.meter_sign import Meter
from .meter_sign import mended

type IssueData = Mapping[str, str | int | float | None]


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return what mends an issue."""
    if data is None:
        return ConfirmRepairFlow()
    return SignFlow(str(data["entry_id"]), Meter(str(data["meter"])))


class SignFlow(ConfirmRepairFlow):
    """Turns the sign of a meter round, once the owner agrees."""

    def __init__(self, entry_id: str, meter: Meter) -> None:
        """Initialize."""
        self._entry_id = entry_id
        self._meter = meter

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Change the options; then the meters are watched anew."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is not None and entry is not None:
            self.hass.config_entries.async_update_entry(
                entry, options=mended(entry.options, self._meter)
            )
        return await super().async_step_confirm(user_input)


@dataclass(frozen=True, slots=True)
class EvseTrouble:
    """Something that can be wrong at a connector, by its translation key."""

    key: str
    severity: ir.IssueSeverity
    applies: Callable[[Evse], bool]


TROUBLES = (
    EvseTrouble(
        "limits_ignored", ir.IssueSeverity.ERROR, lambda evse: evse.ignores_limits
    ),
    EvseTrouble(
        "session_goes_on",
        ir.IssueSeverity.WARNING,
        lambda evse: evse.paused_instead_of_stop is not None,
    ),
)


class EvseRepair:
    """The repair for one trouble at one connector; it comes and goes with the trouble."""

    def __init__(
        self, hass: HomeAssistant, charger: Charger, evse_id: int, trouble: EvseTrouble
    ) -> None:
        """Initialize, and raise the repair if the trouble is there already."""
        self._hass = hass
        self._charger = charger
        self._evse_id = evse_id
        self._trouble = trouble
        self._id = f"{trouble.key}_{charger.evse_identifier(evse_id)}"
        self._raised = False
        self(charger.evse(evse_id))

    @callback
    def __call__(self, evse: Evse) -> None:
        """Raise the repair or take it back, as the connector demands."""
        applies = self._trouble.applies(evse)
        if applies and not self._raised:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._id,
                is_fixable=False,
                severity=self._trouble.severity,
                translation_key=self._trouble.key,
                translation_placeholders={
                    "charger": self._charger.name,
                    "connector": str(self._evse_id),
                },
            )
        elif self._raised and not applies:
            ir.async_delete_issue(self._hass, DOMAIN, self._id)
        self._raised = applies


class FirmwareRepair:
    """The repair for firmware that a charger could not install; the next attempt takes it back."""

    def __init__(self, hass: HomeAssistant, charger: Charger) -> None:
        """Initialize, and raise the repair if the last attempt has failed."""
        self._hass = hass
        self._charger = charger
        self._id = f"firmware_failed_{charger.identity}"
        self._failed: FirmwareStatus | None = None
        self(charger.station.snapshot)

    @callback
    def __call__(self, snapshot: Snapshot) -> None:
        """Raise the repair or take it back, as the charger's word demands."""
        status = snapshot.firmware.status if snapshot.firmware else None
        failed = status if status is not None and status.failed else None
        if failed is self._failed:
            return
        self._failed = failed
        if failed is None:
            ir.async_delete_issue(self._hass, DOMAIN, self._id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="firmware_failed",
            translation_placeholders={
                "charger": self._charger.name,
                "status": failed.value,
            },
        )
