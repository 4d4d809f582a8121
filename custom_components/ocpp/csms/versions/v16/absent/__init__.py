"""Commands that later versions have and 1.6 has not."""
