"""OCPP 2.0.1."""

from .version import V201 as VERSION

__all__ = ["VERSION"]
