"""The repairs around a move: it is done, it has failed, and the YAML that is not needed any more."""

from collections.abc import Sequence

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..chapters import learn_more_url
from ..const import DOMAIN
from ..texts import neutral

MOVED_IN = "moved_in"
MOVING_FAILED = "moving_failed"
YAML_MOVED = "yaml_moved"


@callback
def async_show_moved(
    hass: HomeAssistant, entry_id: str, chargers: Sequence[str]
) -> None:
    """Show what is new, until the owner has chosen how to go on, even after a restart."""
    ir.async_delete_issue(hass, DOMAIN, f"{MOVING_FAILED}_{entry_id}")
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{MOVED_IN}_{entry_id}",
        data={"issue": MOVED_IN, "entry": entry_id},
        is_fixable=True,
        is_persistent=True,
        learn_more_url=learn_more_url(MOVED_IN),
        severity=ir.IssueSeverity.WARNING,
        translation_key=MOVED_IN,
        translation_placeholders={"chargers": neutral(", ".join(chargers))},
    )


@callback
def async_show_failure(
    hass: HomeAssistant, entry_id: str, title: str, reason: Exception
) -> None:
    """Show that an entry could not be moved in; the next start tries again."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{MOVING_FAILED}_{entry_id}",
        is_fixable=False,
        learn_more_url=learn_more_url(MOVING_FAILED),
        severity=ir.IssueSeverity.ERROR,
        translation_key=MOVING_FAILED,
        translation_placeholders={
            "name": neutral(title),
            "reason": neutral(f"{type(reason).__name__}: {reason}"),
        },
    )


@callback
def async_show_yaml(hass: HomeAssistant) -> None:
    """Ask for the section of the YAML configuration to be removed, until it is."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        YAML_MOVED,
        is_fixable=False,
        learn_more_url=learn_more_url(YAML_MOVED),
        severity=ir.IssueSeverity.WARNING,
        translation_key=YAML_MOVED,
    )


@callback
def async_forget_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the repairs of an entry."""
    for issue in (MOVED_IN, MOVING_FAILED):
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry_id}")
