"""Control: admission, start and stop, phases, sharing, and the limits that follow."""
