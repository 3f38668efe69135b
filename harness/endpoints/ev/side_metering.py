"""The EV confirming what the meter says, on payload type 0x8102."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.messages.iso20.common import (
    DynamicSmdtControlMode,
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    ScheduledSmdtControlMode,
    SignedMeteringData,
)
from harness.messages.iso20.types import ChargeLoopRes, EvseNotification, MeterInfo
from harness.security.message import signed

_ID = "id1"


def confirm(journey: Journey, answer: ChargeLoopRes, moment: Moment) -> Steps:
    """Return the meter reading if the station asks for that (V2G20-1083) and has sent one."""
    status = answer.evse_status
    asked = status is not None and status.evse_notification is EvseNotification.METERING_CONFIRMATION
    if not asked or answer.meter_info is None or journey.between.metering_open:
        return ()
    journey.between.metering_open = True
    request = _request(journey, answer, answer.meter_info, moment)
    sign = journey.ev.sign_metering
    return say(_signed(journey, request) if sign is None else sign(request))


def on_confirmed(journey: Journey, answer: MeteringConfirmationRes, moment: Moment) -> Steps:
    """Be ready for another reading."""
    journey.between.metering_open = False
    return ()


def _request(journey: Journey, answer: ChargeLoopRes, info: MeterInfo, moment: Moment) -> MeteringConfirmationReq:
    schedule = journey.schedule
    mode: DynamicSmdtControlMode | ScheduledSmdtControlMode = DynamicSmdtControlMode()
    if schedule is not None:
        mode = ScheduledSmdtControlMode(selected_schedule_tuple_id=schedule.schedule_tuple_id)
    data = SignedMeteringData(
        id=_ID, session_id=moment.session_id, meter_info=info, receipt=answer.receipt, control_mode=mode
    )
    return MeteringConfirmationReq(header=journey.header(moment), signed_metering_data=data)


def _signed(journey: Journey, request: MeteringConfirmationReq) -> MeteringConfirmationReq:
    """The same under the contract's signature, if a contract pays."""
    papers = journey.papers
    return signed(request, papers.contract.key.reveal()) if papers.paying and papers.contract else request


HANDLERS: Handlers = {MeteringConfirmationRes: on_confirmed}
