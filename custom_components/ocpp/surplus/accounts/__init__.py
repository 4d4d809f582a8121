"""Energy accounts by origin: sun, battery and grid."""
