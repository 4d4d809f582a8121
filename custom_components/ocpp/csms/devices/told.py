"""Capabilities that a charger's settings tell, as they are stored: a restart must not have them forgotten."""

from dataclasses import dataclass, fields

from .capabilities import PhaseSwitching, Purpose, Traits, Unit


@dataclass(frozen=True, slots=True)
class ToldCapabilities:
    """The capabilities that a charger has told by its settings; those of the same names in `Capabilities`."""

    purposes: tuple[Purpose, ...] | None = None
    units: tuple[Unit, ...] | None = None
    stack_levels: tuple[int, ...] | None = None
    schedule_periods: int | None = None
    phase_switching: PhaseSwitching | None = None
    id_token: str | None = None
    shows_cost: bool | None = None

    @classmethod
    def of(cls, traits: Traits) -> ToldCapabilities:
        """Return the part of what a charger has told that is stored."""
        names = {each.name for each in fields(cls)}
        known = {name: value for name, value in traits.known.items() if name in names}
        return cls(**known)  # type: ignore[arg-type]

    @property
    def traits(self) -> Traits:
        """The capabilities that it tells."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return Traits(
            {name: value for name, value in told.items() if value is not None}
        )
