"""Available power, its trend, the home battery and the sign of the meter."""
