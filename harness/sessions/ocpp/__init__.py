"""Sans-I/O conversations in OCPP 2.0.1: one connection, a station, a backend."""
