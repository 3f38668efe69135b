"""Every fault in the security of an OCPP link, on either end of it."""

from __future__ import annotations

from harness.endpoints.mutants import ocpp_security_csms
from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*ocpp_security_csms.MUTANTS,)
