"""Deliberate faults as values: what, where, and whether it struck."""
