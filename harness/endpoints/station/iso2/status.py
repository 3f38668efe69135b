"""EVSEStatus of ISO 15118-2: what the station asks for, and how it is."""

from __future__ import annotations

from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.messages.iso2.codes import DcEvseStatusCode, IsolationLevel
from harness.messages.iso2.types import AcEvseStatus, DcEvseStatus, EvseStatus
from harness.messages.iso20.energy import Flow


def status(desk: Iso2Desk, at: float) -> EvseStatus:
    """The status that goes with the energy transfer in use."""
    return ac_status(desk, at) if desk.flow is Flow.AC else dc_status(desk, at)


def ac_status(desk: Iso2Desk, at: float) -> AcEvseStatus:
    """Of a station that gives alternating current."""
    asked, within = desk.notification(at)
    return AcEvseStatus(notification_max_delay=within, evse_notification=asked, rcd=False)


def dc_status(
    desk: Iso2Desk,
    at: float,
    code: DcEvseStatusCode = DcEvseStatusCode.READY,
    isolation: IsolationLevel = IsolationLevel.VALID,
) -> DcEvseStatus:
    """Of a station that gives direct current."""
    asked, within = desk.notification(at)
    return DcEvseStatus(
        notification_max_delay=within,
        evse_notification=asked,
        evse_isolation_status=isolation,
        evse_status_code=code,
    )
