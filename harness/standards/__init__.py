"""Requirement catalogues: what the ids that cases and rules cite ask for, in our own words."""
