"""Devices with one fault each: resumption."""

from __future__ import annotations

from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = ()
