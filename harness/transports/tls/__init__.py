"""TLS driven sans-I/O, so that every alert is seen; never through asyncio's `ssl=`, which swallows some."""
