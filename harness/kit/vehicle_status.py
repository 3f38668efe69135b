"""What the responder of a run says of the vehicle's chain."""

from __future__ import annotations

from msgspec import Struct

from harness.pki.ocsp import Status


class VehicleStatus(Struct, frozen=True, kw_only=True):
    """One status for one certificate, or for all; the others are good."""

    status: Status | None = Status.GOOD
    """None: nobody answers at all."""
    depth: int | None = None
    """Which certificate, counted from the leaf; None: each of them."""


ALL_GOOD = VehicleStatus()
