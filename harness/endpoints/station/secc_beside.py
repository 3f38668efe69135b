"""The station taking the EV's word for a meter reading, on payload type 0x8102."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.announcements import METERING_CONFIRMATION
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.settings import DYNAMIC
from harness.messages.iso20.common import (
    DynamicSmdtControlMode,
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    SignedMeteringData,
)
from harness.messages.iso20.types import ResponseCode
from harness.security.meter import check_confirmation


def on_metering(desk: Desk, ask: MeteringConfirmationReq, moment: Moment) -> Reply:
    """Take a reading that was shown, unchanged and rightly signed; anything else ends the session."""
    if not _shown(desk, ask.signed_metering_data, moment) or not _signed(desk, ask):
        return ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    desk.beside.readings.clear()
    desk.plant.announcements.heeded(METERING_CONFIRMATION, moment.at)
    return MeteringConfirmationRes(header=desk.header(moment), response_code=ResponseCode.OK)


def _shown(desk: Desk, said: SignedMeteringData, moment: Moment) -> bool:
    """Whether the EV tells what it was shown in this session, under the schedule in force."""
    mode = said.control_mode
    if isinstance(mode, DynamicSmdtControlMode):
        fits = desk.visit.control_mode == DYNAMIC
    else:
        numbers = {schedule.schedule_tuple_id for schedule in desk.visit.schedules}
        fits = desk.visit.control_mode != DYNAMIC and mode.selected_schedule_tuple_id in numbers
    return fits and said.session_id == moment.session_id and said.meter_info in desk.beside.readings


def _signed(desk: Desk, ask: MeteringConfirmationReq) -> bool:
    """Whether the signature is what it should be; an EV that does not pay by a contract has no key to sign with."""
    verify, contract = desk.beside.verify_metering, desk.visit.contract
    if contract:
        data = ask.signed_metering_data
        if not check_confirmation(ask, data.meter_info, contract[0], strict=desk.provider.strict).accepted:
            return False
    return verify is None or verify(ask)


HANDLERS: Handlers = {MeteringConfirmationReq: on_metering}
