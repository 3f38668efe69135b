"""Devices with one fault each: availability."""

from __future__ import annotations

from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = ()
