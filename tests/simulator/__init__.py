"""A simulated world: charger, car, house and sun, used by the tests and by the demo."""
