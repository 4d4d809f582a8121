"""Benchmarks: they print ratios and figures, and assert no times."""
