"""Simulations that run the surplus controller second by second against cars that respond like real ones."""
