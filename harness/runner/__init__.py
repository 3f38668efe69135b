"""The pytest plugin that runs suites, and the front that drives it."""
