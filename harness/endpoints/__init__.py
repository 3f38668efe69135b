"""EV, station and backend: session, transport and behaviour brought together; the only place with an `await`."""
