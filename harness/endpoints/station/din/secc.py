"""The station's side of DIN SPEC 70121: every request gets the response that belongs to it."""

from __future__ import annotations

from harness.endpoints.station.iso2.secc import Iso2Secc


class DinSecc(Iso2Secc):
    """Serves the rest of a connection whose EV chose DIN SPEC 70121."""
