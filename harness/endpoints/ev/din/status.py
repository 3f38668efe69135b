"""DC_EVStatus of DIN SPEC 70121."""

from __future__ import annotations

from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.messages.din.codes import DcEvErrorCode
from harness.messages.din.types import DcEvStatus


def ev_status(journey: Iso2Journey) -> DcEvStatus:
    """Ready, without an error, and as full as it is."""
    return DcEvStatus(ev_ready=True, ev_error_code=DcEvErrorCode.NO_ERROR, ev_ress_soc=int(journey.battery.soc))
