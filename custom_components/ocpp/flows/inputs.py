"""Input of a form, and the errors in it."""

from typing import Any

Input = dict[str, Any]
"""The input by field."""
Errors = dict[str, str]
"""The keys of errors by field."""
