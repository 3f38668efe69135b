"""The order of messages as tables: one module for each part of a protocol, one that joins them."""
