"""What the charge loops of all energy transfers share: metering, channels, and the EV's own profile held against it."""

from __future__ import annotations

from harness.endpoints.station.desk import Desk
from harness.messages.iso20.common import ChannelSelection
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import ChargeLoopReq, MeterInfo, ResponseCode
from harness.security.meter import sign_reading


def judged(desk: Desk, watts: float, at: float) -> ResponseCode:
    """OK, or the warning (or the end) for an EV whose power leaves the profile that it announced (V2G20-1864)."""
    if desk.agreed is None or not desk.agreed.violated_by(watts, at):
        return ResponseCode.OK
    if desk.plant.settings.violation_ends_session:
        return ResponseCode.FAILED_EV_POWER_PROFILE_VIOLATION
    return ResponseCode.WARNING_EV_POWER_PROFILE_VIOLATION


def may_charge(desk: Desk) -> bool:
    """Whether energy may go to the EV: not while it means the other of two channels."""
    return desk.channel is not ChannelSelection.DISCHARGE


def may_discharge(desk: Desk) -> bool:
    """Whether energy may come from the EV."""
    return is_bidirectional(desk.visit.service_id) and desk.channel is not ChannelSelection.CHARGE


def meter_info(desk: Desk, ask: ChargeLoopReq, at: float) -> MeterInfo | None:
    """In the first cycle (V2G20-1833) and when asked for (V2G20-1082): the energy of this session (V2G20-902)."""
    silent = not desk.plant.settings.meter_info
    if silent or (desk.meter_shown and not ask.meter_info_requested):
        return None
    desk.meter_shown = True
    reading, visit = desk.plant.meter.reading(at), desk.visit
    bidirectional = is_bidirectional(visit.service_id) and desk.plant.settings.export_register
    back = round(reading.export_wh - visit.export_wh) if bidirectional else None
    info = MeterInfo(
        meter_id=desk.plant.settings.serial,
        charged_energy_reading_wh=round(reading.import_wh - visit.import_wh),
        bpt_discharged_energy_reading_wh=back,
        meter_timestamp=int(at),
    )
    return info if desk.meter_key is None else sign_reading(info, desk.meter_key)
