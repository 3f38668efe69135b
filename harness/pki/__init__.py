"""Chain recipes made into certificates, per run and in memory; what may be wrong, one thing at a time."""
