"""Every vendor's charger, charged from the sun."""
