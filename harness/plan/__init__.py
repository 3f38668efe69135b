"""Which cases run against a device under a programme, and why the others do not."""
