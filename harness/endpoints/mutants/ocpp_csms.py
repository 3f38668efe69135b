"""Devices with one fault each: ocpp_csms."""

from __future__ import annotations

from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = ()
