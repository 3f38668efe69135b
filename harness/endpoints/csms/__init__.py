"""The emulated backend (CSMS)."""
