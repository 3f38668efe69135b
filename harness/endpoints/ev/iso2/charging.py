"""The EV of ISO 15118-2 from the cable check to the end of the charge loop."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.driving import heed_limits, wanted_move, wants_out
from harness.endpoints.ev.iso2.delivery import renegotiate, start, stop
from harness.endpoints.ev.iso2.ending import after_stop, end_session, leave
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.parameters import ask_parameters
from harness.endpoints.ev.iso2.power import wanted_power
from harness.endpoints.ev.iso2.status import ev_status
from harness.messages.iso2.ac import ChargingStatusReq, ChargingStatusRes
from harness.messages.iso2.charging import (
    ChargeProgress,
    MeteringReceiptReq,
    MeteringReceiptRes,
    PowerDeliveryRes,
)
from harness.messages.iso2.codes import EvseNotification, EvseProcessing, IsolationLevel
from harness.messages.iso2.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    PreChargeReq,
    PreChargeRes,
)
from harness.messages.iso2.physical import amperes, seconds, volts, watts
from harness.messages.iso2.types import EvseStatus
from harness.security.signature import sign

_LONGEST = 86_400
"""Seconds until the battery is full beyond which the EV tells no time: hardly anything flows then."""
_SOUND = frozenset({None, IsolationLevel.VALID, IsolationLevel.WARNING, IsolationLevel.NO_IMD})
"""Results of a cable check with which an EV goes on."""


def on_cable_check(journey: Iso2Journey, answer: CableCheckRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing; then have the station bring its voltage to the battery's."""
    if answer.evse_processing is not EvseProcessing.FINISHED:
        request = CableCheckReq(dc_ev_status=ev_status(journey))
        return journey.say(request, moment, after=journey.ev.poll_interval)
    if answer.dc_evse_status.evse_isolation_status not in _SOUND:
        return leave(journey, moment, f"the isolation is {answer.dc_evse_status.evse_isolation_status}")
    return ask_pre_charge(journey, moment)


def on_pre_charge(journey: Iso2Journey, answer: PreChargeRes, moment: Moment) -> Steps:
    """Wait for the voltage, then start."""
    voltage = journey.common.voltage = float(answer.evse_present_voltage)
    if abs(voltage - journey.battery.voltage) <= journey.ev.voltage_tolerance:
        return start(journey, moment)
    return ask_pre_charge(journey, moment, after=journey.ev.poll_interval)


def on_power_delivery(journey: Iso2Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Enter the charge loop, discover parameters anew, or go to the end."""
    if journey.progress is ChargeProgress.RENEGOTIATE:
        journey.battery.advance(moment.at, 0.0)
        return ask_parameters(journey, moment)
    if journey.progress is ChargeProgress.STOP:
        was_on, journey.common.power_on = journey.common.power_on, False
        journey.battery.advance(moment.at, 0.0)
        return after_stop(journey, moment) if was_on else end_session(journey, moment)
    journey.common.power_on = True
    return next_cycle(journey, moment)


def on_charging_status(journey: Iso2Journey, answer: ChargingStatusRes, moment: Moment) -> Steps:
    """Take what one may."""
    if answer.evse_max_current is not None:
        journey.common.limits.charge_current = float(answer.evse_max_current)
    journey.battery.advance(moment.at, wanted_power(journey, moment.at))
    return _after_cycle(journey, answer, answer.ac_evse_status, moment)


def on_current_demand(journey: Iso2Journey, answer: CurrentDemandRes, moment: Moment) -> Steps:
    """Count what flows, and obey the limits."""
    limits, voltage = journey.common.limits, float(answer.evse_present_voltage)
    journey.common.voltage = voltage
    journey.battery.advance(moment.at, voltage * float(answer.evse_present_current))
    if answer.evse_maximum_power_limit is not None:
        limits.charge_power = float(answer.evse_maximum_power_limit)
    if answer.evse_maximum_current_limit is not None:
        limits.charge_current = float(answer.evse_maximum_current_limit)
    return _after_cycle(journey, answer, answer.dc_evse_status, moment)


def on_metering_receipt(journey: Iso2Journey, answer: MeteringReceiptRes, moment: Moment) -> Steps:
    """Go on with the charge loop, or do what had to wait."""
    return _go_on(journey, answer.evse_status, moment)


def next_cycle(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """One more request of the charge loop."""
    if journey.alternating:
        return journey.say(ChargingStatusReq(), moment, after=after)
    car, battery = journey.car, journey.battery
    current = wanted_power(journey, moment.at + after) / battery.voltage
    left = battery.seconds_to(car.target_soc)
    request = CurrentDemandReq(
        dc_ev_status=ev_status(journey),
        ev_target_current=amperes(round(current, 1)),
        ev_maximum_voltage_limit=volts(car.max_voltage),
        ev_maximum_current_limit=amperes(car.max_charge_current),
        ev_maximum_power_limit=watts(car.max_charge_power),
        charging_complete=battery.soc >= car.target_soc,
        remaining_time_to_full_soc=None if left is None or left > _LONGEST else seconds(left),
        ev_target_voltage=volts(round(battery.voltage, 1)),
    )
    return journey.say(request, moment, after=after)


def _after_cycle(
    journey: Iso2Journey, answer: ChargingStatusRes | CurrentDemandRes, status: EvseStatus, moment: Moment
) -> Steps:
    """Sign the reading if that is wanted, before anything else."""
    journey.common.loops += 1
    if not answer.receipt_required or answer.meter_info is None:
        return _go_on(journey, status, moment)
    request = MeteringReceiptReq(
        id="id1",
        session_id=moment.session_id,
        sa_schedule_tuple_id=answer.sa_schedule_tuple_id,
        meter_info=answer.meter_info,
    )
    contract = journey.contract
    signature = None if contract is None else sign((request,), contract.key.reveal(), schema="iso2")
    return journey.say(request, moment, signature=signature)


def _go_on(journey: Iso2Journey, status: EvseStatus, moment: Moment) -> Steps:
    """Another cycle, unless it is time to stop or somebody wants other schedules."""
    ev, terms, loops = journey.ev, journey.terms, journey.common.loops
    heed_limits(journey.common)
    if wants_out(journey.common):
        journey.stop_as = str(journey.common.stop_as)
        return stop(journey, moment)
    if status.evse_notification is EvseNotification.STOP_CHARGING or loops >= ev.loops:
        return stop(journey, moment)
    asked = status.evse_notification is EvseNotification.RE_NEGOTIATION and terms.heeds_renegotiation
    due = not journey.renegotiated and terms.renegotiate_at is not None and loops >= terms.renegotiate_at
    if asked or due or wanted_move(journey.common) is not None:
        return renegotiate(journey, moment)
    return next_cycle(journey, moment, after=ev.loop_interval)


def ask_pre_charge(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """Ask for the battery's voltage."""
    request = PreChargeReq(
        dc_ev_status=ev_status(journey),
        ev_target_voltage=volts(round(journey.battery.voltage, 1)),
        ev_target_current=amperes(0.0),
    )
    return journey.say(request, moment, after=after)


HANDLERS: Handlers = {
    CableCheckRes: on_cable_check,
    PreChargeRes: on_pre_charge,
    PowerDeliveryRes: on_power_delivery,
    ChargingStatusRes: on_charging_status,
    CurrentDemandRes: on_current_demand,
    MeteringReceiptRes: on_metering_receipt,
}
