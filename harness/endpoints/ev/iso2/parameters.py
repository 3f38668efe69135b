"""The EV of ISO 15118-2 at ChargeParameterDiscovery: what it can and needs, and the schedule that it chooses."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.delivery import start
from harness.endpoints.ev.iso2.ending import leave
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.power import most_current
from harness.endpoints.ev.iso2.status import ev_status
from harness.endpoints.ev.iso2.tariffs import tariffs_signed
from harness.messages.iso2.ac import AcEvChargeParameter, AcEvseChargeParameter
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes
from harness.messages.iso2.codes import EvseProcessing, PaymentOption
from harness.messages.iso2.dc import CableCheckReq, DcEvChargeParameter, DcEvseChargeParameter
from harness.messages.iso2.physical import amperes, volts, watt_hours, watts
from harness.messages.iso2.schedule import SAScheduleList


def ask_parameters(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """Say what the EV can bear and what it needs; both shrink from time to time (V2G2-742, V2G2-743)."""
    at = moment.at + after
    request = ChargeParameterDiscoveryReq(
        max_entries_sa_schedule_tuple=journey.terms.most_schedules,
        requested_energy_transfer_mode=journey.mode,
        ev_charge_parameter=_ac(journey, at) if journey.alternating else _dc(journey, at),
    )
    return journey.say(request, moment, after=after)


def on_parameters(journey: Iso2Journey, answer: ChargeParameterDiscoveryRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing (V2G2-688); then choose a schedule and get ready for power."""
    _take_limits(journey, answer.evse_charge_parameter)
    if answer.evse_processing is not EvseProcessing.FINISHED:
        return ask_parameters(journey, moment, after=journey.ev.poll_interval)
    offered = answer.sa_schedules
    if not isinstance(offered, SAScheduleList):
        return leave(journey, moment, "the station is finished and offers no schedule")
    wanted = journey.terms.schedule
    fitting = [each for each in offered.sa_schedule_tuple if wanted in {None, each.sa_schedule_tuple_id}]
    if not fitting:
        return leave(journey, moment, f"schedule {wanted} is not on offer")
    journey.schedule, journey.schedule_at = fitting[0], moment.at
    if journey.payment is PaymentOption.CONTRACT:
        journey.remarks += tariffs_signed(journey, offered, moment)
    again = journey.renegotiated and journey.terms.keeps_contactors_closed
    if journey.alternating or again:
        return start(journey, moment)
    return journey.say(CableCheckReq(dc_ev_status=ev_status(journey)), moment)


def _ac(journey: Iso2Journey, at: float) -> AcEvChargeParameter:
    terms = journey.terms
    return AcEvChargeParameter(
        departure_time=journey.common.departure_time(at),
        e_amount=watt_hours(round(max(0.0, journey.battery.energy_to(journey.car.target_soc)))),
        ev_max_voltage=volts(terms.onboard_voltage),
        ev_max_current=amperes(most_current(journey)),
        ev_min_current=amperes(terms.onboard_min_current),
    )


def _dc(journey: Iso2Journey, at: float) -> DcEvChargeParameter:
    car, battery = journey.car, journey.battery
    return DcEvChargeParameter(
        departure_time=journey.common.departure_time(at),
        dc_ev_status=ev_status(journey),
        ev_maximum_current_limit=amperes(car.max_charge_current),
        ev_maximum_power_limit=watts(car.max_charge_power),
        ev_maximum_voltage_limit=volts(car.max_voltage),
        ev_energy_capacity=watt_hours(car.capacity),
        ev_energy_request=watt_hours(round(max(0.0, battery.energy_to(car.target_soc)))),
        full_soc=round(car.max_soc),
        bulk_soc=round(car.target_soc),
    )


def _take_limits(journey: Iso2Journey, said: object) -> None:
    limits = journey.common.limits
    if isinstance(said, AcEvseChargeParameter):
        limits.charge_current = float(said.evse_max_current)
    elif isinstance(said, DcEvseChargeParameter):
        limits.charge_current = float(said.evse_maximum_current_limit)
        limits.charge_power = float(said.evse_maximum_power_limit)


HANDLERS: Handlers = {ChargeParameterDiscoveryRes: on_parameters}
