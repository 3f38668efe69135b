"""Conversations without sockets, clocks or dice."""
