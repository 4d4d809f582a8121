"""The energy sources: how they are found, asked for, questioned and confirmed."""
