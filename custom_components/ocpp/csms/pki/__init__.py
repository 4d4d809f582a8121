"""Certificates, passwords and the security profiles of OCPP."""
