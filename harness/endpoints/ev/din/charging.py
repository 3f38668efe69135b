"""The EV of DIN SPEC 70121 from the cable check to the end of the charge loop."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.din.ending import after_stop, end_session, leave
from harness.endpoints.ev.din.status import ev_status
from harness.endpoints.ev.driving import heed_limits, wants_out
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.power import wanted_power
from harness.messages.din.charging import ChargingProfile, PowerDeliveryReq, PowerDeliveryRes, ProfileEntry
from harness.messages.din.codes import DcEvseStatusCode, EvseNotification, EvseProcessing, IsolationLevel
from harness.messages.din.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    DcEvPowerDeliveryParameter,
    PreChargeReq,
    PreChargeRes,
)
from harness.messages.din.physical import amperes, volts, watts
from harness.messages.din.schedule import RelativeTimeInterval
from harness.messages.din.types import DcEvseStatus

_SOUND = frozenset({None, IsolationLevel.VALID, IsolationLevel.WARNING})
_STOPS = frozenset(
    {
        DcEvseStatusCode.SHUTDOWN,
        DcEvseStatusCode.UTILITY_INTERRUPT_EVENT,
        DcEvseStatusCode.EMERGENCY_SHUTDOWN,
        DcEvseStatusCode.MALFUNCTION,
    }
)
"""States of the station in which an EV stops."""


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
        return deliver(journey, moment, ready=True)
    return ask_pre_charge(journey, moment, after=journey.ev.poll_interval)


def on_power_delivery(journey: Iso2Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Enter the charge loop, or go to the end."""
    if not journey.leaving:
        journey.common.power_on = True
        return next_cycle(journey, moment)
    was_on, journey.common.power_on = journey.common.power_on, False
    journey.battery.advance(moment.at, 0.0)
    return after_stop(journey, moment) if was_on else end_session(journey, moment)


def on_current_demand(journey: Iso2Journey, answer: CurrentDemandRes, moment: Moment) -> Steps:
    """Count what flows, obey the limits, and stop when it is time or the station wants it."""
    limits, voltage = journey.common.limits, float(answer.evse_present_voltage)
    journey.common.voltage = voltage
    journey.battery.advance(moment.at, voltage * float(answer.evse_present_current))
    if answer.evse_maximum_power_limit is not None:
        limits.charge_power = float(answer.evse_maximum_power_limit)
    if answer.evse_maximum_current_limit is not None:
        limits.charge_current = float(answer.evse_maximum_current_limit)
    journey.common.loops += 1
    heed_limits(journey.common)
    if wants_out(journey.common) or _told_to_stop(answer.dc_evse_status) or journey.common.loops >= journey.ev.loops:
        journey.leaving = True
        return deliver(journey, moment, ready=False)
    return next_cycle(journey, moment, after=journey.ev.loop_interval)


def _told_to_stop(status: DcEvseStatus) -> bool:
    return status.evse_status_code in _STOPS or status.evse_notification is EvseNotification.STOP_CHARGING


def next_cycle(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """One more request of the charge loop."""
    car, battery = journey.car, journey.battery
    current = wanted_power(journey, moment.at + after) / battery.voltage
    request = CurrentDemandReq(
        dc_ev_status=ev_status(journey),
        ev_target_current=amperes(round(current, 1)),
        ev_maximum_voltage_limit=volts(car.max_voltage),
        ev_maximum_current_limit=amperes(car.max_charge_current),
        ev_maximum_power_limit=watts(car.max_charge_power),
        charging_complete=battery.soc >= car.target_soc,
        ev_target_voltage=volts(round(battery.voltage, 1)),
    )
    return journey.say(request, moment, after=after)


def deliver(journey: Iso2Journey, moment: Moment, *, ready: bool) -> Steps:
    """Start the flow of power, or stop it."""
    done = journey.battery.soc >= journey.car.target_soc
    request = PowerDeliveryReq(
        ready_to_charge_state=ready,
        charging_profile=_profile(journey) if ready else None,
        ev_power_delivery_parameter=DcEvPowerDeliveryParameter(dc_ev_status=ev_status(journey), charging_complete=done),
    )
    return journey.say(request, moment)


def _profile(journey: Iso2Journey) -> ChargingProfile | None:
    schedule = journey.din_schedule
    if schedule is None or not journey.terms.sends_profile:
        return None
    most = int(journey.battery.charge_power)
    entries = []
    for entry in schedule.p_max_schedule.p_max_schedule_entry:
        start = entry.time_interval.start if isinstance(entry.time_interval, RelativeTimeInterval) else 0
        power = min(entry.p_max, most)
        entries.append(ProfileEntry(charging_profile_entry_start=start, charging_profile_entry_max_power=power))
    return ChargingProfile(sa_schedule_tuple_id=schedule.sa_schedule_tuple_id, profile_entry=tuple(entries))


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
    CurrentDemandRes: on_current_demand,
}
