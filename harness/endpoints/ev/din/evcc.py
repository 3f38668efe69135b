"""The EV's side of DIN SPEC 70121: which response leads to which next request."""

from __future__ import annotations

from harness.endpoints.ev.iso2.evcc import Iso2Evcc


class DinEvcc(Iso2Evcc):
    """Leads the rest of a session whose station chose DIN SPEC 70121."""
