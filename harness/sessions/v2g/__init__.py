"""Conversations of ISO 15118-20 without sockets or clocks."""
