"""The EV of ISO 15118-2 when power starts, stops or is renegotiated."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.journey import Iso2Journey, Steps
from harness.endpoints.ev.iso2.power import profile
from harness.endpoints.ev.iso2.status import ev_status
from harness.messages.iso2.charging import ChargeProgress, PowerDeliveryReq
from harness.messages.iso2.dc import DcEvPowerDeliveryParameter


def start(journey: Iso2Journey, moment: Moment) -> Steps:
    """Start, under the schedule that was chosen."""
    return _deliver(journey, ChargeProgress.START, moment)


def stop(journey: Iso2Journey, moment: Moment) -> Steps:
    """Stop the flow of power."""
    journey.leaving = True
    return _deliver(journey, ChargeProgress.STOP, moment)


def renegotiate(journey: Iso2Journey, moment: Moment) -> Steps:
    """Ask for other schedules."""
    journey.renegotiated = True
    return _deliver(journey, ChargeProgress.RENEGOTIATE, moment)


def _deliver(journey: Iso2Journey, progress: ChargeProgress, moment: Moment) -> Steps:
    journey.progress = progress
    schedule, told = journey.schedule, None
    if not journey.alternating:
        done = journey.battery.soc >= journey.car.target_soc
        told = DcEvPowerDeliveryParameter(dc_ev_status=ev_status(journey), charging_complete=done)
    request = PowerDeliveryReq(
        charge_progress=progress,
        sa_schedule_tuple_id=1 if schedule is None else schedule.sa_schedule_tuple_id,
        charging_profile=profile(journey) if progress is ChargeProgress.START else None,
        ev_power_delivery_parameter=told,
    )
    return journey.say(request, moment)
