"""What is entered in a form, and what is wrong with it."""

from typing import Any

Input = dict[str, Any]
"""The input by field."""
Errors = dict[str, str]
"""The keys of errors by field."""
