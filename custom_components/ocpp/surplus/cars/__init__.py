"""Cars: their response to limits, what is learned of it, pulses that keep them awake, and wake-ups."""
