"""The EV's side of DIN SPEC 70121: direct current, paid for beside the session."""
