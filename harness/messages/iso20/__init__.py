"""ISO 15118-20: one file per schema, CommonMessages and wireless power transfer split by topic."""
