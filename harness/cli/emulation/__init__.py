"""One emulated side on a real interface, with somebody at its controls."""
