"""Control: admission, start and stop, phases, sharing and limits."""
