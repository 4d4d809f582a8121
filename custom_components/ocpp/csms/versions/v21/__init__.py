"""OCPP 2.1."""

from .version import V21 as VERSION

__all__ = ["VERSION"]
