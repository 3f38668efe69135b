"""Devices with one fault each: ocpp_station."""

from __future__ import annotations

from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = ()
