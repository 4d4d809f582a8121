"""Tests of the simulated charging station for OCPP 2.x."""
