"""The mark of a charger that moved in, in its subentry: its former name, and the currents in force when it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONF_FORMER = "former"
_NAME = "name"
_CURRENTS = "maximum_currents"


@dataclass(frozen=True, slots=True)
class Former:
    """A charger as it moved in; `maximum_currents_a` are by connector, as far as the owner had set them."""

    name: str
    maximum_currents_a: Mapping[int, float] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The mark as data of a subentry."""
        currents = {
            str(number): current for number, current in self.maximum_currents_a.items()
        }
        return {_NAME: self.name, _CURRENTS: currents}


def former_of(data: Mapping[str, Any]) -> Former | None:
    """Return the mark in the data of a subentry; None for a charger that was set up here."""
    mark = data.get(CONF_FORMER)
    if mark is None:
        return None
    currents = mark.get(_CURRENTS, {})
    return Former(
        mark[_NAME], {int(number): float(each) for number, each in currents.items()}
    )
