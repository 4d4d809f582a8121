"""Frozen dataclasses with other values in some of their fields.

Each message from a charger replaces what is known of it, several times over: with `dataclasses.replace`, that would take
a third of the message's time. A record that is replaced so often has no slots, so that its fields can be copied at once.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The names and types of the fields are checked as they are for the original.
    from dataclasses import replace as changed
else:

    def changed[T](record: T, /, **changes: object) -> T:
        """Return a record with other values in some of its fields."""
        copy = object.__new__(type(record))
        copy.__dict__.update(record.__dict__, **changes)
        return copy
