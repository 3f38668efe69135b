"""The EV's side of ISO 15118-2, and of DIN SPEC 70121 where both are alike."""
