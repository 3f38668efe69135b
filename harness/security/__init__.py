"""XML signatures of ISO 15118 and the secrecy of contract keys, as pure functions."""
