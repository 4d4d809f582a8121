"""Transactions: their lifecycle, succession and energy."""
