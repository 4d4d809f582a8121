"""The parts of a station besides charging: files, certificates, displays, customers and reservations."""
