"""Issues in Home Assistant's repairs, kept in step with their causes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .chapters import learn_more_url
from .const import DOMAIN
from .texts import neutral

type FixData = Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue by its translation key; one that has `fix_data` has a flow that fixes it.

    `own_placeholders` are made here, so that they may hold links and addresses.
    """

    key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    fix_data: FixData | None = None
    own_placeholders: Mapping[str, str] = field(default_factory=dict)


class Issues:
    """The open issues of one subject, by issue id."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without issues."""
        self._hass = hass
        self._open: dict[str, Issue] = {}

    @callback
    def async_set(self, issue_id: str, issue: Issue | None) -> None:
        """Create or update an issue, or delete it; a fix deletes it, too, and here it comes again if it was in vain."""
        if self._open.get(issue_id) == issue and (
            issue is None or self._is_there(issue_id)
        ):
            return
        if issue is None:
            del self._open[issue_id]
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        self._open[issue_id] = issue
        fix_data = issue.fix_data
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data=None if fix_data is None else dict(fix_data),
            is_fixable=fix_data is not None,
            learn_more_url=learn_more_url(issue.key),
            severity=issue.severity,
            translation_key=issue.key,
            translation_placeholders={
                **issue.own_placeholders,
                # Repairs are Markdown, and chargers have a say in what is shown.
                **{name: neutral(text) for name, text in issue.placeholders.items()},
            },
        )

    def _is_there(self, issue_id: str) -> bool:
        return ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id) is not None

    @callback
    def async_replace(self, issues: Mapping[str, Issue]) -> None:
        """Delete all other issues, and create or update these."""
        for issue_id in self._open.keys() - issues.keys():
            self.async_set(issue_id, None)
        for issue_id, issue in issues.items():
            self.async_set(issue_id, issue)

    @callback
    def async_clear(self) -> None:
        """Delete all issues; with Home Assistant they go by themselves, and what was ignored stays so."""
        if not self._hass.is_stopping:
            self.async_replace({})
