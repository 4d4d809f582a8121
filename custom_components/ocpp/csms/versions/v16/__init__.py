"""OCPP 1.6-J: messages to states, commands to messages."""

from .version import V16

VERSION = V16()

__all__ = ["VERSION"]
