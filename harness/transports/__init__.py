"""Bytes in, bytes out, and the time that passes meanwhile."""
