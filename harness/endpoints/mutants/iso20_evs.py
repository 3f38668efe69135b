"""The faulty EVs of ISO 15118-20, gathered from the files that make them topic by topic."""

from __future__ import annotations

from harness.endpoints.mutants import (
    iso20_ev,
    iso20_ev_alternating,
    iso20_ev_energy,
    iso20_ev_opening,
    iso20_ev_pnc,
    iso20_ev_responses,
)
from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *iso20_ev.MUTANTS,
    *iso20_ev_alternating.MUTANTS,
    *iso20_ev_energy.MUTANTS,
    *iso20_ev_opening.MUTANTS,
    *iso20_ev_pnc.MUTANTS,
    *iso20_ev_responses.MUTANTS,
)
