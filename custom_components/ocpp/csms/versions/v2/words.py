"""The words of a version's specification."""

from enum import StrEnum
import inspect
from types import ModuleType

from ...ocppj.disclosure import words_of


def words_in(enumerations: ModuleType) -> frozenset[str]:
    """Return the words in a module of enumerations."""
    return words_of(
        [member.value for member in kind]
        for _, kind in inspect.getmembers(enumerations, inspect.isclass)
        if issubclass(kind, StrEnum)
    )
