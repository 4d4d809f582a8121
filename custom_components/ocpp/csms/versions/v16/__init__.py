"""OCPP 1.6-J: messages to states, commands to messages."""

from .version import V16 as VERSION

__all__ = ["VERSION"]
