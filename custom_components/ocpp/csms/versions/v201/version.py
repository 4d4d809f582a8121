"""OCPP 2.0.1, edition 3."""

from ocpp.v201 import enums
from ocpp.v201.enums import Action

from ..v2.network import NetworkTerms
from ..v2.version import version_of
from ..v2.words import words_in

V201 = version_of(
    "2.0.1", "ocpp.v201", Action, words_in(enums), NetworkTerms("OCPP20", "Wired0")
)
