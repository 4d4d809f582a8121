"""The conformance cases for OCPP 2.0.1 central systems, by block, over a real socket."""
