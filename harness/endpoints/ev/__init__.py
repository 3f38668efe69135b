"""The emulated EV: a car with a battery, and the conversation it leads with a station."""
