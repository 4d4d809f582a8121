"""The central system under a storm of frames that no charger should send."""
