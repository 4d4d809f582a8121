"""A simulated charging station for OCPP 2.0.1 and 2.1."""

from .build import Build
from .metering import MeterOptions
from .oddities import Oddities
from .station import SimulatedStation, simulated_station
from .v2x import V2xCar

__all__ = [
    "Build",
    "MeterOptions",
    "Oddities",
    "SimulatedStation",
    "V2xCar",
    "simulated_station",
]
