"""Deliberately faulty devices: what every case must be seen to catch."""
