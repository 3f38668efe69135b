"""Every fault in the security of an OCPP link, on either end of it."""

from __future__ import annotations

from harness.endpoints.mutants import ocpp_security_csms, ocpp_security_station
from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*ocpp_security_csms.MUTANTS, *ocpp_security_station.MUTANTS)
