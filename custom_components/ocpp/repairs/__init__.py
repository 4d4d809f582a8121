"""Repairs: problems that the owner must know of, and their fixes."""

from .charger import async_create_fix_flow

__all__ = ["async_create_fix_flow"]
