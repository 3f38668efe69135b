"""ChargeParameterDiscovery of ISO 15118-2: limits of both sides, and the schedules on offer."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Entry, Feature, Judge, Role, answered, case
from harness.kit.older import on_iso2
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes
from harness.messages.iso2.codes import EnergyTransferMode, EvseProcessing, ResponseCode
from harness.messages.iso2.physical import volts
from harness.messages.iso2.schedule import SAScheduleList, SAScheduleTuple
from harness.messages.iso2.service import ServiceDiscoveryRes
from harness.messages.iso20.energy import Flow

DC, AC = (Feature.ISO2, Feature.ISO2_DC), (Feature.ISO2, Feature.ISO2_AC)
CONTROL = "ISO2-STN-CPD-001"
OK, FINISHED = ResponseCode.OK, EvseProcessing.FINISHED
DONE = answered(ChargeParameterDiscoveryRes, evse_processing=FINISHED)
FIRST = answered(ChargeParameterDiscoveryRes)
ONGOING_LIMIT = 60.0
DAY = 86_400


@case(
    "ISO2-STN-CPD-001",
    "The limits of a DC station make sense",
    sut=Role.STATION,
    cites=("V2G2-565", "V2G2-260"),
    needs=DC,
)
async def test_dc_limits(bench: Bench, judge: Judge) -> None:
    """Maxima above minima and above nothing, in the response that ends the discovery."""
    trace = await bench.run(on_iso2(bench.ev), until=DONE)

    reply = trace.first(ChargeParameterDiscoveryRes, evse_processing=FINISHED)
    told = reply.message.evse_charge_parameter
    judge.equal("response code", reply.message.response_code, OK, at=reply)
    low, high = float(told.evse_minimum_voltage_limit), float(told.evse_maximum_voltage_limit)
    judge.holds("voltage limits", 0 <= low <= high, f"{low:g} V to {high:g} V", at=reply)
    least, most = float(told.evse_minimum_current_limit), float(told.evse_maximum_current_limit)
    judge.holds("current limits", 0 <= least <= most, f"{least:g} A to {most:g} A", at=reply)
    power = float(told.evse_maximum_power_limit)
    judge.holds("power limit", power > 0, f"{power:g} W", at=reply)
    if power > high * most * 1.01:
        judge.notice("power limit", f"{power:g} W, more than {high:g} V and {most:g} A give", at=reply)


@case(
    "ISO2-STN-CPD-002",
    "The limits of an AC station make sense",
    sut=Role.STATION,
    cites=("V2G2-565", "V2G2-844"),
    needs=AC,
)
async def test_ac_limits(bench: Bench, judge: Judge) -> None:
    """A voltage as mains have it, and a current of which an EV can make something."""
    trace = await bench.run(on_iso2(bench.ev, Flow.AC), until=DONE)

    reply = trace.first(ChargeParameterDiscoveryRes, evse_processing=FINISHED)
    told = reply.message.evse_charge_parameter
    judge.equal("response code", reply.message.response_code, OK, at=reply)
    judge.between("nominal voltage", float(told.evse_nominal_voltage), 100.0, 500.0, unit="V", at=reply)
    judge.between("current", float(told.evse_max_current), 0.0, 80.0, unit="A", at=reply)
    judge.holds("residual current device", not told.ac_evse_status.rcd, "has tripped", at=reply)


@case(
    "ISO2-STN-CPD-003",
    "Schedules come with the last response, and not later than within a minute",
    sut=Role.STATION,
    cites=("V2G2-905", "V2G2-688", "ISO 15118-2, Table 109"),
    needs=Feature.ISO2,
)
async def test_schedules_come_at_last(bench: Bench, judge: Judge) -> None:
    """The EV asks again while the station works on it; with Finished there has to be a list to choose from."""
    ev = on_iso2(bench.ev, _flow(bench)).having(patient=True)

    trace = await bench.run(ev, until=DONE, limit=ONGOING_LIMIT + 30.0)

    first, last = trace.first(ChargeParameterDiscoveryRes), trace.last(ChargeParameterDiscoveryRes)
    judge.equal("processing at last", last.message.evse_processing, FINISHED, at=last)
    judge.between("seconds until then", last.at - first.at, 0.0, ONGOING_LIMIT, unit="s", at=(first, last))
    offered = isinstance(last.message.sa_schedules, SAScheduleList)
    judge.holds("schedules with Finished", offered, "none" if not offered else "on offer", at=last)


@case(
    "ISO2-STN-CPD-004",
    "Schedules are told apart by numbers from 1 to 255, and begin now",
    sut=Role.STATION,
    cites=("V2G2-300", "V2G2-773", "V2G2-328"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_schedules_are_numbered(bench: Bench, judge: Judge) -> None:
    """Each schedule has entries that start one after another, the first at once, and allow no negative power."""
    trace = await bench.run(on_iso2(bench.ev, _flow(bench)), until=DONE)

    reply, tuples = _schedules(trace.last(ChargeParameterDiscoveryRes))
    numbers = [each.sa_schedule_tuple_id for each in tuples]
    judge.equal("different numbers", len(set(numbers)), len(numbers), at=reply)
    judge.holds("numbers of 1 to 255", all(1 <= number <= 255 for number in numbers), f"{numbers}", at=reply)
    for each in tuples:
        entries = each.p_max_schedule.p_max_schedule_entry
        intervals: list[Any] = [entry.time_interval for entry in entries]
        starts = [interval.start for interval in intervals]
        judge.equal("start of the first entry", starts[0], 0, at=reply)
        judge.holds("starts in order", starts == sorted(set(starts)), f"{starts}", at=reply)
        judge.holds("power", all(float(one.p_max) >= 0 for one in entries), "less than nothing allowed", at=reply)


@case(
    "ISO2-STN-CPD-005",
    "A schedule reaches to the departure that the EV named, or over a day",
    sut=Role.STATION,
    cites=("V2G2-303", "V2G2-304"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_schedules_reach_far_enough(bench: Bench, judge: Judge) -> None:
    """The EV means to leave in two hours; a schedule may fall short of it (V2G2-305), and that is only told."""
    departure = 7_200
    ev = on_iso2(bench.ev, _flow(bench)).but(ChargeParameterDiscoveryReq, ev_charge_parameter__departure_time=departure)

    trace = await bench.run(ev, until=DONE)

    reply, tuples = _schedules(trace.last(ChargeParameterDiscoveryRes))
    for each in tuples:
        last: Any = each.p_max_schedule.p_max_schedule_entry[-1].time_interval
        judge.holds("the last entry tells how long it lasts", last.duration is not None, f"{last}", at=reply)
        end = last.start + (last.duration or 0)
        judge.between("end of the schedule", end, 1, DAY + departure, unit="s", at=reply)
        if end < departure:
            judge.notice("end of the schedule", f"{end} s, though the EV stays for {departure} s", at=reply)


@case(
    "ISO2-STN-CPD-006",
    "A way of transfer that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G2-476",),
    needs=DC,
    control=CONTROL,
)
async def test_unoffered_transfer_mode(bench: Bench, judge: Judge) -> None:
    """The EV wants DC_unique, which next to no station has, with parameters that are good in themselves."""
    ev = on_iso2(bench.ev).but(ChargeParameterDiscoveryReq, requested_energy_transfer_mode=EnergyTransferMode.DC_UNIQUE)

    trace = await bench.run(ev, until=FIRST)

    offer = trace.first(ServiceDiscoveryRes)
    modes = offer.message.charge_service.supported_energy_transfer_mode.energy_transfer_mode
    if EnergyTransferMode.DC_UNIQUE in modes:
        judge.inconclusive("refusal", "the station offers DC_unique", at=offer)
        return
    asked, wrong = trace.first(ChargeParameterDiscoveryReq), ResponseCode.FAILED_WRONG_ENERGY_TRANSFER_MODE
    judge.refused(trace, asked, ChargeParameterDiscoveryRes, wrong)


@case(
    "ISO2-STN-CPD-007",
    "Limits with which nothing can be charged are refused",
    sut=Role.STATION,
    cites=("V2G2-477",),
    needs=DC,
    control=CONTROL,
)
async def test_useless_parameters(bench: Bench, judge: Judge) -> None:
    """The battery bears 5 V at most, less than any station for cars can give."""
    ev = on_iso2(bench.ev).but(ChargeParameterDiscoveryReq, ev_charge_parameter__ev_maximum_voltage_limit=volts(5.0))

    trace = await bench.run(ev, until=FIRST)

    asked = trace.first(ChargeParameterDiscoveryReq)
    judge.refused(trace, asked, ChargeParameterDiscoveryRes, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


@case(
    "ISO2-STN-CPD-008",
    "Parameters of the other kind of current are refused",
    sut=Role.STATION,
    cites=("V2G2-477",),
    needs=(*DC, Feature.ISO2_AC),
    control=CONTROL,
)
async def test_parameters_of_the_other_current(bench: Bench, judge: Judge) -> None:
    """The EV asks for direct current and tells what it can do with alternating current."""
    ev = on_iso2(bench.ev, Flow.AC).but(
        ChargeParameterDiscoveryReq, requested_energy_transfer_mode=EnergyTransferMode.DC_EXTENDED
    )

    trace = await bench.run(ev, until=FIRST)

    asked = trace.first(ChargeParameterDiscoveryReq)
    judge.refused(trace, asked, ChargeParameterDiscoveryRes, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


@case(
    "ISO2-STN-CPD-009",
    "An EV gets no more schedules than it can read",
    sut=Role.STATION,
    cites=("V2G2-293",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_number_of_schedules(bench: Bench, judge: Judge) -> None:
    """The EV says that it takes one schedule."""
    trace = await bench.run(on_iso2(bench.ev, _flow(bench), most_schedules=1), until=DONE)

    reply, tuples = _schedules(trace.last(ChargeParameterDiscoveryRes))
    judge.equal("schedules on offer", len(tuples), 1, at=reply)


def _flow(bench: Bench) -> Flow:
    """Direct current where the station has it."""
    return Flow.DC if bench.device.offers(Feature.ISO2_DC) else Flow.AC


def _schedules(reply: Entry) -> tuple[Entry, tuple[SAScheduleTuple, ...]]:
    return reply, reply.message.sa_schedules.sa_schedule_tuple
