"""The reading of prices, in whatever shape and unit they are told."""
