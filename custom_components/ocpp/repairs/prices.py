"""The repairs of entities whose prices cannot be used."""

from homeassistant.core import State

from ..issues import Issue


def price_issue(key: str, state: State) -> Issue:
    """Return the repair of an entity with prices, by its translation key."""
    unit = state.attributes.get("unit_of_measurement")
    return Issue(
        key,
        {
            "entity": state.entity_id,
            "state": state.state,
            "unit": str(unit) if unit else "-",
        },
    )
