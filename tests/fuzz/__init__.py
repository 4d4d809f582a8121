"""The central system under a hail of frames that no charger should send."""
