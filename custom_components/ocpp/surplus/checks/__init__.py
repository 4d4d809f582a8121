"""Checks of the site's meters: whether what they tell adds up to the steps of the cars, to the sun and to the night."""
