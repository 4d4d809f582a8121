"""The OCPP central system (CSMS), free of Home Assistant.

`central_system` listens and keeps one live connection per charger; `station` is what a charger is
to everyone else: a snapshot, events and commands. Protocol versions differ in `versions` alone.
"""
