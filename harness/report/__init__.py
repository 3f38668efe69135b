"""One report, a pure function of a stored run; every other format is a rendering of it."""
