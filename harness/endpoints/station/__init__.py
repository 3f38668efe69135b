"""The emulated charging station: one EVSE between an EV and a backend."""
