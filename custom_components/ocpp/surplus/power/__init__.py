"""Available power and its trend, the home battery, and detection of meters with an inverted sign."""
